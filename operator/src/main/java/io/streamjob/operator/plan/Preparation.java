package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Preparing: the cluster comes up, coordinator first; while it has no worker yet, the preflight
 * proves that the state fits; then the workers come, and the warm-up loads what the real job needs.
 */
final class Preparation {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Preparation(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  Plan plan() {
    boolean runsBeside = journal.strategy() == RolloutStrategy.Warm && rollout.mayGiveUp();
    RevisionStatus current = rollout.seen().status().current();
    if (runsBeside && current != null) {
      new JobWatch(rollout.seen(), rollout.draft()).watch(current);
    }
    return switch (rollout.target()) {
      case Reading.Unknown<Observation.StoredRevision> unknown ->
          wait("waits for the API server to list revisions");
      case Reading.Absent<Observation.StoredRevision> forgotten when journal.isRecovery() ->
          forgotten();
      case Reading.Absent<Observation.StoredRevision> absent -> store();
      case Reading.Known<Observation.StoredRevision>(Observation.StoredRevision target) ->
          rollout.isSuperseded(target) ? rollout.superseded() : comeUp(target.spec());
    };
  }

  private Plan store() {
    return rollout.seen().wished() instanceof Parsed.Valid
        ? wait("stores revision " + journal.to(), new Effect.StoreRevision(journal.to()))
        : rollout.superseded();
  }

  /** What is wished by now would be another spec than the one that ran. */
  private Plan forgotten() {
    return journal.asked().filter(asked -> asked.stands(rollout.seen())).isPresent()
        ? rollout.stay(
            new Obstacle(
                Reason.JobLost,
                "%s: expected its ControllerRevision, which says how it ran, found none; its job is not started again; next step: edit the spec, and the new version goes on from the job's newest checkpoint"
                    .formatted(rollout.subject(journal.to()))),
            rollout.limits().lookSoon())
        : rollout.superseded();
  }

  private Plan comeUp(EffectiveSpec spec) {
    ClusterView cluster = facts.newCluster();
    if (!(cluster.objects() instanceof Reading.Known<ClusterView.Objects>(var objects))) {
      return wait("waits for the API server to tell which objects exist");
    }
    if (!objects.coordinator()) {
      return ask(
          "creates the coordinator of revision " + journal.target(),
          new Effect.CreateCoordinator(journal.target(), journal.attempt()));
    }
    Optional<ClusterView.Trouble> trouble =
        cluster.pods().optional().flatMap(ClusterView.Pods::trouble);
    if (trouble.isPresent()) {
      return inTrouble(trouble.get(), spec);
    }
    if (!(cluster.slots() instanceof Reading.Known<Slots>(Slots slots))) {
      return waitForPods("waits for the coordinator of revision " + journal.target());
    }
    if (journal.preflight() == Check.Pending && !journal.isRollback()) {
      return isTooLate() ? rollout.fail(timedOut()) : new Preflight(rollout).plan(spec);
    }
    return workers(spec, objects, slots);
  }

  /**
   * What nobody could ask for until now has had no time to come up. That excuse counts once: who
   * refuses it will refuse it again.
   */
  private Plan ask(String waitingFor, Effect effect) {
    if (!isTooLate()) {
      return wait(waitingFor, effect);
    }
    return journal.hadOutage()
        ? rollout.fail(timedOut())
        : rollout.go(journal.anew(rollout.now()), Optional.empty(), effect);
  }

  /** What has been asked for has so much time, and not more. */
  private Plan waitForPods(String waitingFor) {
    return isTooLate() ? rollout.fail(timedOut()) : wait(waitingFor);
  }

  /** A first start, or a way back, has nothing better to return to: it goes on trying. */
  private boolean isTooLate() {
    return mustEnd() && rollout.inStep().compareTo(rollout.limits().preparing()) > 0;
  }

  private Obstacle timedOut() {
    return new Obstacle(
        Reason.PreparingTimedOut,
        "%s: expected its pods to be ready within %s, found %s slots, %s free; next step: look at its pods and events"
            .formatted(
                rollout.subject(journal.target()),
                rollout.limits().preparing(),
                facts.newCluster().slots().optional().map(slots -> "" + slots.total()).orElse("no"),
                facts
                    .newCluster()
                    .slots()
                    .optional()
                    .map(slots -> "" + slots.free())
                    .orElse("none")));
  }

  private Plan inTrouble(ClusterView.Trouble trouble, EffectiveSpec spec) {
    Instant since =
        trouble.since().isBefore(journal.stepStartedAt())
            ? journal.stepStartedAt()
            : trouble.since();
    boolean lasting = !since.plus(rollout.limits().podProblem()).isAfter(rollout.now());
    boolean makesRoom =
        trouble.obstacle().reason() == Reason.NoRoom
            && journal.strategy() == RolloutStrategy.Warm
            && rollout.mayGiveUp()
            && spec.upgrade().whenNoRoom() == NoRoomPolicy.Cold;
    if (lasting && makesRoom) {
      return new StopRequest(rollout)
          .stop(journal.becomingCold("went on as Cold: " + trouble.obstacle().message()), spec);
    }
    return lasting && mustEnd()
        ? rollout.fail(trouble.obstacle())
        : rollout.stay(trouble.obstacle(), rollout.limits().lookSoon());
  }

  private boolean mustEnd() {
    return !rollout.hasNothingBetter() && !journal.isRollback();
  }

  private Plan workers(EffectiveSpec spec, ClusterView.Objects objects, Slots slots) {
    if (!objects.workers()) {
      return ask(
          "waits for the workers of revision " + journal.target(),
          new Effect.CreateWorkers(journal.target(), journal.attempt()));
    }
    if (slots.total() < spec.totalSlots()) {
      return waitForPods("waits for the workers of revision " + journal.target());
    }
    if (journal.warmUp() == Check.Pending) {
      return warmUp(spec);
    }
    return ready(spec, journal, slots);
  }

  private Plan warmUp(EffectiveSpec spec) {
    Subject subject = rollout.seen().subject();
    return switch (facts.warmUp()) {
      case Reading.Unknown<ApplicationView> unknown -> waitForPods("waits for the warm-up");
      case Reading.Absent<ApplicationView> absent ->
          ask(
              "waits for the warm-up",
              new Effect.Submit(
                  journal.to(),
                  new Submission(
                      subject.warmUp(journal.to(), journal.attempt()),
                      Optional.empty(),
                      Submission.WARM_UP_JAR,
                      Optional.empty(),
                      List.of(
                          "--scratch",
                          rollout.seen().folders().scratch(),
                          "--checkpoints",
                          rollout.seen().folders().newCheckpoints(),
                          "--parallelism",
                          "" + spec.program().parallelism(),
                          "--limit-seconds",
                          "" + rollout.limits().warmUp().toSeconds()),
                      spec.program().parallelism(),
                      Optional.empty(),
                      Map.of())));
      case Reading.Known<ApplicationView>(ApplicationView run) ->
          switch (run) {
            case ApplicationView.Running running -> waitForPods("waits for the warm-up");
            case ApplicationView.Finished finished -> warm(Check.Passed, spec);
            // A cold start of the new job costs seconds, not records: no reason to give up.
            case ApplicationView.Canceled canceled -> warm(Check.Failed, spec);
            case ApplicationView.Failed failed -> warm(Check.Failed, spec);
          };
    };
  }

  private Plan warm(Check check, EffectiveSpec spec) {
    return facts.newCluster().slots() instanceof Reading.Known<Slots>(Slots slots)
        ? ready(spec, journal.withWarmUp(check), slots)
        : waitForPods("waits for the coordinator of revision " + journal.target());
  }

  /** The job of this very revision is over, or is not: missing pods may have come back to it. */
  private Plan again(EffectiveSpec spec) {
    if (facts.oldJob().optional().filter(job -> !job.state().isTerminal()).isPresent()) {
      return new Ending(rollout)
          .done(
              journal
                  .withNote("the job itself went on")
                  .withOutcome(RolloutOutcome.Completed, Optional.empty()));
    }
    return facts.newCluster().isIdle(spec)
        ? new StopRequest(rollout).stop(journal, spec)
        : wait("waits until no pod of revision " + journal.to() + " runs a task");
  }

  private Plan ready(EffectiveSpec spec, Journal prepared, Slots slots) {
    if (journal.isRecovery()) {
      return again(spec);
    }

    if (slots.free() < spec.program().parallelism()) {
      return waitForPods("waits for free slots on revision " + journal.target());
    }
    if (isTooLate() && isOldJobInDoubt()) {
      return rollout.fail(
          new Obstacle(
              Reason.PreparingTimedOut,
              "%s: expected the job of revision %s to run by the end of %s, found no such answer; next step: look at that job"
                  .formatted(
                      rollout.subject(journal.target()),
                      journal.from().map(Object::toString).orElse("none"),
                      rollout.limits().preparing())));
    }
    return prepared.strategy() == RolloutStrategy.Warm && !prepared.isRollback()
        ? new StopRequest(rollout).stop(prepared, spec)
        : rollout.go(prepared.at(RolloutStep.Starting, rollout.now()), Optional.empty());
  }

  /** Nobody tells whether the job runs that would be stopped, or it is between two tries. */
  private boolean isOldJobInDoubt() {
    return rollout.mayGiveUp()
        && !facts.oldJob().isAbsent()
        && facts
            .oldJob()
            .optional()
            .filter(job -> job.isRunning() || job.state().isTerminal())
            .isEmpty();
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookSoon(), effects);
  }
}
