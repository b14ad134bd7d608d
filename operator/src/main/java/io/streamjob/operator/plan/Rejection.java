package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A spec that was tried and refused, and whether it is to be tried again. */
final class Rejection {
  private final Observation seen;
  private final Limits limits;
  private final StreamJobStatus before;

  Rejection(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.before = seen.status();
  }

  /** Why what is wished is not tried now. */
  Optional<Obstacle> ofTheWish() {
    RejectedSpecStatus rejected = before.rejected();
    if (rejected == null
        || !seen.wishedHash().equals(rejected.specHash())
        || !Requests.restore(seen.wished()).equals(Optional.ofNullable(rejected.restoreId()))
        || isToBeRolledOutOtherwise(rejected)) {
      return Optional.empty();
    }
    Obstacle obstacle = obstacle(rejected);
    boolean again =
        obstacle.reason() == Reason.Recovering
            ? seen.facts().oldJob().optional().filter(JobView::isRunning).isPresent()
            : obstacle.mayPass() && endedWithoutDowntime() && !isRecent();
    return again ? Optional.empty() : Optional.of(obstacle);
  }

  /** The savepoint failed, and the job runs on: it is not asked for the next one at once. */
  Optional<Obstacle> ofTheSuspension(RevisionStatus current) {
    return Optional.ofNullable(before.rejected())
        .filter(rejected -> Objects.equals(current.number(), rejected.revision()))
        .filter(rejected -> isRecent())
        .map(Rejection::obstacle);
  }

  static Obstacle obstacle(RejectedSpecStatus rejected) {
    return new Obstacle(
        Reason.valueOf(requireNonNullElse(rejected.reason(), Reason.EngineRefused.name())),
        requireNonNullElse(rejected.message(), "refused before"));
  }

  /** What has cost downtime once is not tried again by itself: it might cost it each time. */
  private boolean endedWithoutDowntime() {
    return lastEnded()
        .filter(last -> RolloutOutcome.RolledBack.name().equals(last.outcome()))
        .isEmpty();
  }

  /** Another {@code spec.upgrade} than it was refused with is another wish. */
  private boolean isToBeRolledOutOtherwise(RejectedSpecStatus rejected) {
    return seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && seen.revisions()
            .optional()
            .map(stored -> stored.get(requireNonNullElse(rejected.revision(), 0)))
            .filter(refused -> !refused.spec().isTriedLike(wished))
            .isPresent();
  }

  private boolean isRecent() {
    return lastEnded()
        .map(HistoryStatus::endedAt)
        .filter(ended -> Instant.parse(ended).plus(limits.retryAfter()).isAfter(seen.now()))
        .isPresent();
  }

  private Optional<HistoryStatus> lastEnded() {
    return requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream().findFirst();
  }
}
