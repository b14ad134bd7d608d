package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One decision in a rollout: what the steps share. */
final class Rollout {
  private final Observation seen;
  private final Limits limits;
  private final Journal journal;
  private final StatusDraft draft;

  Rollout(Observation seen, Limits limits, Journal journal, StatusDraft draft) {
    this.seen = seen;
    this.limits = limits;
    this.journal = journal;
    this.draft = draft;
  }

  static Rollout of(Observation seen, Limits limits, Journal journal) {
    return new Rollout(seen, limits, journal, new StatusDraft(seen, limits));
  }

  Plan plan() {
    if (journal.isRescale()) {
      return new Rescaling(this).plan();
    }
    return switch (journal.step()) {
      case Preparing -> new Preparation(this).plan();
      case Stopping -> new Handover(this).stopping();
      case Verifying -> new Proof(this).verifying();
      case Starting -> new Launch(this).starting();
      case Confirming -> new Confirmation(this).plan();
      case Retiring -> new Ending(this).retiring();
      case RollingBack -> new Undoing(this).rollingBack();
      case Blocked -> new Undoing(this).blocked();
    };
  }

  Observation seen() {
    return seen;
  }

  Observation.Facts facts() {
    return seen.facts();
  }

  Journal journal() {
    return journal;
  }

  Limits limits() {
    return limits;
  }

  StatusDraft draft() {
    return draft;
  }

  Instant now() {
    return seen.now();
  }

  Duration inStep() {
    return Duration.between(journal.stepStartedAt(), seen.now());
  }

  /** The stored revision whose job is started; Absent: it is not stored yet. */
  Reading<Observation.StoredRevision> target() {
    return target(journal.target());
  }

  /** A stored revision; Absent: it is not stored. */
  Reading<Observation.StoredRevision> target(int number) {
    return switch (seen.revisions()) {
      case Reading.Known<Map<Integer, Observation.StoredRevision>>(
              Map<Integer, Observation.StoredRevision> stored) -> {
        Observation.StoredRevision revision = stored.get(number);
        yield revision == null ? Reading.absent() : Reading.known(asRolledOut(revision));
      }
      case Reading.Absent<Map<Integer, Observation.StoredRevision>> none -> Reading.absent();
      case Reading.Unknown<Map<Integer, Observation.StoredRevision>>(String why) ->
          Reading.unknown(why);
    };
  }

  /** What an annotation asks for keeps the state, whatever that revision once did. */
  private Observation.StoredRevision asRolledOut(Observation.StoredRevision revision) {
    if (journal.asked().isEmpty() || revision.number() != journal.to()) {
      return revision;
    }
    EffectiveSpec how =
        seen.wished() instanceof Parsed.Valid(EffectiveSpec wished) ? wished : revision.spec();
    return new Observation.StoredRevision(
        revision.number(), revision.specHash(), revision.spec().keepingStateLike(how));
  }

  /**
   * Whether the revision that this rollout is for is known, and something else is wished by now:
   * another spec, or another way of rolling it out.
   */
  boolean isWishedAnew() {
    return target(journal.to()) instanceof Reading.Known<Observation.StoredRevision> known
        && isOther(known.value());
  }

  /** Whether what is wished is not this revision, or not to be rolled out like it. */
  boolean isOther(Observation.StoredRevision revision) {
    if (journal.isOfTheJobAlone()) {
      return journal.asked().filter(asked -> !asked.stands(seen)).isPresent();
    }
    if (isSuspendWished() || journal.isSuspension()) {
      return isSuspendWished() != journal.isSuspension();
    }
    if (isOtherRestore()) {
      return true;
    }
    if (journal.asked().isPresent()) {
      return !journal.asked().get().stands(seen);
    }
    boolean otherWay =
        seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
            && !wished.isTriedLike(revision.spec());
    return otherWay || !revision.specHash().equals(seen.wishedHash());
  }

  /** Whether {@code spec.restore} says otherwise by now: another point, or none any more. */
  boolean isOtherRestore() {
    if (!(seen.wished() instanceof Parsed.Valid(EffectiveSpec wished))) {
      return false;
    }
    return journal.chosen().isEmpty()
        ? Requests.newRestore(seen.wished(), seen.status()).isPresent()
        : !wished
            .restore()
            .map(EffectiveSpec.Restore::id)
            .equals(journal.chosen().map(Journal.Chosen::id));
  }

  /** A spec that cannot be carried out says neither. */
  private boolean isSuspendWished() {
    return seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        ? wished.suspend()
        : journal.isSuspension();
  }

  /** Whether a newer wish makes this rollout needless, as long as it has touched nothing. */
  boolean isSuperseded(Observation.StoredRevision revision) {
    // Who stands still goes back when it is resumed.
    boolean goesBack =
        !isInitial()
            && !journal.isSuspension()
            && !journal.isOfTheJobAlone()
            && seen.requests().newRollback(seen.status()).isPresent();
    return mayGiveUp() && (goesBack || isOther(revision));
  }

