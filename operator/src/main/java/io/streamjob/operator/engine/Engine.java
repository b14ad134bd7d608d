package io.streamjob.operator.engine;

import io.streamjob.operator.reading.Reading;
import java.net.URI;
import java.time.Instant;

/**
 * What the operator asks of a revision's coordinator. Every call is bounded in time and in the size
 * of the answer, may be repeated, and never throws for anything the other side does: silence is
 * {@link Reading.Unknown} or {@link Answer.Unanswered}, not absence.
 *
 * <p>{@code coordinator} is the base address of the coordinator's REST interface.
 */
public interface Engine {

  /** The engine's version, such as 2.3.0. Absent is never answered. */
  Reading<String> version(URI coordinator);

  /** Workers and slots that have registered. Absent is never answered. */
  Reading<Slots> slots(URI coordinator);

  /** A job's state. Absent: the coordinator answers, and does not know the job. */
  Reading<JobView> job(URI coordinator, JobId job);

  /** How the tasks of a job stand, on the engine's clock. Absent: the job is not known. */
  Reading<TasksView> tasks(URI coordinator, JobId job);

  /** Checkpoint statistics. Absent: the job is not known, or checkpoints are off. */
  Reading<Checkpoints> checkpoints(URI coordinator, JobId job);

  /** How checkpoints go. Absent: the job is not known, or checkpoints are off. */
  Reading<CheckpointHealth> checkpointHealth(URI coordinator, JobId job);

  /**
   * When a job processed its last record that a savepoint or checkpoint holds, on the engine's
   * clock: as the last of its tasks met the barrier. Absent: the coordinator answers, and does not
   * know the job, or it is the newest of its kind no longer.
   */
  Reading<Instant> stoppedAt(URI coordinator, JobId job, String location);

  /** A run of a main method. Absent: the coordinator answers, and does not know the run. */
  Reading<ApplicationView> application(URI coordinator, ApplicationId application);

  /** A requested savepoint. Absent: the coordinator answers, and does not know the request. */
  Reading<SavepointView> savepoint(URI coordinator, JobId job, TriggerId trigger);

  /** How a job takes its checkpoints. Absent: the job is not known, or checkpoints are off. */
  Reading<CheckpointRules> checkpointRules(URI coordinator, JobId job);

  /** A requested checkpoint. Absent: the coordinator answers, and does not know the request. */
  Reading<CheckpointView> checkpoint(URI coordinator, JobId job, TriggerId trigger);

  /**
   * Runs the main method of a jar that the image holds. Returns as soon as the engine has accepted;
   * {@link #application} tells how it went. A repeated submission with equal ids is accepted and
   * not run twice.
   */
  Answer submit(URI coordinator, Submission submission);

  /**
   * Stops a job with a savepoint below {@code directory}, without draining. A repeated request with
   * an equal trigger id joins the first.
   */
  Answer stop(
      URI coordinator, JobId job, TriggerId trigger, String directory, SavepointFormat format);

  /**
   * Takes a savepoint of a running job below {@code directory}; the job runs on. A repeated request
   * with an equal trigger id joins the first.
   */
  Answer takeSavepoint(
      URI coordinator, JobId job, TriggerId trigger, String directory, SavepointFormat format);

  /**
   * Takes a checkpoint of a running job as it is configured, incremental or not. A repeated request
   * with an equal trigger id joins the first.
   */
  Answer takeCheckpoint(URI coordinator, JobId job, TriggerId trigger);

  /**
   * At which size a job runs. Absent: the job is not known, or its coordinator cannot rescale it.
   */
  Reading<ScaleView> scale(URI coordinator, JobId job);

  /**
   * Has a job run at another size: each operator of the one parallelism is to have the other. The
   * engine does so once the job has completed its next checkpoint. Repeated, it changes nothing.
   */
  Answer rescale(URI coordinator, JobId job, int from, int to);

  /** Cancels a job. Accepted as well if it has already ended or is not known. */
  Answer cancel(URI coordinator, JobId job);
}
