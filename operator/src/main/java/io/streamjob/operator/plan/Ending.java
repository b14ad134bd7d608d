package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.FailureStatus;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Retiring, RollingBack and Blocked: what goes, what comes back, and what is remembered. */
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
    return journal.outcome().isEmpty()
        ? rollout.go(journal.at(RolloutStep.Preparing, rollout.now()), Optional.empty())
        : done(journal);
  }

  /**
   * The new job failed and the old one has stopped. First it is proven that the new one is over; by
   * its coordinator's word if that can be had, otherwise by taking its pods away.
   */
  Plan rollingBack() {
    boolean warm = journal.strategy() == RolloutStrategy.Warm;
    if (facts.newCluster().isGone() || (warm && isNewJobOver())) {
      return rollout.go(
          journal.at(warm ? RolloutStep.Starting : RolloutStep.Preparing, rollout.now()),
          Optional.empty());
    }
    boolean silent = rollout.inStep().compareTo(rollout.limits().coordinatorSilence()) > 0;
    boolean alive = facts.newJob().optional().filter(job -> !job.state().isTerminal()).isPresent();
    String sentence = "waits until the job of revision " + journal.to() + " has ended";
    if (warm && alive && !silent) {
      JobId job = rollout.seen().subject().job(journal.to(), journal.attempt());
      return rollout.stay(
          sentence, rollout.limits().lookNow(), new Effect.Cancel(journal.to(), job));
    }
    return !warm || silent
        ? rollout.stay(
            sentence, rollout.limits().lookSoon(), new Effect.DeleteCluster(journal.to()))
        : rollout.stay(sentence, rollout.limits().lookNow());
  }

  private boolean isNewJobOver() {
    return switch (facts.newJob()) {
      case Reading.Known<JobView>(JobView job) -> job.state().isTerminal();
      case Reading.Unknown<JobView> unknown -> false;
      // Refused before there was a job: the engine does not run the same application id again.
      case Reading.Absent<JobView> absent ->
          facts
              .newRun()
              .optional()
              .filter(run -> !(run instanceof ApplicationView.Running))
              .isPresent();
    };
  }

  /** A person must decide; the only thing that leads on is another spec. */
  Plan blocked() {
    Obstacle failure =
        journal
            .failure()
            .orElse(new Obstacle(Reason.EngineRefused, "blocked without a written reason"));
    boolean sameSpec =
        !(rollout.target() instanceof Reading.Known<Observation.StoredRevision>)
            || isWished(journal.to());
    return sameSpec
        ? rollout.stay(
            new Obstacle(
                failure.reason(),
                failure.message()
                    + "; nothing is deleted and nothing is tried until the spec changes"),
            rollout.limits().lookLater())
        : rollout.go(
            journal
                .withOutcome(RolloutOutcome.Abandoned, Optional.of(failure))
                .at(RolloutStep.Retiring, rollout.now()),
            Optional.empty());
  }

  private boolean isWished(int revision) {
    return rollout
        .seen()
        .revisions()
        .optional()
        .map(stored -> stored.get(revision))
        .filter(stored -> rollout.seen().wishedHash().equals(stored.specHash()))
        .isPresent();
  }

  /** The target has proven itself: from here on it is the current revision. */
  static void proven(Rollout rollout, Journal journal, EffectiveSpec spec) {
    Subject subject = rollout.seen().subject();
    RevisionStatus revision =
        new RevisionStatus(
            journal.target(),
            rollout
                .seen()
                .revisions()
                .optional()
                .map(stored -> stored.get(journal.target()))
                .map(Observation.StoredRevision::specHash)
                .orElse(""),
            spec.image());
    rollout
        .draft()
        .current(revision, spec.replicas())
        .stable(revision)
        .job(
            new JobStatus(
                subject.job(journal.target(), journal.attempt()).hex(),
                "RUNNING",
                journal.restoreFrom().orElse(null),
                journal.stepStartedAt().toString()))
        .condition(
            ConditionType.Ready,
            Truth.True,
            Reason.Running,
            rollout.subject(journal.target()) + " runs");
  }

  /** The rollout is over; what it was and what it cost is remembered. */
  Plan done(Journal ended) {
    RolloutOutcome outcome = ended.outcome().orElse(RolloutOutcome.Completed);
    boolean completed = outcome == RolloutOutcome.Completed;
    Optional<Obstacle> failure = ended.failure();
    StatusDraft draft =
        rollout.draft().journal(null).waitingFor(null).ended(history(ended, outcome));
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
    boolean superseded = reason == Reason.Superseded;
    draft.rejected(completed || superseded ? null : rejected(ended, failure.orElseThrow()));
    if (failure.isEmpty()) {
      draft.condition(
          ConditionType.UpgradeReady, Truth.True, Reason.UpToDate, "what runs is what is wished");
    }
    draft.phase(
        rollout.seen().status().current() == null && !completed ? Phase.Pending : Phase.Running);
    return new Plan(
        draft.build(),
        List.of(),
        superseded ? Optional.empty() : Optional.of(new Notice(!completed, reason, message)),
        Duration.ZERO);
  }

  private @Nullable RejectedSpecStatus rejected(Journal ended, Obstacle failure) {
    return rollout
        .seen()
        .revisions()
        .optional()
        .map(stored -> stored.get(ended.to()))
        .map(
            stored ->
                new RejectedSpecStatus(
                    stored.specHash(),
                    rollout.seen().subject().generation(),
                    failure.reason().name(),
                    failure.message()))
        .orElse(null);
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
