package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Confirming: the new job shows that it is what was wished, before the way back is closed. */
final class Confirmation {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Confirmation(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  Plan plan() {
    if (!(rollout.target()
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target))) {
      return rollout.stay("waits for the API server to list revisions", rollout.limits().lookNow());
    }
    long completed =
        Math.max(
            journal.checkpoints(),
            facts.newCheckpoints().optional().map(Checkpoints::completed).orElse(0L));
    if (isProven(target, completed)) {
      return confirmedOncePointed(target, completed, Optional.empty());
    }
    // Silence is not failure: whether it may have committed results is asked, not guessed. That the
    // job is being set up is an answer: it has none yet.
    boolean silent =
        facts.newCheckpoints().isUnknown()
            && facts.newJob().optional().filter(JobView::isBeingSetUp).isEmpty()
            && !rollout.isEditedAndOverdue(target);
    Optional<Obstacle> failure = silent ? Optional.empty() : failure(target, completed);
    boolean finished =
        facts.newJob().optional().filter(job -> job.state() == JobState.FINISHED).isPresent();
    if (failure.filter(it -> it.reason() == Reason.RestoredFromElsewhere).isPresent()) {
      // Whatever it has completed: it is not the job that was asked for.
      return rollout.fail(failure.get());
    }
    if (failure.isPresent() || finished) {
      // Once it has completed a checkpoint, it may have committed results: the way back is closed.
      return completed > 0 || finished
          ? confirmedOncePointed(target, completed, failure)
          : rollout.fail(failure.orElseThrow());
    }
    return unconfirmed(target, completed);
  }

  /** However long it took: it runs, from where it was told to, and has completed checkpoints. */
  private boolean isProven(Observation.StoredRevision target, long completed) {
    boolean running = facts.newJob().optional().filter(JobView::isRunning).isPresent();
    Optional<Instant> runningAt =
        journal
            .runningAt()
            .or(() -> facts.newTasks().optional().flatMap(TasksView::processingSince));
    return running
        && runningAt.isPresent()
        && completed >= needed(target.spec())
        && facts.newCheckpoints().optional().filter(this::startedAsTold).isPresent();
  }

  /** The first checkpoint is written down: who comes after a crash must not go back behind it. */
  private Plan unconfirmed(Observation.StoredRevision target, long completed) {
    String sentence =
        "waits for %d completed checkpoint(s) of revision %d"
            .formatted(needed(target.spec()), journal.target());
    return completed > 0 && journal.checkpoints() == 0
        ? rollout.stay(journal.withCheckpoints(completed), sentence, rollout.limits().lookSoon())
        : pointed().orElseGet(() -> rollout.stay(sentence, rollout.limits().lookSoon()));
  }

  /**
   * No step after this one looks at the job's service. Until it is seen to select the new revision,
   * or could not be pointed at it in time, it is written down that the way back is closed.
   */
  private Plan confirmedOncePointed(
      Observation.StoredRevision target, long completed, Optional<Obstacle> inSpiteOf) {
    if (isPointed()) {
      return confirmed(target, inSpiteOf);
    }
    Effect[] point =
        facts.service().isUnknown()
            ? new Effect[0]
            : new Effect[] {new Effect.PointService(journal.target())};
    if (rollout.isOverdue(target.spec())) {
      Plan last = confirmed(target, inSpiteOf);
      List<Effect> effects = Stream.concat(last.effects().stream(), Stream.of(point)).toList();
      return new Plan(last.status(), effects, last.notice(), last.lookAgainAfter());
    }
    return rollout.stay(
        journal.checkpoints() == 0 ? journal.withCheckpoints(Math.max(1, completed)) : journal,
        "waits for the job's service to select revision " + journal.target(),
        rollout.limits().lookSoon(),
        point);
  }

  /** Whether the job's service selects the new revision, or is not ours. */
  private boolean isPointed() {
    return facts
        .service()
        .optional()
        .filter(at -> at == journal.target() || at == Observation.FOREIGN_SERVICE)
        .isPresent();
  }

  /** The job's service is pointed at the new revision, unless it is already. */
  private Optional<Plan> pointed() {
    return isPointed() || facts.service().isUnknown()
        ? Optional.empty()
        : Optional.of(
            rollout.stay(
                "lets the job's service select revision " + journal.target(),
                rollout.limits().lookSoon(),
                new Effect.PointService(journal.target())));
  }

