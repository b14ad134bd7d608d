package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.Optional;

/**
 * Stopping: the old job ends with a savepoint, or is cancelled: after a fresh checkpoint, or at
 * once if its state is given up. If it is over already, its newest checkpoint is what goes on.
 */
final class Handover {
  private static final String SAVEPOINT = "whether there is a savepoint of this attempt";
  private static final String UNALIGNED =
      "the checkpoints are unaligned: they hold records on their way between tasks that a new program may not have";
  private static final String OTHER_BACKEND =
      "the state backend changes: only the one that wrote a checkpoint reads it";

  /** So much of a coordinator's name tells folders of one attempt apart. */
  private static final int SHORT = 8;

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
    boolean keepsState = spec.upgrade().state() != UpgradeState.None || journal.isSuspension();
    return switch (facts.oldJob()) {
      // Only a rollout that failed without a way back has left nothing that could answer.
      case Reading.Unknown<JobView> gone when facts.oldCluster().isGone() && keepsState ->
          over(prepared);
      case Reading.Unknown<JobView> unknown -> wait("waits for the running job's coordinator");
      case Reading.Absent<JobView> lost when keepsState -> over(prepared);
      case Reading.Absent<JobView> lost -> rollout.fail(ended("is not known to its coordinator"));
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() && keepsState ->
          over(prepared);
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          rollout.fail(ended("has ended as " + job.state()));
      case Reading.Known<JobView>(JobView job) when job.state() != JobState.RUNNING ->
          wait("waits until the old job runs again");
      case Reading.Known<JobView> running -> requestStop(prepared, spec);
    };
  }

  private boolean isSameSpec(int from) {
    Optional<String> then =
        rollout.target(from).optional().map(Observation.StoredRevision::specHash);
    return then.isPresent()
        && then.equals(
            rollout.target(journal.to()).optional().map(Observation.StoredRevision::specHash));
  }

  private Plan requestStop(Journal prepared, EffectiveSpec spec) {
    Optional<String> coordinator = coordinator();
    if (coordinator.isEmpty()) {
      return wait("waits for the running job's coordinator pod");
    }
    int from = journal.from().orElseThrow();
    StateHandover wished = handover(spec.upgrade().state());
    if (wished != StateHandover.None && rollout.target(from).optional().isEmpty()) {
      return wait("waits for revision " + from + " to be listed, which says where its state goes");
    }
    Optional<String> instead =
        wished == StateHandover.Checkpoint ? whyNoCheckpoint(from) : Optional.empty();
    StateHandover handover = instead.isPresent() ? StateHandover.Savepoint : wished;
    Journal next =
        instead
            .map("handed over by a savepoint, as "::concat)
            .map(prepared::withNote)
            .orElse(prepared)
            .withStop(stopBy(handover, coordinator.get()));
    return rollout.go(
        prepared.step() == RolloutStep.Stopping
            ? next
            : next.at(RolloutStep.Stopping, rollout.now()),
        Optional.of(
            new Notice(
                false,
                Rollout.reason(next),
                rollout.subject(from)
                    + switch (handover) {
                      case Savepoint -> ": takes its savepoint and stops";
                      case Checkpoint -> ": takes a checkpoint and is cancelled";
                      case LastCheckpoint, None -> ": is cancelled";
                    })),
        request(next));
  }

  /** Who stands still, or makes way for other state, is to go on from where it stood. */
  private StateHandover handover(UpgradeState wished) {
    boolean ownStateWaits = journal.chosen().isPresent() && wished == UpgradeState.Checkpoint;
    return journal.isSuspension() || ownStateWaits
        ? StateHandover.Savepoint
        : switch (wished) {
          case Savepoint -> StateHandover.Savepoint;
          case Checkpoint -> StateHandover.Checkpoint;
          case None -> StateHandover.None;
        };
  }

  private Journal.Stop stopBy(StateHandover handover, String coordinatorUid) {
    return new Journal.Stop(
        handover,
        rollout.seen().subject().stop(journal.attempt()),
        switch (handover) {
          case Savepoint, None -> rollout.seen().folders().savepoint();
          case Checkpoint, LastCheckpoint -> rollout.seen().folders().oldCheckpoints();
        },
        coordinatorUid);
  }

  /**
   * The job is over, and nobody can ask it for its state: what it has completed last goes on. Where
   * pods go anyway, the old ones go first, which proves that none of them runs it any more.
   */
  private Plan over(Journal prepared) {
    int from = journal.from().orElseThrow();
    String why = rollout.subject(from) + ": its job is over";
    // What was asked for may still be completed: then nothing but this rollout looks for it.
    boolean asked = journal.stop().isPresent();
    boolean goesOn = journal.chosen().isEmpty() && !asked && !isSameSpec(from);
    Optional<String> unfit = goesOn ? whyNoCheckpoint(from) : Optional.empty();
    if (unfit.isPresent()) {
      // It is started again as it was, and takes a savepoint then.
      return abandon(
          new Obstacle(
              Reason.Recovering,
              "%s, and its newest checkpoint does not do for the new version, as %s; next step: wait until it runs again as it was, or take that change back"
                  .formatted(why, unfit.get())));
    }
    Journal known =
        prepared.strategy() == RolloutStrategy.Warm
            ? prepared.becomingCold("went on as Cold, as the job before was over")
            : prepared;
    Journal next = known.withStop(stopBy(StateHandover.LastCheckpoint, Journal.Stop.NOBODY));
    return rollout.go(
        prepared.step() == RolloutStep.Stopping
            ? next
            : next.at(RolloutStep.Stopping, rollout.now()),
        Optional.of(
            new Notice(true, Rollout.reason(next), why + "; its newest checkpoint is looked for")));
  }

  private Optional<String> whyNoCheckpoint(int from) {
    boolean unaligned =
        rollout.target(from).optional().stream()
            .anyMatch(old -> old.spec().checkpoints().unaligned());
    if (unaligned) {
      return Optional.of(UNALIGNED);
    }
    return isSameBackend() ? Optional.empty() : Optional.of(OTHER_BACKEND);
  }

  /** The native one is quicker; another state backend cannot read it. ForSt writes no other. */
  private SavepointFormat format() {
    return isSameBackend() || oldBackend().equals(Optional.of(StateBackend.ForSt))
        ? SavepointFormat.NATIVE
        : SavepointFormat.CANONICAL;
  }

  private boolean isSameBackend() {
    return oldBackend().isPresent() && oldBackend().equals(backend(journal.to()));
  }

  private Optional<StateBackend> oldBackend() {
    return journal.from().flatMap(this::backend);
  }

  private Optional<StateBackend> backend(int revision) {
    return rollout.target(revision).optional().map(stored -> stored.spec().state().backend());
  }

  private Effect request(Journal next) {
    int from = next.from().orElseThrow();
    JobId old = next.oldJob().orElseThrow();
    Journal.Stop stop = next.stop().orElseThrow();
    return switch (stop.handover()) {
      case Savepoint ->
          new Effect.StopWithSavepoint(from, old, stop.trigger(), stop.directory(), format());
      case Checkpoint -> new Effect.TakeCheckpoint(from, old, stop.trigger());
      case LastCheckpoint, None -> new Effect.Cancel(from, old);
    };
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
      // Nothing was started: whoever comes next looks for the same.
      case Reading.Known<Observation.StoredRevision> stored
          when journal.isRecovery() && rollout.isWishedAnew() ->
          rollout.superseded();
      case Reading.Known<Observation.StoredRevision> stored ->
          switch (journal.stop().orElseThrow().handover()) {
            case Savepoint -> withSavepoint();
            case Checkpoint -> withCheckpoint();
            case LastCheckpoint -> withLastCheckpoint();
            case None -> cancelling();
          };
    };
  }

  private Plan cancelling() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job to be cancelled");
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          wait("waits for the old job to be cancelled", request(journal));
      case Reading.Known<JobView> ended -> stopped(Optional.empty(), rollout.now());
      case Reading.Absent<JobView> gone -> stopped(Optional.empty(), rollout.now());
    };
  }

  private Plan withLastCheckpoint() {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          runsOn(job, noState("the job was lost, and is there again"));
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          rollout.fail(noState("the job has ended as " + job.state()));
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
          rollout.awaitStorage(SAVEPOINT, rollout.limits().lookSoon());
      case Reading.Known<String>(String savepoint) ->
          stopped(Optional.of(savepoint), journal.startedAt());
      case Reading.Absent<String> none -> newestCheckpoint();
    };
  }

  private Plan newestCheckpoint() {
    return switch (facts.oldState()) {
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(
              "the newest checkpoint of the job that is over", rollout.limits().lookSoon());
      case Reading.Known<String>(String location) ->
          stopped(Optional.of(location), journal.startedAt());
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

  private Plan withSavepoint() {
    return switch (facts.savepoint()) {
      case Reading.Unknown<SavepointView> unknown -> wait("waits for the old job's savepoint");
      case Reading.Known<SavepointView>(SavepointView savepoint) ->
          switch (savepoint) {
            case SavepointView.InProgress inProgress -> wait("waits for the old job's savepoint");
            case SavepointView.Completed(String location) -> completed(location);
            case SavepointView.Failed(EngineFailure failure, Optional<String> complete) ->
                failed(failure, complete);
          };
      case Reading.Absent<SavepointView> notKnown -> forgotten();
    };
  }

  /**
   * The job runs on until its checkpoint is complete; then it is cancelled. What the new job starts
   * from is the newest one that it completed before it ended, that one or a later one: with a later
   * one it may have committed results. Its coordinator tells which; one that was replaced proves
   * nothing, neither that the old tasks are over nor which checkpoint was the last.
   */
  private Plan withCheckpoint() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Absent<JobView> lost -> over(journal);
      case Reading.Known<JobView>(JobView job) ->
          switch (job.state()) {
            case CANCELED, FAILED -> newest();
            case FINISHED -> rollout.fail(noState("the job has ended as " + job.state()));
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
                runsOn(job, noState(failure.message() + "; it runs on"));
            // It may be about to end for good, and with what it has completed.
            case SavepointView.Failed failed -> wait("waits until the old job runs again or ends");
          };
      case Reading.Absent<SavepointView> notKnown ->
          isSameCoordinator()
              ? wait("waits for the old job's checkpoint", request(journal))
              : askAnew(job, "waits for the old job's checkpoint");
    };
  }

  /**
   * Another process has brought the job back and knows nothing of the request, which ended with the
   * one that was asked. It is asked for itself, under an id and, for a savepoint, in a folder that
   * nobody else has written to.
   */
  private Plan askAnew(JobView job, String waitingFor) {
    Optional<String> coordinator = coordinator().filter(leader -> isBroughtBack());
    if (coordinator.isEmpty()) {
      return wait("waits for the old job's coordinator pod");
    }
    if (!job.isRunning()) {
      return wait("waits until the old job runs again");
    }
    Journal.Stop asked = journal.stop().orElseThrow();
    String folder = rollout.seen().folders().savepoint();
    Journal next =
        journal.withStop(
            new Journal.Stop(
                asked.handover(),
                rollout.seen().subject().stopAgain(journal.attempt(), coordinator.get()),
                asked.handover() == StateHandover.Checkpoint
                    ? asked.directory()
                    : folder.substring(0, folder.length() - 1)
                        + "-"
                        + shortened(coordinator.get())
                        + "/",
                coordinator.get()));
    return rollout.stay(next, waitingFor, rollout.limits().lookNow(), request(next));
  }

  /** Whether a job can be alive in another process than before; else the look at either was old. */
  private boolean isBroughtBack() {
    return journal
        .from()
        .flatMap(from -> rollout.target(from).optional())
        .filter(old -> old.spec().isHighlyAvailable())
        .isPresent();
  }

  private static String shortened(String coordinator) {
    return coordinator.substring(0, Math.min(SHORT, coordinator.length()));
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
      return runsOn(
          job,
          noState(
              "the program takes %s, whatever its configuration says; it runs on; next step: correct the program, or set spec.upgrade.state to Savepoint"
                  .formatted(
                      rules.unaligned()
                          ? "unaligned checkpoints"
                          : "checkpoints that are deleted when it is cancelled")));
    }
    String newest =
        checkpoints.latestCheckpoint().map(Checkpoints.Completed::location).orElse("none");
    return isOurs(newest)
        ? wait(
            "waits for the old job to be cancelled",
            new Effect.Cancel(journal.from().orElseThrow(), journal.oldJob().orElseThrow()))
        : runsOn(
            job,
            noState(
                "expected its newest checkpoint to be %s or a later one, found %s; it runs on"
                    .formatted(location, newest)));
  }

  private boolean isOurs(String location) {
    return location.startsWith(journal.stop().orElseThrow().directory())
        || (journal.isByLastCheckpoint()
            && location.startsWith(rollout.seen().folders().savepoint()));
  }

  /** The job is over, and completes no checkpoint any more. */
  private Plan newest() {
    return switch (facts.oldCheckpoints()) {
      case Reading.Unknown<Checkpoints> unknown -> wait("waits for the old job's coordinator");
      case Reading.Absent<Checkpoints> absent -> rollout.fail(noState("its checkpoints are off"));
      case Reading.Known<Checkpoints>(Checkpoints checkpoints) ->
          checkpoints
              .latestCheckpoint()
              .map(
                  newest ->
                      stopped(
                          Optional.of(newest.location()),
                          facts.stoppedAt().optional().orElse(newest.triggeredAt())))
              .orElseGet(() -> rollout.fail(noState("the job has ended and completed none")));
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

  private Plan failed(EngineFailure failure, Optional<String> complete) {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          failure.kind() == EngineFailure.Kind.FAILED_WHILE_STOPPING && !job.isRunning()
              ? wait("waits for the old job to end")
              : runsOn(job, noState(failure.message() + "; it runs on"));
      // It may have ended with the savepoint that an earlier, forgotten answer told of.
      case Reading.Known<JobView>(JobView job) when mayHaveEndedWithIt(job) ->
          complete
              .map(location -> stopped(Optional.of(location), journal.stepStartedAt()))
              .orElseGet(this::found);
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() -> over(journal);
      case Reading.Known<JobView>(JobView job) ->
          rollout.fail(noState(failure.message() + "; the job has ended as " + job.state()));
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      // It may have ended with the savepoint before its coordinator was lost.
      case Reading.Absent<JobView> lost -> found();
    };
  }

  private Plan runsOn(JobView job, Obstacle obstacle) {
    if (job.isRunning()) {
      rollout
          .draft()
          .condition(
              ConditionType.Ready,
              Truth.True,
              Reason.Running,
              rollout.subject(journal.from().orElseThrow()) + " runs");
    }
    return abandon(obstacle);
  }

  private Plan abandon(Obstacle obstacle) {
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
  private Plan forgotten() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Known<JobView>(JobView job) when mayHaveEndedWithIt(job) -> found();
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() -> over(journal);
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          rollout.fail(noState("the job has ended as " + job.state()));
      case Reading.Known<JobView> alive when isSameCoordinator() ->
          wait("waits for the old job's savepoint", request(journal));
      case Reading.Known<JobView>(JobView alive) -> unheardOf(alive);
      case Reading.Absent<JobView> absent -> found();
    };
  }

  /**
   * With a savepoint that was complete before another process brought the job back, results may
   * have been committed that this process repeats; and since then the job has gone on. Nothing
   * starts from such a savepoint, and nobody but a person stops the job behind it.
   */
  private Plan unheardOf(JobView alive) {
    if (coordinator().isEmpty() || !isBroughtBack()) {
      return wait("waits for the old job's coordinator pod");
    }
    return switch (facts.savepointFound()) {
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(SAVEPOINT, rollout.limits().lookNow());
      case Reading.Absent<String> none -> askAnew(alive, "waits for the old job's savepoint");
      case Reading.Known<String>(String location) when alive.isRunning() ->
          runsOn(
              alive,
              noState(
                  location
                      + " was complete when another coordinator brought the job back, which has gone on since; it runs on"));
      case Reading.Known<String> complete -> wait("waits until the old job runs again");
    };
  }

  /** Whether the savepoint, if there is one, is the last that the job has done. */
  private static boolean mayHaveEndedWithIt(JobView job) {
    boolean failedAtItsEnd =
        job.lastFailure()
            .filter(last -> last.kind() == EngineFailure.Kind.FAILED_WHILE_STOPPING)
            .isPresent();
    return job.state() == JobState.FINISHED || (job.state() == JobState.FAILED && failedAtItsEnd);
  }

  /** Whether the process still answers that was asked first. */
  private boolean isSameCoordinator() {
    return coordinator().filter(journal.stop().orElseThrow().coordinatorUid()::equals).isPresent();
  }

  private Optional<String> coordinator() {
    return facts.oldCluster().pods().optional().flatMap(ClusterView.Pods::coordinatorUid);
  }

  /** The job has ended and nobody remembers the savepoint: the bucket does. */
  private Plan found() {
    return switch (facts.savepointFound()) {
      case Reading.Known<String>(String location) ->
          stopped(Optional.of(location), journal.stepStartedAt());
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(SAVEPOINT, rollout.limits().lookNow());
      case Reading.Absent<String> none when facts.oldJob().isAbsent() -> over(journal);
      case Reading.Absent<String> none ->
          rollout.fail(
              noState(
                  "the job has ended and there is no _metadata below "
                      + journal.stop().orElseThrow().directory()));
    };
  }

  private Plan stopped(Optional<String> location, Instant at) {
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

  private Obstacle ended(String how) {
    return new Obstacle(
        Reason.JobFailed,
        "%s: the job whose state would be handed over %s"
            .formatted(rollout.subject(journal.from().orElseThrow()), how));
  }

  private Obstacle noState(String cause) {
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
    return rollout.stay(
        waitingFor,
        journal.step() == RolloutStep.Preparing
            ? rollout.limits().lookSoon()
            : rollout.limits().lookNow(),
        effects);
  }
}
