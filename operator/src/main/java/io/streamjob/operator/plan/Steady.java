package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Decides while no rollout is under way: how the job stands, and whether a rollout begins. */
final class Steady {
  private final Observation seen;
  private final Limits limits;
  private final StreamJobStatus before;
  private final StatusDraft draft;
  private final Turns turns;
  private final Rejection rejection;

  Steady(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.before = seen.status();
    this.draft = new StatusDraft(seen, limits);
    this.turns = new Turns(seen, draft);
    this.rejection = new Rejection(seen, limits);
  }

  Plan plan() {
    draft.waitingFor(null);
    draft.brokenRestorePoint();
    turns.end();
    if (before.conditions() == null) {
      draft.condition(
          ConditionType.Progressing, Truth.False, Reason.UpToDate, "no rollout is under way");
    }
    if (before.current() == null) {
      draft.phase(Phase.Pending);
      draft.condition(
          ConditionType.Ready,
          Truth.False,
          Reason.Starting,
          seen.subject() + ": nothing was started yet");
      draft.condition(
          ConditionType.StateSafe, Truth.False, Reason.NoCheckpoint, "the job has no state yet");
    } else if (!isSuspended(before)) {
      new JobWatch(seen, draft).watch(before.current());
    }
    return switch (seen.wished()) {
      case Parsed.Invalid invalid ->
          hold(
              new Obstacle(
                  Reason.InvalidSpec,
                  "%s: %s; %s; next step: correct the spec"
                      .formatted(seen.subject(), invalid.sentence(), whatRunsOn(before))));
      case Parsed.Valid(EffectiveSpec wished) when wished.suspend() ->
          before.current() == null || isSuspended(before)
              ? suspended()
              : roll(
                  rejection.ofTheSuspension(before.current()),
                  wished,
                  Beginning.Goal.suspension(before.current()));
      case Parsed.Valid(EffectiveSpec wished) ->
          before.current() == null ? first(wished) : decide(wished, before.current());
    };
  }

  /**
   * Whether a rollout has stopped the job because that was wished, and none has started it since.
   */
  static boolean isSuspended(StreamJobStatus status) {
    return Phase.Suspended.name().equals(status.phase());
  }

  private Plan suspended() {
    draft.phase(Phase.Suspended);
    String message =
        "%s: nothing runs, as spec.suspend says%s"
            .formatted(
                seen.subject(),
                finalSavepoint(before).map(point -> "; the state is in " + point).orElse(""));
    draft.condition(ConditionType.Ready, Truth.False, Reason.Suspended, message);
    draft.condition(ConditionType.UpgradeReady, Truth.True, Reason.Suspended, message);
    return stand(Optional.empty());
  }

  /** How it goes on if no state is chosen. */
  private interface Otherwise {
    Plan plan(EffectiveSpec wished);
  }

  private Plan follow(Restoring.Finding finding, EffectiveSpec wished, Otherwise otherwise) {
    return switch (finding) {
      case Restoring.Finding.Nothing nothing -> otherwise.plan(wished);
      case Restoring.Finding.Usable(Journal.Chosen chosen, String note) ->
          roll(rejection.ofTheWish(), wished, Beginning.Goal.restore(chosen, note));
      case Restoring.Finding.InTheWay(Obstacle obstacle) -> hold(obstacle);
      case Restoring.Finding.NotTold notTold -> couldNotAsk();
    };
  }

  /** A storage that cannot be used cannot tell what an earlier StreamJob has left there either. */
  private Plan first(EffectiveSpec wished) {
    return storageObstacle()
        .map(this::hold)
        .orElseGet(() -> follow(new Restoring(seen).atFirstStart(wished), wished, this::start));
  }

  private Plan start(EffectiveSpec wished) {
    return roll(rejection.ofTheWish(), wished, Beginning.Goal.SPEC);
  }

  /** Something runs, or has run: an annotation may ask for more than the spec does. */
  private Plan decide(EffectiveSpec wished, RevisionStatus current) {
    Optional<String> back = seen.requests().newRollback(before);
    if (back.isEmpty()) {
      return follow(wished, current);
    }
    if (!(seen.revisions()
        instanceof Reading.Known<Map<Integer, Observation.StoredRevision>>(var stored))) {
      return couldNotAsk();
    }
    Optional<Observation.StoredRevision> revision =
        stored.values().stream()
            .filter(known -> back.get().equals("" + known.number()))
            .findFirst();
    if (revision.isEmpty()) {
      Notice refusal =
          refuse(
              Annotations.ROLLBACK,
              back.get(),
              "the number of a stored revision, one of " + new TreeSet<>(stored.keySet()));
      return telling(refusal, follow(wished, current));
    }
    int number = revision.get().number();
    return current.number() != null && current.number() == number
        ? stay(wished, current, back.get())
        : roll(
            Optional.empty(),
            revision.get().spec().keepingStateLike(wished),
            Beginning.Goal.back(number));
  }

