package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.reading.Reading;
import java.util.Optional;

/** The old job is over already: what it has completed last goes on. */
final class LastCheckpointHandover {
  private final Rollout rollout;
  private final Handover handover;
  private final Journal journal;
  private final Observation.Facts facts;

  LastCheckpointHandover(Rollout rollout, Handover handover) {
    this.rollout = rollout;
    this.handover = handover;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  Plan plan() {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          handover.runsOn(job, handover.noState("the job was lost, and is there again"));
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          rollout.fail(handover.noState("the job has ended as " + job.state()));
      case Reading.Known<JobView> failed -> lastCheckpoint();
      // That no pod of it runs the job, the preparation of a recovery has proven.
      case Reading.Absent<JobView> lost when journal.isRecovery() -> lastCheckpoint();
      case Reading.Unknown<JobView> unknown when journal.isRecovery() ->
          rollout.stay(
              "waits for the coordinator of revision " + journal.to(), rollout.limits().lookSoon());
      case Reading.Absent<JobView> lost -> oncePodsAreGone();
      case Reading.Unknown<JobView> unknown -> oncePodsAreGone();
    };
  }

  private Plan oncePodsAreGone() {
    int from = journal.from().orElseThrow();
    return facts.oldCluster().isGone()
        ? lastCheckpoint()
        : rollout.stay(
            "waits until revision " + from + " is gone, whose job was lost",
            rollout.limits().lookSoon(),
            new Effect.DeleteCluster(from));
  }

  /** The savepoint that was asked for comes first: with it the job may have committed results. */
  private Plan lastCheckpoint() {
    return switch (facts.savepointFound()) {
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(Handover.SAVEPOINT, rollout.limits().lookSoon());
      case Reading.Known<String>(String savepoint) ->
          handover.stopped(Optional.of(savepoint), journal.startedAt());
      case Reading.Absent<String> none -> newestCheckpoint();
    };
  }

  private Plan newestCheckpoint() {
    return switch (facts.oldState()) {
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(
              "the newest checkpoint of the job that is over", rollout.limits().lookSoon());
      case Reading.Known<String>(String location) ->
          handover.stopped(Optional.of(location), journal.startedAt());
      case Reading.Absent<String> none when journal.chosen().isPresent() ->
          rollout.afterStop(
              journal
                  .withStopped(Optional.empty(), journal.startedAt())
                  .withNote(
                      "there is no way back, as the job before was over without a checkpoint"));
      // The engine deletes the checkpoints of a job that ends well.
      case Reading.Absent<String> none ->
          rollout.fail(
              new Obstacle(
                  Reason.JobLost,
                  "%s: its job is over, and has left no checkpoint below %s, as one that had finished does; neither older nor empty state is taken instead; next step: name a restore point in spec.restore, or set spec.upgrade.state to None to start empty on purpose"
                      .formatted(
                          rollout.subject(journal.from().orElseThrow()),
                          journal.stop().orElseThrow().directory())));
    };
  }
}
