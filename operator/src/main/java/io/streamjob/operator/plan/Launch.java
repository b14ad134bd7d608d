package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Starting and Confirming: the new job is submitted, and shows that it is what was wished. */
final class Launch {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Launch(Rollout rollout) {
    this(rollout, rollout.journal());
  }

  /**
   * @param journal as it will be written
   */
  Launch(Rollout rollout, Journal journal) {
    this.rollout = rollout;
    this.journal = journal;
    this.facts = rollout.facts();
  }

  static Submission submission(
      EffectiveSpec spec, ApplicationId run, JobId job, Optional<String> restoreFrom) {
    return new Submission(
        run,
        Optional.of(job),
        Submission.JOB_JAR,
        spec.program().entryClass(),
        spec.program().args(),
        spec.program().parallelism(),
        restoreFrom,
        Map.of());
  }

  /**
   * The step begins. Before this is written nobody submits the job, so that nobody need be asked
   * for it; whoever comes back to the step asks first.
   */
  Plan begin() {
    return rollout.go(
        journal,
        Optional.empty(),
        rollout.target(journal.target()).optional().stream()
            .flatMap(target -> submission(target.spec()))
            .toArray(Effect[]::new));
  }

  Plan starting() {
    if (!(rollout.target()
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target))) {
      return wait("waits for the API server to list revisions");
    }
    if (!isOldJobOver()) {
      return wait("waits for proof that the job before has ended");
    }
    return switch (facts.newJob()) {
      case Reading.Known<JobView> there -> started();
      case Reading.Unknown<JobView> unknown -> silent(target);
      case Reading.Absent<JobView> absent ->
          switch (facts.newRun()) {
            case Reading.Absent<ApplicationView> notSent -> unlessItHasRun(target);
            case Reading.Unknown<ApplicationView> unknown -> silent(target);
            case Reading.Known<ApplicationView>(ApplicationView run) -> run(target, run);
          };
    };
  }

  /**
   * No trace of the job in its coordinator is none of a job only if the bucket has none either: a
   * coordinator that was replaced has forgotten it, and started again it would commit its results
   * twice. A bounded job that had finished by then leaves none: the engine deletes its checkpoints.
   */
  private Plan unlessItHasRun(Observation.StoredRevision target) {
    return switch (facts.newState()) {
      case Reading.Absent<String> none -> submit(target.spec());
      case Reading.Unknown<String> unknown ->
          isEditedAndOverdue(target)
              ? rollout.fail(noJobInTime(target))
              : rollout.stay(
                  "waits for the storage to tell whether the new job has run before",
                  rollout.isLasting() ? rollout.limits().lookSoon() : rollout.limits().lookNow());
      case Reading.Known<String>(String checkpoint) -> ranUnseen(checkpoint);
    };
  }

  /** Written down first: the way back is closed, whatever the bucket says later. */
  private Plan ranUnseen(String checkpoint) {
    String sentence =
        "%s: its coordinator does not know the job that has completed %s"
            .formatted(rollout.subject(journal.target()), checkpoint);
    return journal.checkpoints() == 0
        ? rollout.stay(journal.withCheckpoints(1), sentence, rollout.limits().lookNow())
        : rollout.fail(new Obstacle(Reason.JobLost, sentence));
  }

  private Plan submit(EffectiveSpec spec) {
    return wait("waits for the new job", submission(spec).toArray(Effect[]::new));
  }

  private Stream<Effect> submission(EffectiveSpec spec) {
    Subject subject = rollout.seen().subject();
    Optional<Effect.LeaveOut> without = without(spec);
    Effect submit =
        new Effect.Submit(
            journal.target(),
            submission(
                spec,
                subject.run(journal.target(), journal.attempt()),
                subject.job(journal.target(), journal.attempt()),
                without.map(Effect.LeaveOut::file).or(journal::restoreFrom)));
    return Stream.concat(without.stream(), Stream.of(submit));
  }

  /**
   * What the preflight found no operator for, as far as it is named, is left out by a copy beside
   * the savepoint's own metadata. Everything else must find its operator: the engine refuses
   * otherwise.
   */
  private Optional<Effect.LeaveOut> without(EffectiveSpec spec) {
    Set<String> named = Preflight.mayBeDropped(spec);
    List<String> dropped = journal.unmapped().stream().filter(named::contains).toList();
    return dropped.isEmpty() || journal.isRollback()
        ? Optional.empty()
        : journal
            .restoreFrom()
            .map(
                location ->
                    new Effect.LeaveOut(
                        journal.from().orElseThrow(),
                        location,
                        dropped,
                        location + "/without-a-" + journal.attempt()));
  }

  private Plan run(Observation.StoredRevision target, ApplicationView run) {
    String subject = rollout.subject(journal.target());
    return switch (run) {
      case ApplicationView.Running running -> waitWithDeadline(target);
      case ApplicationView.Failed(EngineFailure failure) ->
          rollout.fail(Obstacle.of(failure, subject, target.spec()));
      case ApplicationView.Finished finished -> rollout.fail(noJob(subject, target.spec()));
      case ApplicationView.Canceled canceled -> rollout.fail(noJob(subject, target.spec()));
    };
  }

  private static Obstacle noJob(String subject, EffectiveSpec spec) {
    return Obstacle.of(
        new EngineFailure(
            EngineFailure.Kind.PROGRAM_FAILED, "the main method ended without starting a job"),
        subject,
        spec);
  }

  /**
   * Rule 1: no job is started before every other one is proven to have ended, by the word of its
   * own coordinator or because none of its pods is left.
   */
  private boolean isOldJobOver() {
    if (journal.from().isEmpty() || journal.isRollback() || facts.oldCluster().isGone()) {
      // In a rollback, RollingBack has proven it of both jobs.
      return true;
    }
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) -> job.state().isTerminal();
      // Its end was proven before stoppedAt was written; a new process has forgotten it since.
      case Reading.Absent<JobView> forgotten -> journal.stoppedAt().isPresent();
      case Reading.Unknown<JobView> unknown -> false;
    };
  }

  private Plan started() {
    return rollout.go(journal.at(RolloutStep.Confirming, rollout.now()), Optional.empty());
  }

  Plan confirming() {
    if (!(rollout.target()
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target))) {
      return wait("waits for the API server to list revisions");
    }
    long completed =
        Math.max(
            journal.checkpoints(),
            facts.newCheckpoints().optional().map(Checkpoints::completed).orElse(0L));
    if (isProven(target, completed)) {
      return confirmedOncePointed(target, completed, Optional.empty());
    }
    // Silence is not failure: whether it may have committed results is asked, not guessed.
    boolean silent = facts.newCheckpoints().isUnknown() && !isEditedAndOverdue(target);
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
    boolean running = facts.newJob().optional().filter(Launch::isRunning).isPresent();
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
    if (isOverdue(target.spec())) {
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
    return rollout.isInitial() || journal.isRollback() ? 1 : spec.upgrade().confirmCheckpoints();
  }

  static boolean isRunning(JobView job) {
    return job.state() == JobState.RUNNING;
  }

  private Optional<Obstacle> failure(Observation.StoredRevision target, long completed) {
    EffectiveSpec spec = target.spec();
    String subject = rollout.subject(journal.target());
    if (facts.newJob() instanceof Reading.Known<JobView>(JobView job)) {
      if (job.state().isTerminal() && job.state() != JobState.FINISHED) {
        return Optional.of(ofJob(job, subject, spec));
      }
      if (completed == 0 && (cannotRead(job) || job.restarts() >= rollout.limits().restarts())) {
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
                      journal.restoreFrom().orElse("empty state"),
                      checkpoints.restoredFrom().orElse("empty state"))));
    }
    if (facts.newJob().isAbsent()) {
      return Optional.of(
          new Obstacle(
              Reason.JobLost,
              subject + ": its coordinator was replaced before the job was confirmed"));
    }
    return isLate(target)
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

  private boolean startedAsTold(Checkpoints checkpoints) {
    return checkpoints.restoredFrom().equals(journal.restoreFrom())
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

  /** A first start has nothing to return to: it goes on until somebody wishes something else. */
  private boolean isLate(Observation.StoredRevision target) {
    return isOverdue(target.spec()) && (!rollout.isInitial() || rollout.isWishedAnew());
  }

  private boolean isEditedAndOverdue(Observation.StoredRevision target) {
    return isOverdue(target.spec()) && rollout.isWishedAnew();
  }

  private boolean isOverdue(EffectiveSpec spec) {
    return rollout.inStep().compareTo(spec.upgrade().confirmWithin()) > 0;
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
    rollout
        .draft()
        .condition(
            ConditionType.StateSafe,
            Truth.True,
            Reason.CheckpointCompleted,
            rollout.subject(journal.target()) + " has completed a checkpoint");
    boolean retires = journal.strategy() == RolloutStrategy.Warm;
    return retires
        ? rollout.go(proven.at(RolloutStep.Retiring, rollout.now()), Optional.empty())
        : new Ending(rollout).done(proven);
  }

  private Plan waitWithDeadline(Observation.StoredRevision target) {
    return isLate(target) ? rollout.fail(noJobInTime(target)) : wait("waits for the new job");
  }

  /** Silence is not failure: only a person's other wish makes an end of waiting. */
  private Plan silent(Observation.StoredRevision target) {
    if (isEditedAndOverdue(target)) {
      return rollout.fail(noJobInTime(target));
    }
    return isOverdue(target.spec())
        ? rollout.stay(
            new Obstacle(
                Reason.CoordinatorUnreachable,
                "%s: its coordinator does not answer, and its job may run; nothing else is started until it answers or the spec changes"
                    .formatted(rollout.subject(journal.target()))),
            rollout.limits().lookSoon())
        : wait("waits for the new job");
  }

  private Obstacle noJobInTime(Observation.StoredRevision target) {
    return new Obstacle(
        Reason.NotConfirmed,
        "%s: expected its job within %s, found none"
            .formatted(rollout.subject(journal.target()), target.spec().upgrade().confirmWithin()));
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookNow(), effects);
  }
}
