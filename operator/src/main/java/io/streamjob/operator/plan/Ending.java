package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.FailureStatus;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Retiring, and the end of a rollout: what goes, what is current, and what is remembered. */
final class Ending {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Ending(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  Plan retiring() {
    if (journal.outcome().isPresent() && (journal.isSuspension() || journal.isOfTheJobAlone())) {
      // It was given up, or has failed: what was there stays.
      return done(journal);
    }
    boolean comesNext = journal.outcome().isEmpty() && !journal.isFinish();
    return comesNext && !(rollout.target() instanceof Reading.Known) ? pinned() : goes();
  }

  /**
   * The old cluster goes first, for a revision that is not stored yet. Until it is, an edit could
   * make another spec of it, such as one that does not start empty.
   */
  private Plan pinned() {
    String sentence = "stores revision " + journal.to();
    if (rollout.target().isUnknown()) {
      return rollout.stay(sentence, rollout.limits().lookSoon());
    }
    boolean empty = journal.restoreFrom().isEmpty();
    boolean fits =
        rollout.seen().wished() instanceof Parsed.Valid(EffectiveSpec wished)
            && !rollout.isOtherRestore()
            && (journal.chosen().isPresent()
                || empty == (wished.upgrade().state() == UpgradeState.None));
    Obstacle superseded =
        new Obstacle(
            Reason.Superseded,
            rollout.subject(journal.to()) + ": the spec changed again before anything was deleted");
    return fits
        ? rollout.stay(
            sentence, rollout.limits().lookSoon(), new Effect.StoreRevision(journal.to()))
        : rollout.stay(
            journal.withOutcome(RolloutOutcome.Abandoned, Optional.of(superseded)),
            sentence,
            Duration.ZERO);
  }

  private Plan goes() {
    int retired = journal.retired();
    boolean isOld = journal.from().filter(from -> from == retired).isPresent();
    ClusterView cluster = isOld ? facts.oldCluster() : facts.newCluster();
    if (!cluster.isGone()) {
      boolean thereIsSome =
          cluster.objects().optional().filter(ClusterView.Objects::anything).isPresent();
      String sentence = "waits until revision " + retired + " is gone";
      return thereIsSome
          ? rollout.stay(sentence, rollout.limits().lookSoon(), new Effect.DeleteCluster(retired))
          : rollout.stay(sentence, rollout.limits().lookSoon());
    }
    if (journal.outcome().isPresent()) {
      return done(journal);
    }
    if (journal.isFinish()) {
      return finished();
    }
    return journal.isSuspension()
        ? suspended()
        : rollout.go(journal.at(RolloutStep.Preparing, rollout.now()), Optional.empty());
  }

  private Plan suspended() {
    rollout.draft().phase(Phase.Suspended);
    rollout.draft().jobState(JobState.FINISHED);
    rollout
        .draft()
        .condition(
            ConditionType.Ready,
            Truth.False,
            Reason.Suspended,
            rollout.seen().subject() + ": nothing runs, as spec.suspend says");
    return done(journal.withOutcome(RolloutOutcome.Completed, Optional.empty()));
  }

  private Plan finished() {
    rollout.draft().phase(Phase.Finished);
    rollout.draft().jobState(JobState.FINISHED);
    return done(journal.withOutcome(RolloutOutcome.Completed, Optional.empty()));
  }

  /** From here on the journal's target is the current revision; how its job stands is told. */
  static void current(Rollout rollout, Journal journal, Observation.StoredRevision target) {
    Subject subject = rollout.seen().subject();
    Optional<JobState> state = rollout.facts().newJob().optional().map(JobView::state);
    rollout.draft().current(target);
    rollout
        .draft()
        .job(
            new JobStatus(
                subject.job(target.number(), journal.attempt()).hex(),
                state.map(Enum::name).orElse("UNKNOWN"),
                journal.startsFrom().orElse(null),
                journal.stepStartedAt().toString()));
    String name = rollout.subject(target.number());
    if (state.filter(JobState.RUNNING::equals).isPresent()) {
      rollout.draft().condition(ConditionType.Ready, Truth.True, Reason.Running, name + " runs");
      return;
    }
    Reason reason =
        state.filter(JobState.FINISHED::equals).isPresent()
            ? Reason.JobFinished
            : journal.failure().map(Obstacle::reason).orElse(Reason.JobRestarting);
    rollout
        .draft()
        .condition(
            ConditionType.Ready,
            Truth.False,
            reason,
            journal
                .failure()
                .map(Obstacle::message)
                .orElse(name + ": its job is " + state.map(Enum::name).orElse("not known")));
  }

  /** The rollout is over; what it was and what it cost is remembered. */
  Plan done(Journal ended) {
    RolloutOutcome outcome = ended.outcome().orElse(RolloutOutcome.Completed);
    boolean completed = outcome == RolloutOutcome.Completed;
    Optional<Obstacle> failure = ended.failure();
    StatusDraft draft = rollout.draft();
    draft.journal(null);
    draft.waitingFor(null);
    draft.ended(history(ended, outcome));
    Reason reason =
        switch (outcome) {
          case Completed -> Reason.Completed;
          case RolledBack -> Reason.RolledBack;
          case Abandoned -> failure.map(Obstacle::reason).orElse(Reason.Superseded);
        };
    String message =
        "attempt %d to revision %d: %s%s%s"
            .formatted(
                ended.attempt(),
                ended.to(),
                outcome,
                downtime(ended).map(time -> ", downtime " + time.toMillis() + " ms").orElse(""),
                failure.map(obstacle -> "; " + obstacle.message()).orElse(""));
    draft.condition(ConditionType.Progressing, Truth.False, reason, message);
    boolean superseded = failure.filter(it -> it.reason() == Reason.Superseded).isPresent();
    draft.requestsEnded(ended.attempt(), message);
    boolean untouched =
        outcome == RolloutOutcome.Abandoned
            && (rollout.mayGiveUp() || rollout.seen().status().current() == null);
    if (superseded || untouched) {
      // Nothing was restored, and nothing given up for it: the wish stands, if it still does.
      draft.requestForgotten(RestoreSpec.FIELD, ended.attempt());
    }
    remember(ended, completed, superseded);
    if (failure.isEmpty() && !ended.isOfTheJobAlone()) {
      draft.condition(
          ConditionType.UpgradeReady, Truth.True, Reason.UpToDate, "what runs is what is wished");
    }
    phase(ended, completed).ifPresent(draft::phase);
    return new Plan(
        draft.build(),
        List.of(),
        reason == Reason.Superseded
            ? Optional.empty()
            : Optional.of(new Notice(!completed && !superseded, reason, message)),
        Duration.ZERO);
  }

  /** Which spec is not tried again. */
  private void remember(Journal ended, boolean completed, boolean superseded) {
    if (ended.isOfTheJobAlone()) {
      return;
    }
    Optional<Journal.Asked> back = ended.asked().filter(Journal.Asked::isRollback);
    if (back.isPresent() && completed) {
      rollout
          .draft()
          .rejected(rolledBackByHand(rollout.seen(), back.get().wish(), "" + ended.to()));
    } else if (back.isEmpty() || superseded) {
      rollout
          .draft()
          .rejected(
              completed || superseded ? null : rejected(ended, ended.failure().orElseThrow()));
    }
  }

  /** A person has gone back behind this spec: it is not tried again until it changes. */
  static RejectedSpecStatus rolledBackByHand(Observation seen, String wish, String revision) {
    return new RejectedSpecStatus(
        wish,
        Requests.restore(seen.wished()).orElse(null),
        null,
        seen.subject().generation(),
        Reason.RolledBack.name(),
        "%s: annotation %s=%s went back behind this spec; next step: change the spec"
            .formatted(seen.subject(), Annotations.ROLLBACK, revision));
  }

  /** What the next look will find as well; empty: that tells more. */
  private Optional<Phase> phase(Journal ended, boolean completed) {
    if (completed || ended.isRollback()) {
      return Optional.of(Phase.Running)
          .filter(running -> rollout.draft().isTrue(ConditionType.Ready));
    }
    if (ended.isOfTheJobAlone()) {
      return Optional.empty();
    }
    if (isStillFinished()) {
      return Optional.of(Phase.Finished);
    }
    // Given up after the old job had ended: nothing runs.
    boolean down = ended.stoppedAt().isPresent() || ended.hasBeen(RolloutStep.Blocked);
    return Optional.of(
        rollout.seen().status().current() == null
            ? Phase.Pending
            : down ? Phase.Blocked : Phase.Running);
  }

  /** Whether what was to be replaced had done its work, and was not stopped. */
  private boolean isStillFinished() {
    StreamJobStatus before = rollout.seen().status();
    return before.job() != null
        && JobState.FINISHED.name().equals(before.job().state())
        && before.current() != null
        && Steady.finalSavepoint(before).isEmpty()
        && !rollout.facts().oldJob().isAbsent();
  }

  private @Nullable RejectedSpecStatus rejected(Journal ended, Obstacle failure) {
    if (ended.isRescale()) {
      // What is stored under its number is the spec that runs.
      return new RejectedSpecStatus(
          ended.asked().orElseThrow().wish(),
          Requests.restore(rollout.seen().wished()).orElse(null),
          null,
          rollout.seen().subject().generation(),
          failure.reason().name(),
          failure.message());
    }
    return rollout
        .seen()
        .revisions()
        .optional()
        .map(stored -> stored.get(ended.to()))
        .map(
            stored ->
                new RejectedSpecStatus(
                    stored.specHash(),
                    restoreOf(ended).orElse(null),
                    stored.number(),
                    rollout.seen().subject().generation(),
                    failure.reason().name(),
                    failure.message()))
        .orElse(null);
  }

  /** The restore in the spec that was tried: carried out with it, or long before. */
  private Optional<String> restoreOf(Journal ended) {
    Optional<String> chosen = ended.chosen().map(Journal.Chosen::id);
    return chosen.isPresent()
            || Requests.newRestore(rollout.seen().wished(), rollout.seen().status()).isPresent()
        ? chosen
        : Requests.restore(rollout.seen().wished());
  }

  private HistoryStatus history(Journal ended, RolloutOutcome outcome) {
    Optional<FailureStatus> failure = ended.failure().map(Obstacle::status);
    return new HistoryStatus(
        ended.attempt(),
        outcome.name(),
        ended.strategy().name(),
        ended.from().orElse(null),
        ended.to(),
        failure.map(FailureStatus::reason).orElse(null),
        failure.map(FailureStatus::message).orElse(null),
        ended.note().orElse(null),
        ended.startedAt().toString(),
        rollout.now().toString(),
        downtime(ended).map(Duration::toMillis).orElse(null),
        ended.timings());
  }

  private static Optional<Duration> downtime(Journal ended) {
    Optional<Instant> up = ended.runningAt();
    return ended.stoppedAt().flatMap(down -> up.map(since -> Duration.between(down, since)));
  }
}
