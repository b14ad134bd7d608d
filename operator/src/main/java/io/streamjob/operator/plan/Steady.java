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
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
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
    } else if (!standsStill(before)) {
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
          before.current() == null || standsStill(before)
              ? still()
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

  /** Whether a rollout has taken the pods away because the job's work is done. */
  static boolean isFinished(StreamJobStatus status) {
    return Phase.Finished.name().equals(status.phase());
  }

  /** Whether nothing runs, and that is as it should be. */
  static boolean standsStill(StreamJobStatus status) {
    return isSuspended(status) || isFinished(status);
  }

  private Plan still() {
    return isFinished(before) ? stand(Optional.empty()) : suspended();
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
    if (isFinished(before)) {
      return stand(refusal);
    }
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
    Optional<Plan> repair = new Recovery(seen, limits, draft).repair();
    if (repair.isPresent()) {
      return repair.get();
    }
    if (!(seen.revisions()
            instanceof Reading.Known<Map<Integer, Observation.StoredRevision>>(var stored))
        || seen.facts().storage().optional().isEmpty()) {
      return couldNotAsk();
    }
    Optional<Obstacle> unreadable =
        spec.suspend() || goal.chosen().isPresent()
            ? Optional.empty()
            : backendObstacle(spec, stored);
    if (unreadable.isPresent()) {
      return hold(unreadable.get());
    }
    Beginning beginning = new Beginning(seen, limits, draft, stored, goal, Optional.of(spec));
    if (before.current() == null) {
      return beginning.begin(RolloutStrategy.Initial, RolloutStep.Preparing, Optional.empty());
    }
    return spec.suspend()
        ? suspend(before.current(), beginning)
        : replace(spec.upgrade(), before.current(), beginning, goal.chosen().isPresent());
  }

  private Optional<Obstacle> backendObstacle(
      EffectiveSpec wished, Map<Integer, Observation.StoredRevision> stored) {
    return Optional.ofNullable(before.current())
        .map(RevisionStatus::number)
        .map(stored::get)
        .map(current -> BackendChange.of(current.spec(), wished))
        .flatMap(change -> change.obstacle("" + seen.subject(), wished.upgrade()));
  }

  /** The job is stopped with a savepoint, unless it was already; then its pods go. */
  private Plan suspend(RevisionStatus current, Beginning beginning) {
    Optional<String> finalSavepoint = finalSavepoint(before);
    if (finalSavepoint.isPresent()) {
      return beginning.begin(RolloutStrategy.Suspend, afterTheStop(finalSavepoint), finalSavepoint);
    }
    return switch (seen.facts().oldJob()) {
      case Reading.Unknown<JobView> unknown when !seen.facts().oldCluster().isGone() ->
          hold(
              new Obstacle(
                  Reason.CoordinatorUnreachable,
                  "%s: the coordinator of revision %d does not answer; the suspension waits for it"
                      .formatted(seen.subject(), current.number())));
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          stand(Optional.empty());
      // Of a job that is over, the newest checkpoint is kept.
      case Reading.Known<JobView> there -> stop(beginning);
      case Reading.Absent<JobView> lost -> stop(beginning);
      case Reading.Unknown<JobView> gone -> stop(beginning);
    };
  }

  private static Plan stop(Beginning beginning) {
    return beginning.begin(RolloutStrategy.Suspend, RolloutStep.Stopping, Optional.empty());
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
      return beginning.begin(RolloutStrategy.Cold, afterTheStop(restoreFrom), restoreFrom);
    }
    if (isFinished(before)) {
      return needsNone ? withoutItsState(beginning) : hold(finished(current));
    }
    return switch (seen.facts().oldJob()) {
      // A rollout that failed without a way back has left nothing that could answer.
      case Reading.Unknown<JobView> gone when seen.facts().oldCluster().isGone() ->
          needsNone ? withoutItsState(beginning) : fromLastCheckpoint(beginning);
      case Reading.Unknown<JobView> unknown ->
          hold(
              new Obstacle(
                  Reason.CoordinatorUnreachable,
                  "%s: the coordinator of revision %d does not answer; the upgrade waits for it"
                      .formatted(seen.subject(), current.number())));
      case Reading.Known<JobView>(JobView job)
          when job.isRunning() && !needsNone && beginning.isRescale() ->
          beginning.rescale();
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          how.strategy() == UpgradeStrategy.Warm
              ? beginning.begin(RolloutStrategy.Warm, RolloutStep.Preparing, Optional.empty())
              : beginning.begin(RolloutStrategy.Cold, RolloutStep.Stopping, Optional.empty());
      case Reading.Known<JobView> ended when needsNone -> withoutItsState(beginning);
      case Reading.Absent<JobView> lost when needsNone -> withoutItsState(beginning);
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          hold(finished(current));
      case Reading.Known<JobView> failed -> fromLastCheckpoint(beginning);
      case Reading.Absent<JobView> lost -> fromLastCheckpoint(beginning);
    };
  }

  private static Plan withoutItsState(Beginning beginning) {
    return beginning.begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty());
  }

  /** Nothing runs that a new version could be prepared beside. */
  private static Plan fromLastCheckpoint(Beginning beginning) {
    return beginning.begin(RolloutStrategy.Cold, RolloutStep.Stopping, Optional.empty());
  }

  private Obstacle finished(RevisionStatus current) {
    return new Obstacle(
        Reason.JobFinished,
        "%s: the job of revision %d has done its work and has left no state to go on from; next step: set spec.upgrade.state to None to run the new version from the beginning, or name a restore point in spec.restore"
            .formatted(seen.subject(), current.number()));
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

  /** What was not read back when the job was stopped with it, is read back first. */
  private RolloutStep afterTheStop(Optional<String> restoreFrom) {
    boolean verified =
        requireNonNullElse(before.restorePoints(), List.<RestorePointStatus>of()).stream()
            .limit(1)
            .anyMatch(point -> point.verifiedAt() != null);
    return restoreFrom.isEmpty() || verified ? RolloutStep.Retiring : RolloutStep.Verifying;
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
    Optional<Plan> recovery = new Recovery(seen, limits, draft).begin();
    if (recovery.isPresent()) {
      return recovery.get();
    }
    List<Effect> effects = turns.next();
    return new Plan(
        draft.build(), effects, notice, effects.isEmpty() ? whileItJustRuns() : limits.lookSoon());
  }

  /** Whoever has its turn wakes us when it has ended; the engine does not. */
  private Duration whileItJustRuns() {
    boolean restarts =
        seen.facts()
            .oldJob()
            .optional()
            .map(JobView::state)
            .filter(state -> state != JobState.RUNNING && !state.isTerminal())
            .isPresent();
    return restarts ? limits.lookRestless() : limits.lookLater();
  }

  static String whatRunsOn(StreamJobStatus status) {
    return status.current() == null || standsStill(status)
        ? "nothing is started"
        : "revision " + status.current().number() + " runs on";
  }
}
