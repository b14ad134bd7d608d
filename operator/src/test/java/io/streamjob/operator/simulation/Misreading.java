package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Observations as a wrong operator takes them. */
final class Misreading {
  private Misreading() {}

  static Observation silenceAsAbsence(Observation seen) {
    Observation.Facts facts =
        Altered.copy(
            seen.facts(),
            (name, value) ->
                value instanceof Reading.Unknown<?>(String why)
                        && !why.equals(Observation.NOT_ASKED)
                    ? Reading.absent()
                    : value);
    return Altered.copy(seen, "facts", facts);
  }

  static Observation silenceAsEnd(Observation seen) {
    UnaryOperator<Reading<JobView>> ended =
        job ->
            job instanceof Reading.Unknown<JobView>(String why)
                    && !why.equals(Observation.NOT_ASKED)
                ? Reading.known(new JobView(JobState.CANCELED, 0, Optional.empty()))
                : job;
    return facts(
        facts(seen, "oldJob", ended.apply(seen.facts().oldJob())),
        "newJob",
        ended.apply(seen.facts().newJob()));
  }

  static Observation endingAsEnded(Observation seen) {
    boolean stops = isAt(seen, RolloutStep.Stopping);
    return stops && !seen.facts().oldJob().isUnknown()
        ? facts(
            seen,
            "oldJob",
            seen.facts()
                .oldJob()
                .map(job -> new JobView(JobState.FINISHED, job.restarts(), job.lastFailure())))
        : seen;
  }

  static Observation cancellingAsCanceled(Observation seen) {
    return isAt(seen, RolloutStep.Stopping)
        ? facts(
            seen,
            "oldJob",
            seen.facts()
                .oldJob()
                .map(
                    job ->
                        job.state() == JobState.CANCELLING
                            ? new JobView(JobState.CANCELED, job.restarts(), job.lastFailure())
                            : job))
        : seen;
  }

  /** The checkpoint before the newest is taken for it. */
  static Observation olderCheckpoint(Observation seen) {
    return isAt(seen, RolloutStep.Stopping)
        ? facts(seen, "oldCheckpoints", seen.facts().oldCheckpoints().map(Misreading::older))
        : seen;
  }

  private static Checkpoints older(Checkpoints told) {
    return Altered.copy(
        told,
        "latestCheckpoint",
        told.latestCheckpoint()
            .map(
                newest ->
                    Altered.copy(
                        newest,
                        "location",
                        newest.location().replaceAll("[0-9]+$", "" + (newest.id() - 1)))));
  }

  static Observation finishedAsRunning(Observation seen) {
    return facts(
        seen,
        "oldJob",
        seen.facts()
            .oldJob()
            .map(
                job ->
                    job.state() == JobState.FINISHED
                        ? new JobView(JobState.RUNNING, job.restarts(), job.lastFailure())
                        : job));
  }

  /** Whatever the bucket holds is taken for whole. */
  static Observation unverified(Observation seen) {
    return isAt(seen, RolloutStep.Verifying)
        ? facts(seen, "verification", Reading.known(new Verification.Whole(2, 2048)))
        : seen;
  }

  static Observation sharedFolder(Observation seen) {
    return Altered.copy(
        seen,
        "folders",
        Altered.copy(seen.folders(), "savepoint", "s3://bucket/orders/savepoints/all/"));
  }

  /** Wherever the job has restored from is taken for what it was told to. */
  static Observation anywhere(Observation seen) {
    Optional<String> told = rollout(seen).map(RolloutStatus::restoreFrom);
    return newCheckpoints(seen, it -> Altered.copy(it, "restoredFrom", told));
  }

  /** A job that its coordinator does not know is taken for one that never ran. */
  static Observation neverRan(Observation seen) {
    return isAt(seen, RolloutStep.Starting) ? facts(seen, "newState", Reading.absent()) : seen;
  }

  /** The checkpoint before the newest one in the bucket is taken for it. */
  static Observation olderState(Observation seen) {
    return facts(seen, "oldState", seen.facts().oldState().map(Misreading::before));
  }

  private static String before(String location) {
    int number = Integer.parseInt(location.replaceAll(".*chk-", ""));
    return location.replaceAll("[0-9]+$", "" + (number - 1));
  }

  static Observation silentAsLost(Observation seen) {
    boolean silent =
        seen.facts().oldJob() instanceof Reading.Unknown<JobView>(String why)
            && !why.equals(Observation.NOT_ASKED);
    return silent ? facts(seen, "oldJob", Reading.absent()) : seen;
  }

  static Observation withoutCheckpoint(Observation seen) {
    return newCheckpoints(seen, it -> Altered.copy(it, "completed", Math.max(2, it.completed())));
  }

  static Observation serviceIsRight(Observation seen) {
    return rollout(seen)
        .map(RolloutStatus::toRevision)
        .map(to -> facts(seen, "service", Reading.known(to)))
        .orElse(seen);
  }

  static Optional<RolloutStatus> rollout(Observation seen) {
    return Optional.ofNullable(seen.status().rollout());
  }

  static boolean isAt(Observation seen, RolloutStep step) {
    return rollout(seen).filter(it -> step.name().equals(it.step())).isPresent();
  }

  private static Observation newCheckpoints(Observation seen, UnaryOperator<Checkpoints> change) {
    return facts(seen, "newCheckpoints", seen.facts().newCheckpoints().map(change));
  }

  private static Observation facts(Observation seen, String fact, Object value) {
    return Altered.copy(seen, "facts", Altered.copy(seen.facts(), fact, value));
  }
}
