package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.spec.Durations;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether an upgrade that begins now would meet what is known already. It tells, and holds nothing
 * up: an upgrade may be what mends it.
 */
public final class Readiness {
  /** Of the time that a savepoint may take, in percent. */
  private static final int TOO_MUCH = 80;

  /** Intervals in which a checkpoint that failed is made up for by others. */
  private static final int MADE_UP_FOR_WITHIN = 3;

  /** An answer about checkpoints may be so old: whatever was completed since is not in it. */
  private static final Duration AGE_OF_ANSWER = Duration.ofMinutes(1);

  private static final Set<Reason> OF_STORAGE =
      EnumSet.of(
          Reason.BucketMissing,
          Reason.CredentialsMissing,
          Reason.CredentialsRefused,
          Reason.StorageUnreachable,
          Reason.StorageNotWritable);
  private static final Set<Reason> OF_CHECKPOINTS =
      EnumSet.of(Reason.CheckpointsFailing, Reason.CheckpointLate, Reason.SavepointSlow);
  private static final Set<Reason> OF_ROOM = EnumSet.of(Reason.NoRoom);

  private final Observation seen;
  private final StatusDraft draft;
  private final EffectiveSpec wished;
  private final UpkeepView upkeep;

  Readiness(Observation seen, StatusDraft draft, EffectiveSpec wished) {
    this.seen = seen;
    this.draft = draft;
    this.wished = wished;
    this.upkeep = seen.facts().upkeep();
  }

  /** Whether an upgrade of this spec depends on room for a second cluster. */
  public static boolean needsRoom(EffectiveSpec spec) {
    return spec.upgrade().strategy() == UpgradeStrategy.Warm
        && spec.upgrade().whenNoRoom() == NoRoomPolicy.Block;
  }

  /** Keeps the condition UpgradeReady of a job that runs as it is wished; what is new is told. */
  Optional<Notice> tell() {
    Optional<Condition> told = told();
    Optional<Obstacle> found =
        Stream.of(storage(), checkpoints(), savepoint(), room())
            .flatMap(Optional::stream)
            .findFirst();
    if (found.isEmpty()) {
      if (told.filter(this::nobodyCouldTell).isEmpty()) {
        draft.condition(
            ConditionType.UpgradeReady, Truth.True, Reason.UpToDate, "what runs is what is wished");
      }
      return Optional.empty();
    }
    Obstacle obstacle = found.get();
    if (told.filter(it -> obstacle.reason().name().equals(it.getReason())).isPresent()) {
      // As it was told: each failure of a checkpoint has words of its own.
      return Optional.empty();
    }
    draft.condition(ConditionType.UpgradeReady, Truth.False, obstacle.reason(), obstacle.message());
    return Optional.of(new Notice(true, obstacle.reason(), obstacle.message()));
  }

  private Optional<Condition> told() {
    return requireNonNullElse(seen.status().conditions(), List.<Condition>of()).stream()
        .filter(condition -> ConditionType.UpgradeReady.name().equals(condition.getType()))
        .filter(condition -> Truth.False.name().equals(condition.getStatus()))
        .findFirst();
  }

  /** Whether what was told rests on something that could not be asked for now. */
  private boolean nobodyCouldTell(Condition told) {
    return isOneOf(told, OF_STORAGE)
        ? upkeep.storage().isUnknown()
        : isOneOf(told, OF_CHECKPOINTS)
            ? isRunning() && upkeep.checkpoints().isUnknown()
            : isOneOf(told, OF_ROOM) && needsRoom(wished) && upkeep.room().isUnknown();
  }

  /** By name: another version may have written one that this one does not know. */
  private static boolean isOneOf(Condition told, Set<Reason> reasons) {
    return reasons.stream().anyMatch(reason -> reason.name().equals(told.getReason()));
  }

  /** Of a job that has ended, checkpoints are no news. */
  private boolean isRunning() {
    return seen.facts().oldJob().optional().filter(JobView::isRunning).isPresent();
  }

  private Optional<Obstacle> storage() {
    return upkeep.storage().optional().flatMap(obstacle -> obstacle);
  }

  private Optional<Obstacle> checkpoints() {
    return isRunning()
        ? upkeep.checkpoints().optional().flatMap(this::checkpoints)
        : Optional.empty();
  }

  /** One that failed is made up for by the next; only if none is, that is told. */
  private Optional<Obstacle> checkpoints(CheckpointHealth health) {
    EffectiveSpec.Checkpoints rules = wished.checkpoints();
    Duration pause = rules.interval().plus(rules.minPause());
    Duration every = pause.plus(rules.timeout());
    Optional<Instant> completed = health.lastCompletedAt();
    Optional<CheckpointHealth.Failure> failure =
        health.lastFailure().filter(it -> completed.filter(at -> !it.at().isAfter(at)).isEmpty());
    Optional<Duration> since =
        completed.or(this::startedAt).map(at -> Duration.between(at, seen.now()));
    if (failure.isPresent() && isLonger(since, pause.multipliedBy(MADE_UP_FOR_WITHIN))) {
      return Optional.of(
          new Obstacle(
              Reason.CheckpointsFailing,
              "%s: expected checkpoints to be completed, found that the last one failed (%s) and %s; an upgrade may fail in the same way; next step: see docs/operations/runbooks.md#checkpointsfailing"
                  .formatted(seen.subject(), failure.get().message(), newest(completed))));
    }
    return isLonger(since, every)
        ? Optional.of(
            new Obstacle(
                Reason.CheckpointLate,
                "%s: expected a checkpoint at least every %s (interval, pause and timeout of spec.checkpoints), found that %s; next step: see docs/operations/runbooks.md#checkpointlate"
                    .formatted(seen.subject(), Durations.print(every), newest(completed))))
        : Optional.empty();
  }

  private static boolean isLonger(Optional<Duration> time, Duration limit) {
    return time.filter(it -> it.compareTo(limit.plus(AGE_OF_ANSWER)) > 0).isPresent();
  }

  private static String newest(Optional<Instant> completed) {
    return completed
        .map(at -> "the newest was completed at " + at)
        .orElse("none has been completed yet");
  }

  private Optional<Instant> startedAt() {
    return Optional.ofNullable(seen.status().job()).map(JobStatus::startedAt).map(Instant::parse);
  }

  /** The engine gives a savepoint up after the time of a checkpoint. */
  private Optional<Obstacle> savepoint() {
    Duration limit = wished.checkpoints().timeout();
    return wished.upgrade().state() == UpgradeState.Savepoint && isRunning()
        ? upkeep
            .checkpoints()
            .optional()
            .flatMap(CheckpointHealth::lastSavepointTook)
            .filter(took -> took.multipliedBy(100).compareTo(limit.multipliedBy(TOO_MUCH)) > 0)
            .map(
                took ->
                    new Obstacle(
                        Reason.SavepointSlow,
                        "%s: expected a savepoint to take less than %d %% of spec.checkpoints.timeout (%s), found that the last one took %s; next step: raise it, or set spec.upgrade.state to Checkpoint"
                            .formatted(
                                seen.subject(),
                                TOO_MUCH,
                                Durations.print(limit),
                                Durations.print(took))))
        : Optional.empty();
  }

  private Optional<Obstacle> room() {
    return needsRoom(wished)
        ? upkeep.room().optional().flatMap(obstacle -> obstacle)
        : Optional.empty();
  }
}
