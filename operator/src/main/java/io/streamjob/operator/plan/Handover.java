package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.Optional;

/** Stopping: the old job ends with a savepoint, or is cancelled if its state is given up. */
final class Handover {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Handover(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  /** Everything is prepared: the request to stop is written down, and then sent. */
  Plan stop(Journal prepared, EffectiveSpec spec) {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the running job's coordinator");
      case Reading.Absent<JobView> absent -> rollout.fail(ended("is not known to its coordinator"));
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          rollout.fail(ended("has ended as " + job.state()));
      case Reading.Known<JobView>(JobView job) when job.state() != JobState.RUNNING ->
          wait("waits until the old job runs again");
      case Reading.Known<JobView> running -> requestStop(prepared, spec);
    };
  }

  private Plan requestStop(Journal prepared, EffectiveSpec spec) {
    Optional<String> coordinator =
        facts.oldCluster().pods().optional().flatMap(ClusterView.Pods::coordinatorUid);
    if (coordinator.isEmpty()) {
      return wait("waits for the running job's coordinator pod");
    }
    Journal next =
        prepared.withStop(
            new Journal.Stop(
                rollout.seen().subject().stop(journal.attempt()),
                rollout.seen().savepointDirectory(),
                coordinator.get()));
    return rollout.go(
        prepared.step() == RolloutStep.Stopping
            ? next
            : next.at(RolloutStep.Stopping, rollout.now()),
        Optional.of(
            new Notice(
                false,
                Reason.Upgrading,
                rollout.subject(journal.from().orElseThrow())
                    + (empty(spec) ? ": is cancelled" : ": takes its savepoint and stops"))),
        request(next, spec));
  }

  private Effect request(Journal next, EffectiveSpec spec) {
    int from = next.from().orElseThrow();
    JobId old = next.oldJob().orElseThrow();
    Journal.Stop stop = next.stop().orElseThrow();
    return empty(spec)
        ? new Effect.Cancel(from, old)
        : new Effect.StopWithSavepoint(from, old, stop.trigger(), stop.directory());
  }

  private static boolean empty(EffectiveSpec spec) {
    return spec.upgrade().state() == UpgradeState.None;
  }