  /** The old job has ended: the new one starts, or under Cold the old pods make room first. */
  Plan afterStop(Journal stopped) {
    return stopped.strategy() == RolloutStrategy.Warm || stopped.isRecovery()
        ? new Launch(this, stopped.at(RolloutStep.Starting, now())).begin()
        : go(stopped.at(RolloutStep.Retiring, now()), Optional.empty());
  }

  /** Whether the step takes long enough to be told of. */
  boolean isLasting() {
    return inStep().compareTo(limits.patience()) > 0;
  }

  /** Who has nothing to return to goes on until somebody wishes something else. */
  boolean isLate(Observation.StoredRevision target) {
    return isOverdue(target.spec()) && (!hasNothingBetter() || isWishedAnew());
  }

  /** A first start, and the recovery of what ran last. */
  boolean hasNothingBetter() {
    return isInitial() || journal.isRecovery();
  }

  boolean isEditedAndOverdue(Observation.StoredRevision target) {
    return isOverdue(target.spec()) && isWishedAnew();
  }

  boolean isOverdue(EffectiveSpec spec) {
    return inStep().compareTo(spec.upgrade().confirmWithin()) > 0;
  }

  /** Given up for a newer wish, before the old job was touched. */
  Plan superseded() {
    Obstacle obstacle =
        new Obstacle(
            Reason.Superseded,
            subject(journal.to()) + ": the spec changed again before anything was stopped");
    return go(
        journal
            .withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle))
            .at(RolloutStep.Retiring, now()),
        Optional.empty());
  }

  /** Given up, and the old job runs on. */
  Plan abandon(Obstacle obstacle) {
    return go(
        journal
            .withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle))
            .at(RolloutStep.Retiring, now()),
        Optional.of(new Notice(true, obstacle.reason(), obstacle.message())));
  }

  /** Whether the old job has not been asked to stop yet, so that giving up costs nothing. */
  boolean mayGiveUp() {
    return journal.stop().isEmpty() && journal.stoppedAt().isEmpty();
  }

  boolean isInitial() {
    return journal.strategy() == RolloutStrategy.Initial;
  }

  String subject(int revision) {
    return seen.subject() + " revision " + revision;
  }

  /** Stays in the step. The sentence may not change from look to look: each change is written. */
  Plan stay(String waitingFor, Duration lookAgainAfter, Effect... effects) {
    return stay(journal, waitingFor, lookAgainAfter, effects);
  }

  Plan stay(Journal same, String waitingFor, Duration lookAgainAfter, Effect... effects) {
    // What passes quickly is not worth a write.
    describe(
        same,
        isLasting() ? waitingFor + ", since " + same.stepStartedAt() : seen.status().waitingFor());
    return new Plan(draft.build(), List.of(effects), Optional.empty(), lookAgainAfter);
  }

  /** Stays, and says what is in the way. */
  Plan stay(Obstacle obstacle, Duration lookAgainAfter) {
    describe(journal, obstacle.message());
    draft.condition(ConditionType.UpgradeReady, Truth.False, obstacle.reason(), obstacle.message());
    boolean told =
        seen.status().waitingFor() != null && seen.status().waitingFor().equals(obstacle.message());
    return new Plan(
        draft.build(),
        List.of(),
        told
            ? Optional.empty()
            : Optional.of(new Notice(true, obstacle.reason(), obstacle.message())),
        lookAgainAfter);
  }

  /**
   * Stays for as long as the storage tells nothing, as that is not to tell of nothing. Once that
   * has lasted as long as a confirmation may, it is told as what is in the way.
   *
   * @param question what it was asked, such as "whether there is a savepoint"
   */
  Plan awaitStorage(String question, Duration lookAgainAfter) {
    return target().optional().filter(target -> isOverdue(target.spec())).isPresent()
        ? stay(
            new Obstacle(
                Reason.StorageUnreachable,
                "%s: expected the storage to tell %s, found no answer; nothing else is started until it answers; next step: bring it back, or correct what keeps the operator from asking it"
                    .formatted(subject(journal.to()), question)),
            limits().lookSoon())
        : stay("waits for the storage to tell " + question, lookAgainAfter);
  }

  /** Goes on; {@code next} is written before anything is done. */
  Plan go(Journal next, Optional<Notice> notice, Effect... effects) {
    describe(next, null);
    return new Plan(draft.build(), List.of(effects), notice, Duration.ZERO);
  }

  /**
   * Something failed. What was not touched stays as it is; what was stopped is brought back, unless
   * that failed as well or there is nothing to bring it back from.
   */
  Plan fail(Obstacle obstacle) {
    Notice notice = new Notice(true, obstacle.reason(), obstacle.message());
    if (journal.isRecovery() && journal.mayHaveStarted()) {
      // That nothing of it runs is proven before anything else begins.
      return go(
          journal
              .withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle))
              .at(RolloutStep.RollingBack, now()),
          Optional.of(notice));
    }
    if (!isInitial() && mayGiveUp()) {
      return go(
          journal
              .withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle))
              .at(RolloutStep.Retiring, now()),
          Optional.of(notice));
    }
    boolean canRollBack =
        !isInitial() && !journal.isRollback() && journal.restoreFrom().isPresent();
    // A way back that the new job has closed is none to offer: RollingBack says so.
    boolean isOpen =
        journal.checkpoints() == 0 || obstacle.reason() == Reason.RestoredFromElsewhere;
    if (canRollBack && isOpen && isRollbackByHand()) {
      return block(journal.withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle)), obstacle);
    }
    return canRollBack
        ? go(
            journal
                .withOutcome(RolloutOutcome.RolledBack, Optional.of(obstacle))
                .at(RolloutStep.RollingBack, now()),
            Optional.of(notice))
        : block(
            journal.withOutcome(
                journal.isRollback() ? RolloutOutcome.RolledBack : RolloutOutcome.Abandoned,
                Optional.of(obstacle)),
            obstacle);
  }

  /** Whether a person decides about going back, as wished now or else when this was stored. */
  private boolean isRollbackByHand() {
    return seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        ? wished.upgrade().rollback() == RollbackPolicy.Manual
        : target(journal.to()).optional().stream()
            .anyMatch(to -> to.spec().upgrade().rollback() == RollbackPolicy.Manual);
  }

  /** Ends in Blocked, and says so once. */
  Plan block(Journal decided, Obstacle obstacle) {
    String message = blocked(decided, obstacle).message();
    describe(decided.at(RolloutStep.Blocked, now()), message);
    draft.condition(ConditionType.UpgradeReady, Truth.False, obstacle.reason(), message);
    return new Plan(
        draft.build(),
        List.of(),
        Optional.of(new Notice(true, obstacle.reason(), obstacle.message())),
        Duration.ZERO);
  }

  /** What is in the way, and that only a person can take it out of the way. */
  static Obstacle blocked(Journal blocked, Obstacle failure) {
    String wayOut =
        blocked.isWayBackOpen()
            ? "spec.upgrade.rollback is Manual and nothing runs: annotate %s=%d to start revision %d again from %s"
                .formatted(
                    Annotations.ROLLBACK,
                    blocked.from().orElseThrow(),
                    blocked.from().orElseThrow(),
                    blocked.restoreFrom().orElseThrow())
            : "nothing is deleted and nothing is tried until the spec changes";
    return new Obstacle(failure.reason(), failure.message() + "; " + wayOut);
  }

  private void describe(Journal next, @Nullable String waitingFor) {
    draft.journal(next);
    draft.waitingFor(waitingFor);
    draft.phase(phase(next));
    String message =
        "attempt %d, %s: %s%d, step %s"
            .formatted(
                next.attempt(),
                next.strategy(),
                next.from().map(from -> from + " to ").orElse("revision "),
                next.to(),
                next.step());
    draft.condition(ConditionType.Progressing, Truth.True, reason(next), message);
    if (next.isOfTheJobAlone()) {
      // What stands about the wish stands.
    } else if (next.failure().isPresent()) {
      Obstacle failure = next.failure().get();
      draft.condition(ConditionType.UpgradeReady, Truth.False, failure.reason(), failure.message());
    } else {
      draft.condition(
          ConditionType.UpgradeReady,
          Truth.True,
          reason(next),
          "the wished spec is being rolled out");
    }
    if (isDown(next)) {
      draft.condition(ConditionType.Ready, Truth.False, reason(next), message);
    }
  }

  /** Whether the current job does not run, or may not, because of the rollout. */
  private static boolean isDown(Journal next) {
    if (next.isRescale()) {
      // How the job stands is looked at in each step.
      return false;
    }
    return switch (next.step()) {
      // Until its checkpoint is complete the old job runs; that it is over, the next step says.
      case Stopping -> !next.isByCheckpoint();
      case Verifying, Starting, Confirming, RollingBack, Blocked -> true;
      case Preparing -> next.strategy() != RolloutStrategy.Warm;
      case Retiring -> next.outcome().isEmpty();
    };
  }

  private static Phase phase(Journal next) {
    if (next.step() == RolloutStep.Blocked) {
      return Phase.Blocked;
    }
    if (next.isRollback() && !next.isRescale()) {
      return Phase.RollingBack;
    }
    return switch (next.strategy()) {
      case Initial -> Phase.Starting;
      case Warm, Cold -> Phase.Upgrading;
      case Suspend -> Phase.Suspending;
      case Recovery -> Phase.Recovering;
      case Rescale -> Phase.Rescaling;
      case Finish -> Phase.Finished;
    };
  }

  static Reason reason(Journal next) {
    if (next.isRollback() && !next.isRescale()) {
      return Reason.RollingBack;
    }
    return switch (next.strategy()) {
      case Initial -> Reason.Starting;
      case Warm, Cold -> Reason.Upgrading;
      case Suspend -> Reason.Suspending;
      case Recovery -> Reason.Recovering;
      case Rescale -> Reason.Rescaling;
      case Finish -> Reason.JobFinished;
    };
  }
}
