package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.HistoryStatus;
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
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decides while no rollout is under way: how the job stands, and whether a rollout begins. */
final class Steady {
  private final Observation seen;
  private final Limits limits;
  private final StreamJobStatus before;
  private final StatusDraft draft;

  Steady(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.before = seen.status();
    this.draft = new StatusDraft(seen, limits);
  }

  Plan plan() {
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
    } else {
      watch(before.current());
    }
    return switch (seen.wished()) {
      case Parsed.Invalid invalid ->
          hold(
              new Obstacle(
                  Reason.InvalidSpec,
                  "%s: %s; %s; next step: correct the spec"
                      .formatted(seen.subject(), invalid.sentence(), whatRunsOn())));
      case Parsed.Valid(EffectiveSpec wished) -> roll(wished);
    };
  }

  private Plan roll(EffectiveSpec wished) {
    RevisionStatus current = before.current();
    if (current != null
        && seen.wishedHash().equals(current.specHash())
        && finalSavepoint(before).isEmpty()) {
      draft.rejected(null);
      draft.condition(
          ConditionType.UpgradeReady, Truth.True, Reason.UpToDate, "what runs is what is wished");
      return new Plan(draft.build(), List.of(), Optional.empty(), limits.lookLater());
    }
    Optional<Obstacle> obstacle = refusedBefore().or(this::storageObstacle);
    if (obstacle.isPresent()) {
      return hold(obstacle.get());
    }
    if (!(seen.revisions() instanceof Reading.Known<Map<Integer, Observation.StoredRevision>> known)
        || seen.facts().storage().optional().isEmpty()) {
      // Could not ask: nothing is decided on a guess.
      return new Plan(before, List.of(), Optional.empty(), limits.lookSoon());
    }
    return current == null
        ? begin(RolloutStrategy.Initial, RolloutStep.Preparing, Optional.empty(), known.value())
        : replace(wished, current, known.value());
  }

  /** The job runs, ended or is lost: what a new version would start from decides how it begins. */
  private Plan replace(
      EffectiveSpec wished,
      RevisionStatus current,
      Map<Integer, Observation.StoredRevision> revisions) {
    boolean empty = wished.upgrade().state() == UpgradeState.None;
    Optional<String> finalSavepoint = finalSavepoint(before);
    if (finalSavepoint.isPresent()) {
      // The job was stopped with it by a rollout that did not end well; nobody need be asked.
      Optional<String> restoreFrom = empty ? Optional.empty() : finalSavepoint;
      return begin(RolloutStrategy.Cold, RolloutStep.Retiring, restoreFrom, revisions);
    }
    return switch (seen.facts().oldJob()) {
      // A rollout that failed without a way back has left nothing that could answer.
      case Reading.Unknown<JobView> gone when seen.facts().oldCluster().isGone() ->
          empty
              ? begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty(), revisions)
              : hold(noState(current));
      case Reading.Unknown<JobView> unknown ->
          hold(
              new Obstacle(
                  Reason.CoordinatorUnreachable,
                  "%s: the coordinator of revision %d does not answer; the upgrade waits for it"
                      .formatted(seen.subject(), current.number())));
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          wished.upgrade().strategy() == UpgradeStrategy.Warm
              ? begin(RolloutStrategy.Warm, RolloutStep.Preparing, Optional.empty(), revisions)
              : begin(RolloutStrategy.Cold, RolloutStep.Stopping, Optional.empty(), revisions);
      case Reading.Known<JobView> ended when empty ->
          begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty(), revisions);
      case Reading.Absent<JobView> absent when empty ->
          begin(RolloutStrategy.Cold, RolloutStep.Retiring, Optional.empty(), revisions);
      case Reading.Known<JobView> ended -> hold(noState(current));
      case Reading.Absent<JobView> absent -> hold(noState(current));
    };
  }

  private Obstacle noState(RevisionStatus current) {
    return new Obstacle(
        Reason.JobLost,
        "%s: the job of revision %d has ended without a savepoint, so that the new version has no fresh"
                .formatted(seen.subject(), current.number())
            + " state to start from; next step: bring the old job back, or set spec.upgrade.state to"
            + " None to start empty on purpose");
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

  private Plan begin(
      RolloutStrategy strategy,
      RolloutStep step,
      Optional<String> restoreFrom,
      Map<Integer, Observation.StoredRevision> revisions) {
    Optional<RevisionStatus> current = Optional.ofNullable(before.current());
    boolean warm = strategy == RolloutStrategy.Warm;
    Journal journal =
        new Journal(
            nextAttempt(),
            strategy,
            step,
            seen.now(),
            seen.now(),
            current.map(RevisionStatus::number),
            nextRevision(revisions),
            Optional.ofNullable(before.job()).map(JobStatus::id).map(JobId::new),
            0,
            warm ? Check.Pending : Check.Skipped,
            warm ? Check.Pending : Check.Skipped,
            Optional.empty(),
            restoreFrom,
            0,
            Optional.empty(),
            step == RolloutStep.Retiring ? Optional.of(seen.now()) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new Rollout(seen, limits, journal, draft)
        .go(
            journal,
            Optional.of(
                new Notice(
                    false,
                    current.isPresent() ? Reason.Upgrading : Reason.Starting,
                    "%s begins, attempt %d: %srevision %d"
                        .formatted(
                            current.isPresent() ? strategy + " upgrade" : "First start",
                            journal.attempt(),
                            current.map(from -> "revision " + from.number() + " to ").orElse(""),
                            journal.to()))),
            forgotten(revisions));
  }

  /** Old revisions that nothing refers to any more, so that their number stays bounded. */
  private Effect[] forgotten(Map<Integer, Observation.StoredRevision> revisions) {
    Set<Integer> kept = new HashSet<>();
    Stream.of(Optional.ofNullable(before.current()), Optional.ofNullable(before.stable()))
        .flatMap(Optional::stream)
        .map(RevisionStatus::number)
        .forEach(kept::add);
    return revisions.keySet().stream()
        .sorted(Comparator.reverseOrder())
        .skip(limits.history())
        .filter(number -> !kept.contains(number))
        .map(Effect.ForgetRevision::new)
        .toArray(Effect[]::new);
  }

  private int nextAttempt() {
    return 1
        + requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
            .map(HistoryStatus::attempt)
            .flatMap(Stream::ofNullable)
            .mapToInt(Integer::intValue)
            .max()
            .orElse(0);
  }

  /** Numbers are never used twice, not even for a revision whose objects are being deleted. */
  private int nextRevision(Map<Integer, Observation.StoredRevision> revisions) {
    return 1
        + IntStream.concat(
                revisions.keySet().stream().mapToInt(Integer::intValue),
                requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
                    .map(HistoryStatus::toRevision)
                    .flatMap(Stream::ofNullable)
                    .mapToInt(Integer::intValue))
            .max()
            .orElse(0);
  }

  private Optional<Obstacle> refusedBefore() {
    RejectedSpecStatus rejected = before.rejected();
    if (rejected == null
        || !seen.wishedHash().equals(rejected.specHash())
        || isToBeRolledOutOtherwise(rejected)) {
      return Optional.empty();
    }
    Obstacle obstacle =
        new Obstacle(
            Reason.valueOf(requireNonNullElse(rejected.reason(), Reason.EngineRefused.name())),
            requireNonNullElse(rejected.message(), "refused before"));
    return obstacle.mayPass() && !lastEnd().plus(limits.retryAfter()).isAfter(seen.now())
        ? Optional.empty()
        : Optional.of(obstacle);
  }

  /** Another {@code spec.upgrade} than it was refused with is another wish. */
  private boolean isToBeRolledOutOtherwise(RejectedSpecStatus rejected) {
    return seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && seen.revisions()
            .optional()
            .map(stored -> stored.get(requireNonNullElse(rejected.revision(), 0)))
            .filter(refused -> !refused.spec().upgrade().equals(wished.upgrade()))
            .isPresent();
  }

  private Instant lastEnd() {
    return requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
        .limit(1)
        .map(HistoryStatus::endedAt)
        .flatMap(Stream::ofNullable)
        .map(Instant::parse)
        .findFirst()
        .orElse(Instant.EPOCH);
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
    return new Plan(
        draft.build(),
        List.of(),
        told
            ? Optional.empty()
            : Optional.of(new Notice(true, obstacle.reason(), obstacle.message())),
        limits.lookLater());
  }

  private String whatRunsOn() {
    return before.current() == null
        ? "nothing is started"
        : "revision " + before.current().number() + " runs on";
  }

  private void watch(RevisionStatus current) {
    String subject = seen.subject() + " revision " + current.number();
    switch (seen.facts().oldJob()) {
      case Reading.Known<JobView>(JobView job) -> {
        state(job.state().name());
        running(subject, job);
      }
      case Reading.Absent<JobView> absent -> {
        draft.phase(Phase.Blocked);
        String message =
            subject
                + ": the coordinator answers and does not know the job, as after a restart of its pod;"
                + " next step: see docs/operations/runbooks.md#joblost";
        draft.condition(ConditionType.Ready, Truth.False, Reason.JobLost, message);
        draft.waitingFor(message);
      }
      case Reading.Unknown<JobView> unknown ->
          draft.condition(
              ConditionType.Ready,
              Truth.Unknown,
              Reason.CoordinatorUnreachable,
              subject + ": the coordinator does not answer; the job may run nevertheless");
    }
  }

  private void running(String subject, JobView job) {
    String why = job.lastFailure().map(EngineFailure::message).map(text -> ": " + text).orElse("");
    switch (job.state()) {
      case RUNNING -> {
        draft.phase(Phase.Running);
        draft.condition(ConditionType.Ready, Truth.True, Reason.Running, subject + " runs");
      }
      case FINISHED -> {
        draft.phase(Phase.Finished);
        draft.condition(
            ConditionType.Ready, Truth.False, Reason.JobFinished, subject + " has ended by itself");
      }
      case FAILED, CANCELED -> {
        draft.phase(Phase.Failed);
        draft.condition(
            ConditionType.Ready, Truth.False, Reason.JobFailed, subject + " has failed" + why);
      }
      case INITIALIZING, CREATED, FAILING, CANCELLING, RESTARTING, SUSPENDED, RECONCILING -> {
        draft.phase(Phase.Running);
        draft.condition(
            ConditionType.Ready,
            Truth.False,
            Reason.JobRestarting,
            subject + " is being restarted by the engine" + why);
      }
    }
  }

  private void state(String state) {
    JobStatus job = before.job();
    if (job != null && !state.equals(job.state())) {
      draft.job(new JobStatus(job.id(), state, job.restoredFrom(), job.startedAt()));
    }
  }
}
