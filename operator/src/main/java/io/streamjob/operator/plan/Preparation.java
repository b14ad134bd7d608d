package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
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
    return switch (rollout.target()) {
      case Reading.Unknown<Observation.StoredRevision> unknown ->
          wait("waits for the API server to list revisions");
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

  private Plan comeUp(EffectiveSpec spec) {
    ClusterView cluster = facts.newCluster();
    if (!(cluster.objects() instanceof Reading.Known<ClusterView.Objects>(var objects))) {
      return wait("waits for the API server to tell which objects exist");
    }
    if (!objects.coordinator()) {
      return wait(
          "creates the coordinator of revision " + journal.target(),
          new Effect.CreateCoordinator(journal.target(), journal.attempt()));
    }
    Optional<ClusterView.Trouble> trouble =
        cluster.pods().optional().flatMap(ClusterView.Pods::trouble);
    if (trouble.isPresent()) {
      return inTrouble(trouble.get(), spec);
    }
    if (rollout.inStep().compareTo(rollout.limits().preparing()) > 0 && mustEnd()) {
      return rollout.fail(
          new Obstacle(
              Reason.PreparingTimedOut,
              "%s: expected %d slots within %s, found %s; next step: look at its pods"
                  .formatted(
                      rollout.subject(journal.target()),
                      spec.totalSlots(),
                      rollout.limits().preparing(),
                      cluster.slots().optional().map(slots -> "" + slots.total()).orElse("none"))));
    }
    if (!(cluster.slots() instanceof Reading.Known<Slots>(Slots slots))) {
      return wait("waits for the coordinator of revision " + journal.target());
    }
    if (journal.preflight() == Check.Pending) {
      return preflight(spec);
    }
    return workers(spec, objects, slots);
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
      return new Handover(rollout)
          .stop(journal.becomingCold("went on as Cold: " + trouble.obstacle().message()), spec);
    }
    return lasting && mustEnd()
        ? rollout.fail(trouble.obstacle())
        : rollout.stay(trouble.obstacle(), rollout.limits().lookSoon());
  }

  /** A first start, or a way back, has nothing better to return to: it goes on trying. */
  private boolean mustEnd() {
    return !rollout.isInitial() && !journal.isRollback();
  }

  private Plan preflight(EffectiveSpec spec) {
    return switch (facts.preflightJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the preflight's job");
      case Reading.Known<JobView>(JobView job) -> preflightJob(job);
      case Reading.Absent<JobView> absent ->
          switch (facts.preflight()) {
            case Reading.Unknown<ApplicationView> unknown -> wait("waits for the preflight");
            case Reading.Absent<ApplicationView> notSent -> submitPreflight(spec);
            case Reading.Known<ApplicationView>(ApplicationView run) -> preflightRun(run);
          };
    };
  }

  private Plan preflightJob(JobView job) {
    return switch (job.state()) {
      case INITIALIZING, CANCELLING, FAILING -> wait("waits for the preflight");
      case CREATED, RUNNING, RESTARTING, SUSPENDED, RECONCILING, FINISHED ->
          // The state was mapped; nothing ran, as there is no worker. It has served its purpose.
          wait(
              "ends the preflight of revision " + journal.to(),
              new Effect.Cancel(
                  journal.to(),
                  rollout
                      .seen()
                      .subject()
                      .preflightJob(journal.to(), journal.attempt(), journal.preflightRetries())));
      case CANCELED ->
          rollout.stay(
              journal.withPreflight(Check.Passed, journal.preflightRetries()),
              "waits for the workers of revision " + journal.to(),
              Duration.ZERO);
      case FAILED ->
          preflightFailed(
              job.lastFailure()
                  .orElse(
                      new EngineFailure(
                          EngineFailure.Kind.OTHER, "the preflight failed without a cause")));
    };
  }

  private Plan preflightRun(ApplicationView run) {
    return switch (run) {
      case ApplicationView.Running running -> wait("waits for the preflight");
      case ApplicationView.Failed(EngineFailure failure) -> preflightFailed(failure);
      case ApplicationView.Canceled canceled -> preflightFailed(noJob());
      case ApplicationView.Finished finished -> preflightFailed(noJob());
    };
  }

  private static EngineFailure noJob() {
    return new EngineFailure(
        EngineFailure.Kind.PROGRAM_FAILED, "the main method ended without starting a job");
  }

  private Plan preflightFailed(EngineFailure failure) {
    boolean again =
        failure.kind() == EngineFailure.Kind.RESTORE_POINT_UNREADABLE
            && journal.preflightRetries() < rollout.limits().preflightRetries();
    if (again) {
      // The running job may have replaced the checkpoint meanwhile: the next newest will do.
      return rollout.stay(
          journal.withPreflight(Check.Pending, journal.preflightRetries() + 1),
          "begins the preflight anew",
          rollout.limits().lookSoon());
    }
    return rollout.fail(Obstacle.of(failure, rollout.subject(journal.to())));
  }

  private Plan submitPreflight(EffectiveSpec spec) {
    if (!(facts.oldCheckpoints() instanceof Reading.Known<Checkpoints>(Checkpoints checkpoints))) {
      return facts.oldCheckpoints().isAbsent()
          ? submitPreflight(spec, Optional.empty())
          : wait("waits for the checkpoints of the running job");
    }
    return submitPreflight(
        spec, checkpoints.latestCheckpoint().map(Checkpoints.Completed::location));
  }

  private Plan submitPreflight(EffectiveSpec spec, Optional<String> checkpoint) {
    Subject subject = rollout.seen().subject();
    boolean empty = spec.upgrade().state() == UpgradeState.None;
    return wait(
        "waits for the preflight",
        new Effect.Submit(
            journal.to(),
            Launch.submission(
                spec,
                subject.preflight(journal.to(), journal.attempt(), journal.preflightRetries()),
                subject.preflightJob(journal.to(), journal.attempt(), journal.preflightRetries()),
                empty ? Optional.empty() : checkpoint)));
  }

  private Plan workers(EffectiveSpec spec, ClusterView.Objects objects, Slots slots) {
    if (!objects.workers()) {
      return wait(
          "waits for the workers of revision " + journal.target(),
          new Effect.CreateWorkers(journal.target(), journal.attempt()));
    }
    if (slots.total() < spec.totalSlots()) {
      return wait("waits for the workers of revision " + journal.target());
    }
    if (journal.warmUp() == Check.Pending) {
      return warmUp(spec);
    }
    return ready(spec, journal, slots);
  }

  private Plan warmUp(EffectiveSpec spec) {
    Subject subject = rollout.seen().subject();
    return switch (facts.warmUp()) {
      case Reading.Unknown<ApplicationView> unknown -> wait("waits for the warm-up");
      case Reading.Absent<ApplicationView> absent ->
          wait(
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
                          rollout.seen().scratchDirectory(),
                          "--parallelism",
                          "" + spec.program().parallelism(),
                          "--limit-seconds",
                          "" + rollout.limits().warmUp().toSeconds()),
                      spec.program().parallelism(),
                      Optional.empty(),
                      Map.of())));
      case Reading.Known<ApplicationView>(ApplicationView run) ->
          switch (run) {
            case ApplicationView.Running running -> wait("waits for the warm-up");
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
        : wait("waits for the coordinator of revision " + journal.target());
  }

  private Plan ready(EffectiveSpec spec, Journal prepared, Slots slots) {
    if (slots.free() < spec.program().parallelism()) {
      return wait("waits for free slots on revision " + journal.target());
    }
    return prepared.strategy() == RolloutStrategy.Warm && !prepared.isRollback()
        ? new Handover(rollout).stop(prepared, spec)
        : rollout.go(prepared.at(RolloutStep.Starting, rollout.now()), Optional.empty());
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookSoon(), effects);
  }
}