  private int needed(EffectiveSpec spec) {
    // A first start and a way back have nothing to fall back to: one checkpoint proves them.
    return rollout.hasNothingBetter() || journal.isRollback()
        ? 1
        : spec.upgrade().confirmCheckpoints();
  }

  private Optional<Obstacle> failure(Observation.StoredRevision target, long completed) {
    EffectiveSpec spec = target.spec();
    String subject = rollout.subject(journal.target());
    if (facts.newJob() instanceof Reading.Known<JobView>(JobView job)) {
      if (job.state().isTerminal() && job.state() != JobState.FINISHED) {
        return Optional.of(ofJob(job, subject, spec));
      }
      if (completed == 0 && (cannotRead(job) || restartsTooOften(job))) {
        return Optional.of(ofJob(job, subject, spec));
      }
    }
    if (facts.newCheckpoints() instanceof Reading.Known<Checkpoints>(Checkpoints checkpoints)
        && facts.newTasks().optional().flatMap(TasksView::processingSince).isPresent()
        && !startedAsTold(checkpoints)) {
      return Optional.of(
          new Obstacle(
              Reason.RestoredFromElsewhere,
              "%s: expected to start from %s, found %s"
                  .formatted(
                      subject,
                      journal.startsFrom().orElse("empty state"),
                      checkpoints.restoredFrom().orElse("empty state"))));
    }
    if (facts.newJob().isAbsent()) {
      return Optional.of(
          new Obstacle(
              Reason.JobLost,
              subject + ": its coordinator was replaced before the job was confirmed"));
    }
    return rollout.isLate(target)
        ? Optional.of(
            new Obstacle(
                Reason.NotConfirmed,
                "%s: expected %d completed checkpoint(s) within %s, found %d; next step: see its log"
                    .formatted(subject, needed(spec), spec.upgrade().confirmWithin(), completed)))
        : Optional.empty();
  }

  /** No restart makes state readable that is not; each one would be downtime. */
  private static boolean cannotRead(JobView job) {
    return job.lastFailure()
        .filter(last -> last.kind() == EngineFailure.Kind.STATE_NOT_READABLE)
        .isPresent();
  }

  /** What ran before may go on as its restart strategy says. */
  private boolean restartsTooOften(JobView job) {
    return !journal.isRecovery() && job.restarts() >= rollout.limits().restarts();
  }

  private boolean startedAsTold(Checkpoints checkpoints) {
    return checkpoints.restoredFrom().equals(journal.startsFrom())
        || checkpoints.restoredFrom().filter(this::isOfNewJob).isPresent();
  }

  /**
   * The engine tells of the last restore: after a worker was lost, it is a checkpoint of its own.
   */
  private boolean isOfNewJob(String location) {
    JobId job = rollout.seen().subject().job(journal.target(), journal.attempt());
    return location.contains("/" + job + "/");
  }

  private static Obstacle ofJob(JobView job, String subject, EffectiveSpec spec) {
    return job.lastFailure()
        .map(
            failure ->
                failure.kind() == EngineFailure.Kind.OTHER
                    ? new Obstacle(Reason.JobFailed, subject + ": " + failure.message())
                    : Obstacle.of(failure, subject, spec))
        .orElse(new Obstacle(Reason.JobFailed, subject + ": the job is " + job.state()));
  }

  private Plan confirmed(Observation.StoredRevision target, Optional<Obstacle> inSpiteOf) {
    Journal proven =
        facts
            .newTasks()
            .optional()
            .flatMap(TasksView::processingSince)
            .map(journal::withRunning)
            .orElse(journal);
    if (!journal.isRollback()) {
      proven = proven.withOutcome(RolloutOutcome.Completed, inSpiteOf);
    }
    Ending.current(rollout, proven, target);
    if (inSpiteOf.isEmpty()) {
      rollout.draft().stable(target);
    }
    rollout.draft().stateSafe(rollout.subject(journal.target()) + " has completed a checkpoint");
    boolean retires = journal.strategy() == RolloutStrategy.Warm;
    return retires
        ? rollout.go(proven.at(RolloutStep.Retiring, rollout.now()), Optional.empty())
        : new Ending(rollout).done(proven);
  }
}
