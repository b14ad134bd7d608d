package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.spec.SpecHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Journals of a rollout from revision 1 to revision 2, as they stand in each step. */
final class Journals {
  static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");
  static final Subject SUBJECT = new Subject("shop", "orders", "uid-1", 2);
  static final String DIRECTORY = "s3://bucket/orders/savepoints/a-2/";
  static final String CHOSEN = "s3://bucket/before/savepoints/a-2/savepoint-1";
  static final String LOCATION = DIRECTORY + "savepoint-1";
  static final String CHECKPOINTS =
      "s3://bucket/orders/checkpoints/" + SUBJECT.job(1, 1).hex() + "/";
  static final String LAST_CHECKPOINT = CHECKPOINTS + "chk-2";
  static final String COORDINATOR = "1-pod-1";

  private static final Journal.Stop BY_SAVEPOINT =
      new Journal.Stop(StateHandover.Savepoint, SUBJECT.stop(2), DIRECTORY, COORDINATOR);
  private static final Journal.Stop LAST =
      new Journal.Stop(
          StateHandover.LastCheckpoint, SUBJECT.stop(2), CHECKPOINTS, Journal.Stop.NOBODY);

  private Journals() {}

  static Journal at(RolloutStep step, List<TimingStatus> timings) {
    return of(RolloutStrategy.Warm, step, Optional.empty(), NOW, true, timings);
  }

  /** {@code decided} is how the rollout ends, if it is decided already in this step. */
  static Journal of(
      RolloutStrategy strategy,
      RolloutStep step,
      Optional<RolloutOutcome> decided,
      Instant since,
      boolean asked,
      List<TimingStatus> timings) {
    boolean initial = strategy == RolloutStrategy.Initial;
    boolean recovery = strategy == RolloutStrategy.Recovery;
    boolean stopped =
        !initial && strategy != RolloutStrategy.Rescale && isStopped(strategy, step, decided);
    boolean requested = stopped || (step == RolloutStep.Stopping && asked);
    Optional<Obstacle> failure =
        decided
            .filter(outcome -> outcome != RolloutOutcome.Completed)
            .map(
                outcome ->
                    new Obstacle(io.streamjob.api.v1beta1.Reason.ProgramFailed, "main threw"));
    Check check = strategy == RolloutStrategy.Warm ? Check.Pending : Check.Skipped;
    return new Journal(
        2,
        strategy,
        step,
        since,
        since,
        initial ? Optional.empty() : Optional.of(1),
        isOfOldRevision(strategy) ? 1 : 2,
        recovery
            ? Optional.of(new Journal.Asked(Journal.Asked.RECOVERY, "" + SUBJECT.generation()))
            : strategy == RolloutStrategy.Rescale
                ? Optional.of(
                    new Journal.Asked(Journal.Asked.RESCALE, SpecHash.of(Alphabet.NEW.spec())))
                : Optional.empty(),
        Optional.empty(),
        initial ? Optional.empty() : Optional.of(SUBJECT.job(1, 1)),
        0,
        check,
        List.of(),
        check,
        requested ? Optional.of(recovery ? LAST : BY_SAVEPOINT) : Optional.empty(),
        stopped ? Optional.of(recovery ? LAST_CHECKPOINT : LOCATION) : Optional.empty(),
        Optional.empty(),
        strategy == RolloutStrategy.Rescale
            ? Optional.of(new Journal.Size(2, 2))
            : Optional.empty(),
        0,
        decided,
        stopped ? Optional.of(since) : Optional.empty(),
        Optional.empty(),
        failure,
        asked ? withStart(step, timings) : timings);
  }

  /** The same, whose old job was asked for a checkpoint. */
  static Journal byCheckpoint(Journal asked) {
    return asked.withStop(
        new Journal.Stop(StateHandover.Checkpoint, SUBJECT.stop(2), CHECKPOINTS, COORDINATOR));
  }

  /** The same, whose old job was over before it could be asked. */
  static Journal byLastCheckpoint(Journal asked) {
    return asked.withStop(LAST);
  }

  private static boolean isOfOldRevision(RolloutStrategy strategy) {
    return switch (strategy) {
      case Suspend, Recovery, Finish, Rescale -> true;
      case Initial, Warm, Cold -> false;
    };
  }

  /** The same, whose new job starts from what somebody has chosen. */
  static Journal restoring(Journal asked) {
    return Altered.copy(asked, "chosen", Optional.of(new Journal.Chosen("a", Optional.of(CHOSEN))));
  }

  /** A job that is confirmed, rolled back or blocked over was started before. */
  private static List<TimingStatus> withStart(RolloutStep step, List<TimingStatus> timings) {
    return switch (step) {
      case Confirming, RollingBack, Blocked ->
          Stream.concat(Stream.of(new TimingStatus("starting", 10L)), timings.stream()).toList();
      case Preparing, Stopping, Verifying, Starting, Retiring -> timings;
    };
  }

  private static boolean isStopped(
      RolloutStrategy strategy, RolloutStep step, Optional<RolloutOutcome> decided) {
    return switch (step) {
      case Preparing -> strategy == RolloutStrategy.Cold;
      case Stopping -> false;
      case Verifying, Starting, Confirming, RollingBack, Blocked -> true;
      case Retiring -> decided.isEmpty() || decided.get() != RolloutOutcome.Abandoned;
    };
  }
}