  /** The revision to go back to runs already: what is wished beyond it is given up. */
  private Plan stay(EffectiveSpec wished, RevisionStatus current, String value) {
    draft.request(Annotations.ROLLBACK, value, null, "revision " + value + " is the current one");
    Beginning.giveUpRestore(seen, draft);
    if (seen.wishedHash().equals(current.specHash())) {
      return follow(wished, current, rejection.ofTheWish());
    }
    RejectedSpecStatus rejected = Ending.rolledBackByHand(seen, seen.wishedHash(), value);
    draft.rejected(rejected);
    return follow(wished, current, Optional.of(Rejection.obstacle(rejected)));
  }

  /** State that is chosen comes before all else that the spec asks for. */
  private Plan follow(EffectiveSpec wished, RevisionStatus current) {
    return follow(
        new Restoring(seen).look(), wished, spec -> follow(spec, current, rejection.ofTheWish()));
  }

  /** What the spec asks for, or a restart of what it says already. */
  private Plan follow(EffectiveSpec wished, RevisionStatus current, Optional<Obstacle> refused) {
    boolean same = seen.wishedHash().equals(current.specHash()) && finalSavepoint(before).isEmpty();
    if (!same) {
      return roll(refused, wished, Beginning.Goal.SPEC);
    }
    Optional<String> restart = seen.requests().newRestart(before);
    boolean understood =
        restart.filter(id -> !id.isBlank() && id.length() <= Annotations.MAX_LENGTH).isPresent();
    if (understood) {
      return roll(Optional.empty(), wished.keepingStateLike(wished), Beginning.Goal.RESTART);
    }
    Optional<Notice> refusal =
        restart.map(
            id ->
                refuse(
                    Annotations.RESTART,
                    id,
                    "an id of 1 to " + Annotations.MAX_LENGTH + " characters"));
    draft.rejected(null);
    Optional<Notice> unready = new Readiness(seen, draft, wished).tell();
    Optional<Notice> urgent = refusal.or(() -> unready);
    // What may wait, waits: one thing is told at a time.
    return stand(urgent.isPresent() ? urgent : new Orphans(seen).tell(draft));
  }

  /** What an annotation asks for cannot be done; that is told once, and all else goes on. */
  private Notice refuse(String annotation, String value, String expected) {
    String message =
        "%s: annotation %s: expected %s, found '%s'; nothing is done about it"
            .formatted(seen.subject(), annotation, expected, Requests.shortened(value));
    draft.request(annotation, value, null, "refused: " + message);
    return new Notice(true, Reason.InvalidAnnotation, message);
  }

  private Plan telling(Notice notice, Plan plan) {
    // What is not written down will be told when it is.
    return plan.status().equals(before)
        ? plan
        : new Plan(plan.status(), plan.effects(), Optional.of(notice), plan.lookAgainAfter());
  }

  private Plan roll(Optional<Obstacle> refused, EffectiveSpec spec, Beginning.Goal goal) {
    Optional<Obstacle> obstacle =
        // A savepoint may get its turn because of what is in the way: it comes last.
        Hold.of(seen).or(() -> refused).or(this::storageObstacle).or(turns::obstacle);
    if (obstacle.isPresent()) {
      return hold(obstacle.get());
    }
    if (!(seen.revisions()
            instanceof Reading.Known<Map<Integer, Observation.StoredRevision>>(var stored))
        || seen.facts().storage().optional().isEmpty()) {
      return couldNotAsk();
    }
    Beginning beginning = new Beginning(seen, limits, draft, stored, goal, spec);
    if (before.current() == null) {
      return beginning.begin(RolloutStrategy.Initial, RolloutStep.Preparing, Optional.empty());
    }
    return spec.suspend()
        ? suspend(before.current(), beginning)
        : replace(spec.upgrade(), before.current(), beginning, goal.chosen().isPresent());
  }

  /** The job is stopped with a savepoint, unless it was already; then its pods go. */
  private Plan suspend(RevisionStatus current, Beginning beginning) {
    Optional<String> finalSavepoint = finalSavepoint(before);
    if (finalSavepoint.isPresent()) {
      return beginning.begin(RolloutStrategy.Suspend, RolloutStep.Retiring, finalSavepoint);
    }
    return switch (seen.facts().oldJob()) {
      case Reading.Unknown<JobView> unknown ->
          hold(
              new Obstacle(
                  Reason.CoordinatorUnreachable,
                  "%s: the coordinator of revision %d does not answer; the suspension waits for it"
                      .formatted(seen.subject(), current.number())));
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          beginning.begin(RolloutStrategy.Suspend, RolloutStep.Stopping, Optional.empty());
      case Reading.Known<JobView> ended -> hold(nothingToSuspend(current));
      case Reading.Absent<JobView> lost -> hold(nothingToSuspend(current));
    };
  }

