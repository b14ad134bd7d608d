package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TriggerId;
import java.util.List;
import java.util.Optional;

/** An act on the world. Each may be repeated, and its answer may be lost. */
public sealed interface Effect {

  /** Store the wished spec as a revision. */
  record StoreRevision(int revision) implements Effect {}

  /** Delete a stored revision that nothing refers to any more. */
  record ForgetRevision(int revision) implements Effect {}

  /** Create a revision's config map, service and coordinator. */
  record CreateCoordinator(int revision, int attempt) implements Effect {}

  /** Create a revision's workers. */
  record CreateWorkers(int revision, int attempt) implements Effect {}

  /** Let the job's own service select a revision's coordinator. */
  record PointService(int revision) implements Effect {}

  /**
   * Write a copy of a restore point of a revision that leaves out the state of some operators. What
   * comes after it among the effects rests on it.
   */
  record LeaveOut(int revision, String location, List<String> operators, String file)
      implements Effect {
    public LeaveOut {
      operators = List.copyOf(operators);
    }
  }

  /**
   * Create a StreamSavepoint.
   *
   * @param location a savepoint that exists already; empty: one is to be taken
   */
  record CreateSavepoint(String name, SavepointReason reason, Optional<String> location)
      implements Effect {}

  /** Run a main method on a revision's cluster. */
  record Submit(int revision, Submission submission) implements Effect {}

  /** Stop a job with a savepoint. */
  record StopWithSavepoint(
      int revision, JobId job, TriggerId trigger, String directory, SavepointFormat format)
      implements Effect {}

  /** Take a checkpoint of a job, which runs on. */
  record TakeCheckpoint(int revision, JobId job, TriggerId trigger) implements Effect {}

  /**
   * Have the workers of a revision be so many; what that needs besides is marked with the attempt.
   */
  record ScaleWorkers(int revision, int attempt, int replicas) implements Effect {}

  /** Have the engine run a job at another parallelism. */
  record Rescale(int revision, JobId job, int from, int to) implements Effect {}

  /** Write down at which size a revision runs from now on. */
  record StoreScale(int revision, int replicas, int parallelism, String specHash)
      implements Effect {}

  /** Cancel a job. */
  record Cancel(int revision, JobId job) implements Effect {}

  /** Delete a revision's cluster: its config map, and with it everything that it owns. */
  record DeleteCluster(int revision) implements Effect {}

  /** Have the StreamJob go only when it is let go. */
  record Hold() implements Effect {}

  /** Let the StreamJob go. */
  record Release() implements Effect {}

  /** Delete the clusters of all revisions. */
  record DeleteClusters() implements Effect {}

  /** Delete the StreamSavepoints of the job, but for those to be retained. */
  record DiscardSavepoints() implements Effect {}

  /** Delete what the job has in the bucket, but for savepoints while one is to be retained. */
  record DiscardObjects() implements Effect {}
}
