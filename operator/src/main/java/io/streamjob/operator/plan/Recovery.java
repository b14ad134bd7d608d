package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.Durations;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A current job that is over, and that nobody has asked to end: it starts again on the pods of its
 * revision, from its newest checkpoint, or its pods go if it has done its work. What is wished
 * beyond it does not matter here, and may wait.
 */
final class Recovery {
  /** No pause is longer than the time within which recoveries are counted. */
  private static final int MOST_DOUBLINGS = 8;

  /** How the note of a recovery begins if the job was not lost. */
  private static final String HAD_ENDED = "the job had ended as ";

  private final Observation seen;
  private final Limits limits;
  private final StreamJobStatus before;
  private final StatusDraft draft;

  Recovery(Observation seen, Limits limits, StatusDraft draft) {
    this.seen = seen;
    this.limits = limits;
    this.before = seen.status();
    this.draft = draft;
  }

  /** Begins if there is reason to. */
  Optional<Plan> begin() {
    RevisionStatus current = before.current();
    // A savepoint that is being taken fails first.
    if (current == null
        || Steady.standsStill(before)
        || draft.savepoint().isPresent()
        || Steady.finalSavepoint(before).isPresent()) {
      return Optional.empty();
    }
    return switch (seen.facts().oldJob()) {
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          Hold.of(seen).isPresent() ? Optional.empty() : Optional.of(finish(current));
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() ->
          isSuspendWished() ? Optional.empty() : failed(current);
      case Reading.Absent<JobView> lost -> isSuspendWished() ? Optional.empty() : lost(current);
      case Reading.Known<JobView> there -> isIncomplete() ? recover(current) : Optional.empty();
      case Reading.Unknown<JobView> silent -> isIncomplete() ? recover(current) : Optional.empty();
    };
  }

  /** Objects that are missing come first, unless all are and another version takes their place. */
  Optional<Plan> repair() {
    boolean over =
        seen.facts().oldJob().optional().filter(job -> job.state().isTerminal()).isPresent();
    return before.current() == null
            || Steady.standsStill(before)
            || Steady.finalSavepoint(before).isPresent()
            || over
            || seen.facts().oldCluster().isGone()
            || !isIncomplete()
        ? Optional.empty()
        : recover(before.current());
  }

  /** Its newest checkpoint is what is kept, and it need not run for that. */
  private boolean isSuspendWished() {
    return seen.wished() instanceof Parsed.Valid(EffectiveSpec wished) && wished.suspend();
  }

  /** The engine has given it up: as often as the spec says, each time after a longer pause. */
  private Optional<Plan> failed(RevisionStatus current) {
    String subject = "%s revision %d".formatted(seen.subject(), current.number());
    if (!(seen.wished() instanceof Parsed.Valid(EffectiveSpec wished))) {
      return tell(
          Phase.Failed,
          "%s: %s; how often it is started again the spec does not say, as it is not valid; next step: correct it"
              .formatted(subject, why()));
    }
    EffectiveSpec.Recovery policy = wished.recovery();
    List<HistoryStatus> recoveries =
        recent(policy)
            .filter(it -> requireNonNullElse(it.note(), "").startsWith(HAD_ENDED))
            .filter(it -> !Reason.Superseded.name().equals(it.reason()))
            .toList();
    if (recoveries.size() >= policy.attempts()) {
      return tell(
          Phase.Failed,
          "%s: the engine has given its job up, and it was started again %d times within %s, as often as spec.recovery allows; nothing runs; next step: see docs/operations/runbooks.md#jobfailed"
              .formatted(subject, recoveries.size(), Durations.print(policy.within())));
    }
    return afterPause(current, recoveries);
  }

  /** Whose recoveries fail themselves is not recovered at once either. */
  private Optional<Plan> lost(RevisionStatus current) {
    return afterPause(
        current, recent(EffectiveSpec.Recovery.DEFAULT).filter(Recovery::wasInVain).toList());
  }

  private static boolean wasInVain(HistoryStatus recovery) {
    return RolloutOutcome.Abandoned.name().equals(recovery.outcome())
        && !Reason.Superseded.name().equals(recovery.reason());
  }

  private Stream<HistoryStatus> recent(EffectiveSpec.Recovery policy) {
    return requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
        .filter(it -> RolloutStrategy.Recovery.name().equals(it.strategy()))
        .filter(it -> endedAt(it).plus(policy.within()).isAfter(seen.now()));
  }

  private static Instant endedAt(HistoryStatus recovery) {
    return Instant.parse(Objects.requireNonNull(recovery.endedAt()));
  }

  /** The first one begins at once. */
  private Optional<Plan> afterPause(RevisionStatus current, List<HistoryStatus> recoveries) {
    if (recoveries.isEmpty()) {
      return recover(current);
    }
    int doublings = Math.min(recoveries.size() - 1, MOST_DOUBLINGS);
    Duration pause = limits.recoveryPause().multipliedBy(1L << doublings);
    Instant next = endedAt(recoveries.getFirst()).plus(pause).truncatedTo(ChronoUnit.SECONDS);
    return next.isAfter(seen.now())
        ? tell(
            Phase.Recovering,
            "%s revision %d: %s; it is started again at %s"
                .formatted(seen.subject(), current.number(), why(), next))
        : recover(current);
  }

  /** Whether objects of its cluster are missing that nobody but the operator creates. */
  private boolean isIncomplete() {
    return seen.facts()
        .oldCluster()
        .objects()
        .optional()
        .filter(objects -> !objects.coordinator() || !objects.workers())
        .isPresent();
  }

  private Optional<Plan> recover(RevisionStatus current) {
    Optional<Obstacle> hold = Hold.of(seen);
    return hold.isPresent()
        ? tell(
            Phase.Blocked,
            "%s revision %d: %s; it is not started again while annotation %s holds it; next step: remove the annotation"
                .formatted(seen.subject(), current.number(), why(), Annotations.HOLD))
        : Optional.of(
            beginning(Beginning.Goal.recovery(current, why()))
                .begin(RolloutStrategy.Recovery, RolloutStep.Preparing, Optional.empty()));
  }

  private String why() {
    return switch (seen.facts().oldJob()) {
      case Reading.Absent<JobView> lost -> "the job was lost with its coordinator";
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          HAD_ENDED
              + job.state()
              + job.lastFailure().map(EngineFailure::message).map(": "::concat).orElse("");
      case Reading.Known<JobView> there -> "objects of its cluster were missing";
      case Reading.Unknown<JobView> silent -> "objects of its cluster were missing";
    };
  }

  private Plan finish(RevisionStatus current) {
    return beginning(Beginning.Goal.finish(current))
        .begin(RolloutStrategy.Finish, RolloutStep.Retiring, Optional.empty());
  }

  /** Nothing is stored for it, and no old revision is forgotten. */
  private Beginning beginning(Beginning.Goal goal) {
    return new Beginning(seen, limits, draft, Map.of(), goal, Optional.empty());
  }

  private Optional<Plan> tell(Phase phase, String message) {
    draft.phase(phase);
    draft.waitingFor(message);
    return Optional.empty();
  }
}
