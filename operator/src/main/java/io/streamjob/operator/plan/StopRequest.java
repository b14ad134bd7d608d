package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.Optional;

/**
 * What the old job is asked for before it stops: a savepoint, a checkpoint, or nothing. It is
 * written down first, and asked again if it got lost. A job that is over already is asked for
 * nothing: its newest checkpoint is what goes on.
 */
final class StopRequest {
  private static final String UNALIGNED =
      "the checkpoints are unaligned: they hold records on their way between tasks that a new program may not have";
  private static final String OTHER_BACKEND =
      "the state backend changes: only the one that wrote a checkpoint reads it";

  /** So much of a coordinator's name tells folders of one attempt apart. */
  private static final int SHORT = 8;

  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  StopRequest(Rollout rollout) {
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
        effect(next));
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
  Plan over(Journal prepared) {
    int from = journal.from().orElseThrow();
    String why = rollout.subject(from) + ": its job is over";
    // What was asked for may still be completed: then nothing but this rollout looks for it.
    boolean asked = journal.stop().isPresent();
    boolean goesOn = journal.chosen().isEmpty() && !asked && !isSameSpec(from);
    Optional<String> unfit = goesOn ? whyNoCheckpoint(from) : Optional.empty();
    if (unfit.isPresent()) {
      // It is started again as it was, and takes a savepoint then.
      return rollout.abandon(
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

  /** The same once more. */
  Effect again() {
    return effect(journal);
  }

  private Effect effect(Journal next) {
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

  /**
   * Another process has brought the job back and knows nothing of the request, which ended with the
   * one that was asked. It is asked for itself, under an id and, for a savepoint, in a folder that
   * nobody else has written to.
   */
  Plan askAnew(JobView job, String waitingFor) {
    Optional<String> coordinator = newCoordinator();
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
    return rollout.stay(next, waitingFor, rollout.limits().lookNow(), effect(next));
  }

  /** The process that has brought the job back, if one has. */
  Optional<String> newCoordinator() {
    return coordinator().filter(leader -> isBroughtBack());
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

  /** Whether the process still answers that was asked first. */
  boolean isSameCoordinator() {
    return coordinator().filter(journal.stop().orElseThrow().coordinatorUid()::equals).isPresent();
  }

  private Optional<String> coordinator() {
    return facts.oldCluster().pods().optional().flatMap(ClusterView.Pods::coordinatorUid);
  }

  private Obstacle ended(String how) {
    return new Obstacle(
        Reason.JobFailed,
        "%s: the job whose state would be handed over %s"
            .formatted(rollout.subject(journal.from().orElseThrow()), how));
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
