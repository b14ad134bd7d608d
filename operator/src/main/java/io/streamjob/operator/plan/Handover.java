package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.Optional;

/**
 * Stopping: the old job ends with a savepoint, or is cancelled: after a fresh checkpoint, or at
 * once if its state is given up. If it is over already, its newest checkpoint is what goes on.
 */
final class Handover {
  /** What the storage is asked. */
  static final String SAVEPOINT = "whether there is a savepoint of this attempt";

  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;
  private final StopRequest request;

  Handover(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
    this.request = new StopRequest(rollout);
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
          rollout.isSuperseded(target)
              ? rollout.superseded()
              : request.stop(journal, target.spec());
      // Nothing was started: whoever comes next looks for the same.
      case Reading.Known<Observation.StoredRevision> stored
          when journal.isRecovery() && rollout.isWishedAnew() ->
          rollout.superseded();
      case Reading.Known<Observation.StoredRevision> stored ->
          switch (journal.stop().orElseThrow().handover()) {
            case Savepoint -> new SavepointHandover(rollout, this).plan();
            case Checkpoint -> new CheckpointHandover(rollout, this).plan();
            case LastCheckpoint -> new LastCheckpointHandover(rollout, this).plan();
            case None -> cancelling();
          };
    };
  }

  private Plan cancelling() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job to be cancelled");
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          wait("waits for the old job to be cancelled", request.again());
      case Reading.Known<JobView> ended -> stopped(Optional.empty(), rollout.now());
      case Reading.Absent<JobView> gone -> stopped(Optional.empty(), rollout.now());
    };
  }

  /**
   * The old job has ended.
   *
   * @param location what it has left; empty if its state is given up
   * @param at when it stopped
   */
  Plan stopped(Optional<String> location, Instant at) {
    if (location.isPresent() && !isOurs(location.get())) {
      return rollout.fail(
          noState(
              "expected it below "
                  + journal.stop().orElseThrow().directory()
                  + ", found "
                  + location.get()));
    }
    Journal next = journal.withStopped(location, at);
    if (location.isPresent()) {
      return rollout.go(next.at(RolloutStep.Verifying, rollout.now()), Optional.empty());
    }
    return rollout.afterStop(next);
  }

  boolean isOurs(String location) {
    return location.startsWith(journal.stop().orElseThrow().directory())
        || (journal.isByLastCheckpoint()
            && location.startsWith(rollout.seen().folders().savepoint()));
  }

  /** The old job was not stopped after all. */
  Plan runsOn(JobView job, Obstacle obstacle) {
    if (job.isRunning()) {
      rollout
          .draft()
          .condition(
              ConditionType.Ready,
              Truth.True,
              Reason.Running,
              rollout.subject(journal.from().orElseThrow()) + " runs");
    }
    return rollout.abandon(obstacle);
  }

  Obstacle noState(String cause) {
    return new Obstacle(
        Reason.SavepointFailed,
        "%s: no %s: %s"
            .formatted(
                rollout.subject(journal.from().orElseThrow()),
                journal.isByCheckpoint() || journal.isByLastCheckpoint()
                    ? "checkpoint"
                    : "savepoint",
                cause));
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookNow(), effects);
  }
}
