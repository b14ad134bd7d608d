package io.streamjob.operator.plan;

import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.reading.Reading;
import java.util.Optional;

/**
 * The job runs on until its checkpoint is complete; then it is cancelled. What the new job starts
 * from is the newest one that it completed before it ended, that one or a later one: with a later
 * one it may have committed results. Its coordinator tells which; one that was replaced proves
 * nothing, neither that the old tasks are over nor which checkpoint was the last.
 */
final class CheckpointHandover {
  private final Rollout rollout;
  private final Handover handover;
  private final Journal journal;
  private final Observation.Facts facts;
  private final StopRequest request;

  CheckpointHandover(Rollout rollout, Handover handover) {
    this.rollout = rollout;
    this.handover = handover;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
    this.request = new StopRequest(rollout);
  }

  Plan plan() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Absent<JobView> lost -> request.over(journal);
      case Reading.Known<JobView>(JobView job) ->
          switch (job.state()) {
            case CANCELED, FAILED -> newest();
            case FINISHED -> rollout.fail(handover.noState("the job has ended as " + job.state()));
            case CANCELLING, FAILING -> wait("waits for the old job to end");
            case INITIALIZING, CREATED, RUNNING, RESTARTING, SUSPENDED, RECONCILING -> alive(job);
          };
    };
  }

  private Plan alive(JobView job) {
    return switch (facts.savepoint()) {
      case Reading.Unknown<SavepointView> unknown -> wait("waits for the old job's checkpoint");
      case Reading.Known<SavepointView>(SavepointView checkpoint) ->
          switch (checkpoint) {
            case SavepointView.InProgress running -> waitForCheckpoint();
            case SavepointView.Completed(String location) -> taken(job, location);
            case SavepointView.Failed(EngineFailure failure, Optional<String> none)
                when job.isRunning() ->
                handover.runsOn(job, handover.noState(failure.message() + "; it runs on"));
            // It may be about to end for good, and with what it has completed.
            case SavepointView.Failed failed -> wait("waits until the old job runs again or ends");
          };
      case Reading.Absent<SavepointView> notKnown ->
          request.isSameCoordinator()
              ? wait("waits for the old job's checkpoint", request.again())
              : request.askAnew(job, "waits for the old job's checkpoint");
    };
  }

  /** Nothing is down meanwhile, and it may take its time: most looks would be for nothing. */
  private Plan waitForCheckpoint() {
    return rollout.stay(
        "waits for the old job's checkpoint",
        rollout.isLasting() ? rollout.limits().lookSoon() : rollout.limits().lookNow());
  }

  /** The job is cancelled once it is known that this keeps the checkpoint, and where that lies. */
  private Plan taken(JobView job, String location) {
    if (!(facts.oldRules() instanceof Reading.Known<CheckpointRules>(CheckpointRules rules))
        || !(facts.oldCheckpoints()
            instanceof Reading.Known<Checkpoints>(Checkpoints checkpoints))) {
      return wait("waits for the checkpoints of the old job");
    }
    if (!rules.keptWhenCancelled() || rules.unaligned()) {
      return handover.runsOn(
          job,
          handover.noState(
              "the program takes %s, whatever its configuration says; it runs on; next step: correct the program, or set spec.upgrade.state to Savepoint"
                  .formatted(
                      rules.unaligned()
                          ? "unaligned checkpoints"
                          : "checkpoints that are deleted when it is cancelled")));
    }
    String newest =
        checkpoints.latestCheckpoint().map(Checkpoints.Completed::location).orElse("none");
    return handover.isOurs(newest)
        ? wait(
            "waits for the old job to be cancelled",
            new Effect.Cancel(journal.from().orElseThrow(), journal.oldJob().orElseThrow()))
        : handover.runsOn(
            job,
            handover.noState(
                "expected its newest checkpoint to be %s or a later one, found %s; it runs on"
                    .formatted(location, newest)));
  }

  /** The job is over, and completes no checkpoint any more. */
  private Plan newest() {
    return switch (facts.oldCheckpoints()) {
      case Reading.Unknown<Checkpoints> unknown -> wait("waits for the old job's coordinator");
      case Reading.Absent<Checkpoints> absent ->
          rollout.fail(handover.noState("its checkpoints are off"));
      case Reading.Known<Checkpoints>(Checkpoints checkpoints) ->
          checkpoints
              .latestCheckpoint()
              .map(
                  newest ->
                      handover.stopped(
                          Optional.of(newest.location()),
                          facts.stoppedAt().optional().orElse(newest.triggeredAt())))
              .orElseGet(
                  () -> rollout.fail(handover.noState("the job has ended and completed none")));
    };
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookNow(), effects);
  }
}