  Plan stopping() {
    return switch (rollout.target()) {
      case Reading.Unknown<Observation.StoredRevision> unknown ->
          wait("waits for the API server to list revisions");
      case Reading.Absent<Observation.StoredRevision> absent when rollout.mayGiveUp() ->
          rollout.seen().wished() instanceof Parsed.Valid
              ? wait("stores revision " + journal.to(), new Effect.StoreRevision(journal.to()))
              : rollout.superseded();
      case Reading.Absent<Observation.StoredRevision> absent ->
          wait("waits for revision " + journal.to() + " to be listed");
      case Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target)
          when rollout.mayGiveUp() ->
          rollout.isSuperseded(target) ? rollout.superseded() : stop(journal, target.spec());
      case Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target) ->
          empty(target.spec()) ? cancelling(target.spec()) : stopping(target.spec());
    };
  }

  private Plan cancelling(EffectiveSpec spec) {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job to be cancelled");
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          wait("waits for the old job to be cancelled", request(journal, spec));
      case Reading.Known<JobView> ended -> stopped(Optional.empty(), rollout.now());
      case Reading.Absent<JobView> gone -> stopped(Optional.empty(), rollout.now());
    };
  }

  private Plan stopping(EffectiveSpec spec) {
    return switch (facts.savepoint()) {
      case Reading.Unknown<SavepointView> unknown -> wait("waits for the old job's savepoint");
      case Reading.Known<SavepointView>(SavepointView savepoint) ->
          switch (savepoint) {
            case SavepointView.InProgress inProgress -> wait("waits for the old job's savepoint");
            case SavepointView.Completed(String location) -> completed(location);
            case SavepointView.Failed(EngineFailure failure) -> failed(failure);
          };
      case Reading.Absent<SavepointView> notKnown -> forgotten(spec);
    };
  }

  private Plan completed(String location) {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          stopped(
              Optional.of(location), facts.stoppedAt().optional().orElse(journal.stepStartedAt()));
      case Reading.Known<JobView> stillThere -> wait("waits for the old job to end");
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job to end");
      case Reading.Absent<JobView> absent -> wait("waits for the old job to end");
    };
  }

  private Plan failed(EngineFailure failure) {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          runsOn(job, savepointFailed(failure.message() + "; it runs on"));
      // It may have ended with the savepoint that an earlier, forgotten answer told of.
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED -> found();
      case Reading.Known<JobView>(JobView job) ->
          rollout.fail(
              savepointFailed(failure.message() + "; the job has ended as " + job.state()));
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Absent<JobView> absent ->
          rollout.fail(savepointFailed(failure.message() + "; the job is not known any more"));
    };
  }

  private Plan runsOn(JobView job, Obstacle obstacle) {
    if (Launch.isRunning(job)) {
      rollout
          .draft()
          .condition(
              ConditionType.Ready,
              Truth.True,
              Reason.Running,
              rollout.subject(journal.from().orElseThrow()) + " runs");
    }
    return rollout.go(
        journal
            .withOutcome(RolloutOutcome.Abandoned, Optional.of(obstacle))
            .at(RolloutStep.Retiring, rollout.now()),
        Optional.of(new Notice(true, obstacle.reason(), obstacle.message())));
  }

  /**
   * The coordinator does not know the request: it never arrived, or the answer has expired, or
   * another process answers. Only the first is a reason to send it again.
   */
  private Plan forgotten(EffectiveSpec spec) {
    Journal.Stop stop = journal.stop().orElseThrow();
    boolean sameCoordinator =
        facts
            .oldCluster()
            .pods()
            .optional()
            .flatMap(ClusterView.Pods::coordinatorUid)
            .filter(stop.coordinatorUid()::equals)
            .isPresent();
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED -> found();
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          rollout.fail(savepointFailed("the job has ended as " + job.state()));
      case Reading.Known<JobView> alive when sameCoordinator ->
          wait("waits for the old job's savepoint", request(journal, spec));
      case Reading.Known<JobView> alive -> wait("waits for the old job's coordinator pod");
      case Reading.Absent<JobView> absent -> found();
    };
  }

  /** The job has ended and nobody remembers the savepoint: the bucket does. */
  private Plan found() {
    return switch (facts.savepointFound()) {
      case Reading.Known<String>(String location) ->
          stopped(Optional.of(location), journal.stepStartedAt());
      case Reading.Unknown<String> unknown -> wait("looks for the savepoint in the bucket");
      case Reading.Absent<String> none ->
          rollout.fail(
              savepointFailed(
                  "the job has ended and there is no _metadata below "
                      + journal.stop().orElseThrow().directory()));
    };
  }

  private Plan stopped(Optional<String> location, Instant at) {
    if (location.isPresent()
        && !location.get().startsWith(journal.stop().orElseThrow().directory())) {
      return rollout.fail(
          savepointFailed(
              "expected a savepoint below "
                  + journal.stop().orElseThrow().directory()
                  + ", found "
                  + location.get()));
    }
    Journal next = journal.withStopped(location, at);
    if (location.isPresent()) {
      return rollout.go(next.at(RolloutStep.Verifying, rollout.now()), Optional.empty());
    }
    return rollout.go(rollout.afterStop(next), Optional.empty());
  }

  private Obstacle ended(String how) {
    return new Obstacle(
        Reason.JobFailed,
        "%s: the job that the savepoint would be taken of %s"
            .formatted(rollout.subject(journal.from().orElseThrow()), how));
  }

  private Obstacle savepointFailed(String cause) {
    return new Obstacle(
        Reason.SavepointFailed,
        "%s: no savepoint: %s".formatted(rollout.subject(journal.from().orElseThrow()), cause));
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(
        waitingFor,
        journal.step() == RolloutStep.Preparing
            ? rollout.limits().lookSoon()
            : rollout.limits().lookNow(),
        effects);
  }
}
