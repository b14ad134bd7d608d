package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.Optional;

/**
 * RollingBack and Blocked: a job that was started in this attempt has failed. Before anything else
 * starts from the same savepoint it is proven that the job is over, and that it has completed no
 * checkpoint: with one it may have committed results, and they would be committed twice.
 */
final class Undoing {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Undoing(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  /**
   * The new job failed and the old one has stopped. First it is proven that the new one is over; by
   * its coordinator's word if that can be had, otherwise by taking its pods away.
   */
  Plan rollingBack() {
    if (journal.isRecovery()) {
      return givingUp();
    }
    if (mayHaveCommitted()) {
      return noWayBack();
    }
    boolean warm = journal.strategy() == RolloutStrategy.Warm;
    if (facts.newCluster().isGone() || (warm && isOver())) {
      // What a foreign job has completed proves nothing of the one that comes next.
      return hasCommittedNothing()
          ? rollout.go(
              journal
                  .withCheckpoints(0)
                  .at(warm ? RolloutStep.Starting : RolloutStep.Preparing, rollout.now()),
              Optional.empty())
          : waitForStorage();
    }
    boolean silent = rollout.inStep().compareTo(rollout.limits().coordinatorSilence()) > 0;
    String sentence = "waits until the job of revision " + journal.to() + " has ended";
    if (warm && isAlive() && !silent) {
      JobId job = rollout.seen().subject().job(journal.to(), journal.attempt());
      return rollout.stay(
          sentence, rollout.limits().lookNow(), new Effect.Cancel(journal.to(), job));
    }
    return !warm || silent
        ? rollout.stay(
            sentence, rollout.limits().lookSoon(), new Effect.DeleteCluster(journal.to()))
        : rollout.stay(sentence, rollout.limits().lookNow());
  }

  /**
   * A recovery failed: what it has started goes on as the current job if it has completed anything,
   * and is to be over otherwise. What happens next is decided anew.
   */
  private Plan givingUp() {
    if (mayHaveCommitted()) {
      return becomesCurrent(journal.failure().orElseThrow());
    }
    boolean over = isOver() || facts.newCluster().isGone() || isLost();
    if (over) {
      return hasCommittedNothing() ? new Ending(rollout).done(journal) : waitForStorage();
    }
    String sentence = "waits until the job of revision " + journal.to() + " has ended";
    if (isAlive()) {
      JobId job = rollout.seen().subject().job(journal.to(), journal.attempt());
      return rollout.stay(
          sentence, rollout.limits().lookSoon(), new Effect.Cancel(journal.to(), job));
    }
    boolean silent = rollout.inStep().compareTo(rollout.limits().coordinatorSilence()) > 0;
    return silent && rollout.isWishedAnew()
        ? rollout.stay(
            sentence, rollout.limits().lookSoon(), new Effect.DeleteCluster(journal.to()))
        : rollout.stay(sentence, rollout.limits().lookSoon());
  }

  /** Its coordinator was replaced, and no worker runs a task of it any more. */
  private boolean isLost() {
    return facts.newJob().isAbsent()
        && rollout.target().optional().stream()
            .anyMatch(target -> facts.newCluster().isIdle(target.spec()));
  }

  private Plan waitForStorage() {
    return rollout.awaitStorage(
        "whether the job of revision " + journal.watched() + " has completed a checkpoint",
        rollout.limits().lookSoon());
  }

  /** The job has ended and will not run again, by its coordinator's word. */
  private boolean isOver() {
    return switch (facts.newJob()) {
      case Reading.Known<JobView>(JobView job) -> job.state().isTerminal();
      case Reading.Unknown<JobView> unknown -> false;
      // Refused before there was a job: the engine does not run the same application id again.
      case Reading.Absent<JobView> absent ->
          !journal.mayHaveStarted()
              || facts
                  .newRun()
                  .optional()
                  .filter(run -> !(run instanceof ApplicationView.Running))
                  .isPresent();
    };
  }

  private boolean isAlive() {
    return facts.newJob().optional().filter(job -> !job.state().isTerminal()).isPresent();
  }

  /** Whether it is known to have completed a checkpoint, or to have finished its work. */
  private boolean mayHaveCommitted() {
    return !journal.isForeign() && hasProgress();
  }

  private boolean hasProgress() {
    return journal.checkpoints() > 0
        || completed() > 0
        || facts.newState() instanceof Reading.Known<String>
        || facts.newJob().optional().filter(job -> job.state() == JobState.FINISHED).isPresent();
  }

  private long completed() {
    return facts.newCheckpoints().optional().map(Checkpoints::completed).orElse(0L);
  }

  /**
   * To be asked of a job that is over. The bucket has the last word, since a checkpoint counts from
   * the moment its {@code _metadata} is there; if it does not answer, a coordinator that still says
   * so after any cached answer has expired will do.
   */
  private boolean hasCommittedNothing() {
    boolean settled = rollout.inStep().compareTo(rollout.limits().coordinatorSilence()) > 0;
    boolean coordinatorSaysNone =
        isOver()
            && facts.newJob() instanceof Reading.Known<JobView>
            && facts.newCheckpoints().optional().filter(it -> it.completed() == 0).isPresent();
    return journal.isForeign()
        || !journal.mayHaveStarted()
        || facts.newState().isAbsent()
        || (settled && coordinatorSaysNone);
  }

  /** From here on the new revision is the current one, whether its job runs or not. */
  private Plan noWayBack() {
    if (!(rollout.target(journal.to())
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision to))) {
      return rollout.stay(
          "waits for the API server to list revisions", rollout.limits().lookSoon());
    }
    String newest =
        facts.newState() instanceof Reading.Known<String>(String location)
            ? " (" + location + ")"
            : "";
    Obstacle obstacle =
        new Obstacle(
            Reason.NoWayBack,
            "%s: it failed after it had completed a checkpoint%s, and may have committed results; revision %d is not started again, as it would commit them twice; it failed because: %s; next step: see docs/operations/runbooks.md#nowayback"
                .formatted(
                    rollout.subject(journal.to()),
                    newest,
                    journal.from().orElse(journal.to()),
                    journal.failure().map(Obstacle::message).orElse("not written")));
    Journal closed = journal.withOutcome(RolloutOutcome.Completed, Optional.of(obstacle));
    Ending.current(rollout, closed, to);
    return rollout.block(closed, obstacle);
  }

