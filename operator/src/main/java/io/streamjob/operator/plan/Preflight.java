package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorIds;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The preflight: the new program meets the state in a dry run, before there are workers, so that a
 * program whose state has no place costs neither room nor downtime.
 */
final class Preflight {
  private final Rollout rollout;
  private final Journal journal;
  private final Observation.Facts facts;

  Preflight(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
  }

  Plan plan(EffectiveSpec spec) {
    return switch (facts.preflightJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the preflight's job");
      case Reading.Known<JobView>(JobView standIn) -> placed(standIn);
      case Reading.Absent<JobView> absent ->
          switch (facts.preflight()) {
            case Reading.Unknown<ApplicationView> unknown -> wait("waits for the preflight");
            case Reading.Absent<ApplicationView> notSent -> submitPreflight(spec);
            case Reading.Known<ApplicationView>(ApplicationView run) -> preflightRun(run, spec);
          };
    };
  }

  /**
   * All state has its place: the stand-in that says so has served its purpose, whatever ends it.
   */
  private Plan placed(JobView standIn) {
    return switch (standIn.state()) {
      case INITIALIZING, CANCELLING, FAILING -> wait("waits for the preflight");
      case CREATED, RUNNING, RESTARTING, SUSPENDED, RECONCILING ->
          wait(
              "ends the preflight of revision " + journal.to(),
              new Effect.Cancel(
                  journal.to(),
                  rollout
                      .seen()
                      .subject()
                      .preflightJob(journal.to(), journal.attempt(), journal.preflightRetries())));
      // It fails where it has waited for a worker for as long as the engine has it wait.
      case CANCELED, FINISHED, FAILED -> passed(journal);
    };
  }

  private Plan preflightRun(ApplicationView run, EffectiveSpec spec) {
    return switch (run) {
      case ApplicationView.Running running -> wait("waits for the preflight");
      case ApplicationView.Failed(EngineFailure failure) -> failed(failure, spec);
      case ApplicationView.Canceled canceled -> failed(noJob(), spec);
      case ApplicationView.Finished finished -> failed(noJob(), spec);
    };
  }

  private static EngineFailure noJob() {
    return new EngineFailure(
        EngineFailure.Kind.PROGRAM_FAILED, "the main method ended without starting a job");
  }

  private Plan failed(EngineFailure failure, EffectiveSpec spec) {
    if (failure.kind() == EngineFailure.Kind.RESTORE_POINT_UNREADABLE
        && journal.preflightRetries() < rollout.limits().preflightRetries()) {
      // The running job may have replaced the checkpoint meanwhile: the next newest will do.
      return rollout.stay(
          journal.withPreflight(Check.Pending, journal.preflightRetries() + 1),
          "begins the preflight anew",
          rollout.limits().lookSoon());
    }
    if (failure.operators().isEmpty()) {
      return judge(Obstacle.of(failure, rollout.subject(journal.to()), spec), spec);
    }
    // Written down, so that the storage is asked what it is that would be dropped.
    return journal.unmapped().equals(failure.operators())
        ? withoutPlace(spec)
        : rollout.stay(
            journal.withUnmapped(failure.operators()),
            "asks whose state has no operator to go to",
            Duration.ZERO);
  }

  private Plan withoutPlace(EffectiveSpec spec) {
    if (facts.operators().isUnknown()) {
      return wait("waits for the storage to tell whose state would be dropped");
    }
    List<String> refused =
        journal.unmapped().stream().filter(id -> !mayBeDropped(spec).contains(id)).toList();
    return refused.isEmpty()
        ? passed(journal.withNote("drops the state of " + named(journal.unmapped())))
        : judge(
            new Obstacle(
                Reason.StateNotMappable,
                "%s: no operator for the state of %s; next step: give each its former uid, or list that in spec.job.dropStateOf to drop its state"
                    .formatted(rollout.subject(journal.to()), named(refused))),
            spec);
  }

  /** The revision that reaches the storage of what the new job starts from. */
  static int reader(Journal journal) {
    return journal.chosen().isPresent() ? journal.to() : journal.from().orElseThrow();
  }

  /** Ids of the operators whose state may go. */
  static Set<String> mayBeDropped(EffectiveSpec spec) {
    return spec.program().dropStateOf().stream()
        .map(OperatorIds::ofUid)
        .collect(Collectors.toUnmodifiableSet());
  }

  private String named(List<String> operators) {
    Map<String, OperatorState> known =
        facts.operators().optional().orElse(List.of()).stream()
            .collect(Collectors.toMap(OperatorState::id, state -> state, (one, other) -> one));
    return operators.stream()
        .map(id -> known.containsKey(id) ? described(known.get(id)) : "operator " + id)
        .collect(Collectors.joining(", "));
  }

  private static String described(OperatorState state) {
    return "operator %s (uid %s, %d bytes, maximum parallelism %d)"
        .formatted(
            state.name().orElse(state.id()),
            state.uid().orElse("not known, id " + state.id()),
            state.bytes(),
            state.maxParallelism());
  }

  private Plan passed(Journal tested) {
    return rollout.stay(
        tested.withPreflight(Check.Passed, journal.preflightRetries()),
        "waits for the workers of revision " + journal.to(),
        Duration.ZERO);
  }

  /** What the finding is good for, a person has said. */
  private Plan judge(Obstacle obstacle, EffectiveSpec spec) {
    return switch (spec.upgrade().preflight()) {
      case Enforce, Off -> rollout.fail(obstacle);
      case Warn ->
          rollout.go(
              journal
                  .withPreflight(Check.Failed, journal.preflightRetries())
                  .withNote("went on in spite of the preflight: " + obstacle.message()),
              Optional.of(new Notice(true, obstacle.reason(), obstacle.message())));
    };
  }

  private Plan submitPreflight(EffectiveSpec spec) {
    if (journal.stoppedAt().isPresent() || journal.chosen().isPresent()) {
      return submitPreflight(spec, journal.startsFrom());
    }
    boolean empty = spec.upgrade().state() == UpgradeState.None;
    return switch (facts.oldCheckpoints()) {
      case Reading.Known<Checkpoints>(Checkpoints checkpoints) ->
          submitPreflight(
              spec,
              checkpoints
                  .latestCheckpoint()
                  .map(Checkpoints.Completed::location)
                  .filter(location -> !empty));
      case Reading.Absent<Checkpoints> none -> submitPreflight(spec, Optional.empty());
      case Reading.Unknown<Checkpoints> unknown ->
          wait("waits for the checkpoints of the running job");
    };
  }

  private Plan submitPreflight(EffectiveSpec spec, Optional<String> restoreFrom) {
    Subject subject = rollout.seen().subject();
    return wait(
        "waits for the preflight",
        new Effect.Submit(
            journal.to(),
            Launch.submission(
                    spec,
                    subject.preflight(journal.to(), journal.attempt(), journal.preflightRetries()),
                    subject.preflightJob(
                        journal.to(), journal.attempt(), journal.preflightRetries()),
                    restoreFrom)
                .dry()));
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookSoon(), effects);
  }
}
