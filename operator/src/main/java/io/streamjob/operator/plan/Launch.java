package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Starting: the new job is submitted, and its coordinator knows it. */
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
   * The step begins. If the bucket has said already that the new job has not run, it begins with
   * the submission, which saves a look while nothing runs: the old job's end is written down, and a
   * coordinator that knows the new one does not start it twice.
   */
  Plan begin() {
    Stream<Effect> effects =
        facts.newState().isAbsent()
            ? rollout.target(journal.target()).optional().stream()
                .flatMap(target -> submission(target.spec()))
            : Stream.empty();
    return rollout.go(journal, Optional.empty(), effects.toArray(Effect[]::new));
  }

  Plan starting() {
    if (!(rollout.target()
        instanceof Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target))) {
      return wait("waits for the API server to list revisions");
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
    if (journal.checkpoints() > 0) {
      return rollout.fail(ranUnseen());
    }
    return switch (facts.newState()) {
      case Reading.Absent<String> none ->
          isOldJobOver()
              ? submit(target.spec())
              : wait("waits for proof that the job before has ended");
      case Reading.Unknown<String> unknown ->
          rollout.isEditedAndOverdue(target)
              ? rollout.fail(noJobInTime(target))
              : rollout.awaitStorage(
                  "whether the new job has run before",
                  rollout.isLasting() ? rollout.limits().lookSoon() : rollout.limits().lookNow());
      // Written down first: whatever the bucket says later, it is not started again.
      case Reading.Known<String> hasRun ->
          rollout.stay(
              journal.withCheckpoints(1), ranUnseen().message(), rollout.limits().lookNow());
    };
  }

  private Obstacle ranUnseen() {
    return new Obstacle(
        Reason.JobLost,
        "%s: its coordinator does not know the job that has completed %s"
            .formatted(
                rollout.subject(journal.target()),
                facts.newState().optional().orElse("a checkpoint")));
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
                without.map(Effect.LeaveOut::file).or(journal::startsFrom)));
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
            .startsFrom()
            .map(
                location ->
                    new Effect.LeaveOut(
                        Preflight.reader(journal),
                        location,
                        dropped,
                        "%s/without-%s-a-%d"
                            .formatted(
                                location, rollout.seen().subject().shortUid(), journal.attempt())));
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

  private Plan waitWithDeadline(Observation.StoredRevision target) {
    return rollout.isLate(target)
        ? rollout.fail(noJobInTime(target))
        : wait("waits for the new job");
  }

  /** Silence is not failure: only a person's other wish makes an end of waiting. */
  private Plan silent(Observation.StoredRevision target) {
    if (rollout.isEditedAndOverdue(target)) {
      return rollout.fail(noJobInTime(target));
    }
    return rollout.isOverdue(target.spec())
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