  /** A person must decide; what leads on is another wish, or the job itself. */
  Plan blocked() {
    Obstacle failure =
        journal
            .failure()
            .orElse(new Obstacle(Reason.EngineRefused, "blocked without a written reason"));
    if (runsAfterAll()) {
      return becomesCurrent(failure);
    }
    if (goesBackByHand()) {
      return goBack(failure);
    }
    boolean asked = rollout.seen().requests().newRollback(rollout.seen().status()).isPresent();
    if (!asked && !rollout.isWishedAnew()) {
      return rollout.stay(Rollout.blocked(journal, failure), rollout.limits().lookLater());
    }
    if (mayHaveCommitted()) {
      return becomesCurrent(failure);
    }
    if (journal.mayHaveStarted() && !facts.newCluster().isGone() && !isOver()) {
      return rollout.stay(
          "waits until the job of revision " + journal.watched() + " has ended",
          rollout.limits().lookSoon(),
          new Effect.DeleteCluster(journal.watched()));
    }
    return hasCommittedNothing()
        ? rollout.go(
            journal
                .withOutcome(RolloutOutcome.Abandoned, Optional.of(failure))
                .at(RolloutStep.Retiring, rollout.now()),
            Optional.empty())
        : waitForStorage();
  }

  /** With {@code rollback: Manual} the way back is there, and a person takes it. */
  private boolean goesBackByHand() {
    boolean sameSpec =
        rollout.target(journal.to()).optional().stream()
            .anyMatch(to -> to.specHash().equals(rollout.seen().wishedHash()));
    boolean automaticNow =
        sameSpec
            && rollout.seen().wished() instanceof Parsed.Valid(EffectiveSpec wished)
            && wished.upgrade().rollback() == RollbackPolicy.Automatic;
    return journal.isWayBackOpen() && (automaticNow || askedBack().isPresent());
  }

  private Optional<String> askedBack() {
    return rollout
        .seen()
        .requests()
        .newRollback(rollout.seen().status())
        .filter(value -> value.equals("" + journal.from().orElse(0)));
  }

  private Plan goBack(Obstacle failure) {
    askedBack()
        .ifPresent(
            value ->
                rollout
                    .draft()
                    .request(Annotations.ROLLBACK, value, journal.attempt(), "under way"));
    return rollout.go(
        journal
            .withOutcome(RolloutOutcome.RolledBack, Optional.of(failure))
            .at(RolloutStep.RollingBack, rollout.now()),
        Optional.empty());
  }

  /** It was slow or silent, or somebody has brought it back under its own id. */
  private boolean runsAfterAll() {
    return journal.mayHaveStarted()
        && !journal.isForeign()
        && rollout.inStep().compareTo(rollout.limits().coordinatorSilence()) > 0
        && facts.newJob().optional().filter(JobView::isRunning).isPresent()
        && completed() > 0;
  }

  /** The job has gone further than the savepoint: whatever comes next, comes after it. */
  private Plan becomesCurrent(Obstacle failure) {
    if (!(rollout.target()
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target))) {
      return rollout.stay(
          "waits for the API server to list revisions", rollout.limits().lookSoon());
    }
    Journal ended =
        journal.withOutcome(
            journal.isRollback() ? RolloutOutcome.RolledBack : RolloutOutcome.Completed,
            Optional.of(failure));
    Ending.current(rollout, ended, target);
    return ended.strategy() == RolloutStrategy.Warm
        ? rollout.go(ended.at(RolloutStep.Retiring, rollout.now()), Optional.empty())
        : new Ending(rollout).done(ended);
  }
}