  private Obstacle nothingToSuspend(RevisionStatus current) {
    return new Obstacle(
        Reason.JobLost,
        "%s: the job of revision %d has ended without a savepoint, so that there is none to keep its state in; its pods stay; next step: bring the job back, or set spec.suspend to false"
            .formatted(seen.subject(), current.number()));
  }

  /** Nothing is decided on a guess. */
  private Plan couldNotAsk() {
    return new Plan(before, List.of(), Optional.empty(), limits.lookSoon());
  }

  /**
   * The job runs, ended or is lost: what a new version would start from decides how it begins.
   *
   * @param chosen whether that is something else than the job's own state
   */
  private Plan replace(
      EffectiveSpec.Upgrade how, RevisionStatus current, Beginning beginning, boolean chosen) {
    boolean empty = how.state() == UpgradeState.None;
    boolean needsNone = empty || chosen;
    Optional<String> finalSavepoint = finalSavepoint(before);
    if (finalSavepoint.isPresent()) {
      // The job was stopped with it by a rollout that did not end well; nobody need be asked.
      Optional<String> restoreFrom = empty ? Optional.empty() : finalSavepoint;
      return beginning.begin(RolloutStrategy.Cold, RolloutStep.Retiring, restoreFrom);
    }
    return switch (seen.facts().oldJob()) {
      // A rollout that failed without a way back has left nothing that could answer.
      case Reading.Unknown<JobView> gone when seen.facts().oldCluster().isGone() ->
          needsNone
              ? beginning.begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty())
              : hold(noState(current));
      case Reading.Unknown<JobView> unknown ->
          hold(
              new Obstacle(
                  Reason.CoordinatorUnreachable,
                  "%s: the coordinator of revision %d does not answer; the upgrade waits for it"
                      .formatted(seen.subject(), current.number())));
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          how.strategy() == UpgradeStrategy.Warm
              ? beginning.begin(RolloutStrategy.Warm, RolloutStep.Preparing, Optional.empty())
              : beginning.begin(RolloutStrategy.Cold, RolloutStep.Stopping, Optional.empty());
      case Reading.Known<JobView> ended when needsNone ->
          beginning.begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty());
      case Reading.Absent<JobView> absent when needsNone ->
          beginning.begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty());
      case Reading.Known<JobView> ended -> hold(noState(current));
      case Reading.Absent<JobView> absent -> hold(noState(current));
    };
  }

  private Obstacle noState(RevisionStatus current) {
    return new Obstacle(
        Reason.JobLost,
        "%s: the job of revision %d has ended without a savepoint, so that the new version has no fresh"
                .formatted(seen.subject(), current.number())
            + " state to start from; next step: bring the old job back, or name a restore point in"
            + " spec.restore, or set spec.upgrade.state to None to start empty on purpose");
  }

  /** The savepoint that the current job itself was stopped with, if it was. */
  static Optional<String> finalSavepoint(StreamJobStatus status) {
    List<RestorePointStatus> points = requireNonNullElse(status.restorePoints(), List.of());
    String job = Optional.ofNullable(status.job()).map(JobStatus::id).orElse("");
    return points.stream()
        .limit(1)
        .filter(point -> job.equals(point.jobId()))
        .map(RestorePointStatus::location)
        .flatMap(Stream::ofNullable)
        .findFirst();
  }

  private Optional<Obstacle> storageObstacle() {
    return seen.facts().storage().optional().flatMap(obstacle -> obstacle);
  }

  /** Keeps what runs, and says what is in the way of what is wished. */
  private Plan hold(Obstacle obstacle) {
    boolean told =
        requireNonNullElse(before.conditions(), List.<Condition>of()).stream()
            .anyMatch(
                condition ->
                    ConditionType.UpgradeReady.name().equals(condition.getType())
                        && obstacle.reason().name().equals(condition.getReason())
                        && obstacle.message().equals(condition.getMessage()));
    draft.condition(ConditionType.UpgradeReady, Truth.False, obstacle.reason(), obstacle.message());
    draft.waitingFor(obstacle.message());
    if (before.current() == null) {
      draft.condition(ConditionType.Ready, Truth.False, obstacle.reason(), obstacle.message());
    }
    return stand(
        told
            ? Optional.empty()
            : Optional.of(new Notice(true, obstacle.reason(), obstacle.message())));
  }

  /** No rollout begins: there is time for savepoints. */
  private Plan stand(Optional<Notice> notice) {
    List<Effect> effects = turns.next();
    return new Plan(
        draft.build(),
        effects,
        notice,
        // Whoever has its turn wakes us when it has ended.
        effects.isEmpty() ? limits.lookLater() : limits.lookSoon());
  }

  static String whatRunsOn(StreamJobStatus status) {
    return status.current() == null || isSuspended(status)
        ? "nothing is started"
        : "revision " + status.current().number() + " runs on";
  }
}
