package io.streamjob.operator.simulation;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.Planner;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What must hold in every moment, whatever goes wrong; judged by the world's own books. */
final class Invariants {
  private final World world;
  private final List<EngineJob> real = new ArrayList<>();
  private final List<EngineJob> preflights = new ArrayList<>();
  private final Map<EngineJob, String> savepoints = new LinkedHashMap<>();
  private final Set<String> transitions = new HashSet<>();
  private int newestAttempt;
  private int decisions;

  Invariants(World world) {
    this.world = world;
  }

  /** Steps that followed each other, as {@code Preparing -> Stopping}. */
  Set<String> transitions() {
    return transitions;
  }

  /** A main method has started a job. */
  void begun(EngineJob job) {
    boolean isReal =
        Optional.ofNullable(world.status().rollout()).stream()
            .anyMatch(rollout -> isJobOf(rollout, job.submission));
    if (!isReal) {
      preflights.add(job);
      return;
    }
    boolean givenUp = job.submission.restoreFrom().isEmpty() && emptyIsWished();
    check(
        givenUp || job.restoredFrom().equals(expectedFor(job)),
        () ->
            "rule 3: %s starts from %s, expected %s"
                .formatted(name(job), job.submission.restoreFrom(), expectedFor(job)));
    if (job.submission.restoreFrom().isPresent()) {
      real.stream()
          .filter(before -> savepoints.keySet().stream().allMatch(it -> isAfter(before, it)))
          .forEach(
              before ->
                  check(
                      before.completed() == 0,
                      () ->
                          "rule 3: %s starts from %s, older than what %s has completed"
                              .formatted(name(job), job.submission.restoreFrom(), name(before))));
    }
    real.add(job);
  }

  private boolean isAfter(EngineJob job, EngineJob other) {
    return real.indexOf(job) > real.indexOf(other);
  }

  private boolean isJobOf(RolloutStatus rollout, Submission submission) {
    int attempt = Objects.requireNonNull(rollout.attempt());
    return world.revisions().keySet().stream()
        .map(revision -> world.subject().job(revision, attempt))
        .anyMatch(job -> submission.job().filter(job::equals).isPresent());
  }

  /** The newest savepoint that a job was stopped with, unless emptiness is wished. */
  private Optional<String> expectedFor(EngineJob job) {
    Observation.StoredRevision revision =
        Objects.requireNonNull(world.revisions().get(job.revision));
    boolean first = real.stream().noneMatch(before -> before.revision == job.revision);
    boolean asked =
        Optional.ofNullable(world.status().rollout()).map(RolloutStatus::askedBy).isPresent();
    if (first && !asked && revision.spec().upgrade().state() == UpgradeState.None) {
      return Optional.empty();
    }
    return savepoints.values().stream().reduce((before, after) -> after);
  }

  void stopped(EngineJob job, String location) {
    check(!savepoints.containsKey(job), () -> "rule 5: %s was stopped twice".formatted(name(job)));
    String directory = location.substring(0, location.lastIndexOf('/') + 1);
    check(
        world.bucket().savepointsBelow(directory) == 1,
        () -> "rule 5: more than one savepoint in %s".formatted(directory));
    savepoints.put(job, location);
  }

  void afterEachStep() {
    long alive = real.stream().filter(EngineJob::isAlive).count();
    check(alive <= 1, () -> "rule 1: %d jobs are alive".formatted(alive));
    check(
        preflights.stream().noneMatch(EngineJob::hasRun),
        () -> "rule 1: a preflight has run user tasks");
  }

  void beforeDeleting(int revision) {
    Optional<RolloutStatus> rollout = Optional.ofNullable(world.status().rollout());
    boolean isOld = rollout.filter(it -> Objects.equals(it.fromRevision(), revision)).isPresent();
    Optional<EngineJob> job =
        real.stream().filter(it -> it.revision == revision).reduce((before, after) -> after);
    if (job.isEmpty() || rollout.isEmpty()) {
      check(
          rollout.isPresent(),
          () -> "rule 2: revision %d is deleted outside of a rollout".formatted(revision));
      return;
    }
    EngineJob last = job.get();
    if (!isOld) {
      check(
          !last.isAlive() || last.completed() == 0,
          () -> "rule 2: %s is deleted while it makes progress".formatted(name(last)));
      return;
    }
    boolean proven =
        real.stream()
            .anyMatch(it -> it.revision != revision && isAfter(it, last) && it.completed() > 0);
    boolean blocked = RolloutStep.Blocked.name().equals(rollout.get().step());
    if (RolloutStrategy.Warm.name().equals(rollout.get().strategy()) && !blocked) {
      check(
          proven,
          () -> "rule 2: %s is deleted before its successor is proven".formatted(name(last)));
    } else {
      check(
          !last.isAlive() || last.completed() == 0,
          () -> "rule 2: %s is deleted while it runs".formatted(name(last)));
      check(
          isKept(last) || startsEmpty(rollout.get()),
          () -> "rule 2: %s is deleted, and its state is in no savepoint".formatted(name(last)));
    }
  }

  private boolean isKept(EngineJob job) {
    String savepoint = savepoints.get(job);
    return savepoint == null ? job.completed() == 0 : world.bucket().holds(savepoint);
  }

  private boolean startsEmpty(RolloutStatus rollout) {
    Observation.StoredRevision target = world.revisions().get(rollout.toRevision());
    if (target != null && !emptyIsWished()) {
      return target.spec().upgrade().state() == UpgradeState.None;
    }
    // Not stored yet: the wished spec is what will be.
    return emptyIsWished();
  }

  private boolean emptyIsWished() {
    return world.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && wished.upgrade().state() == UpgradeState.None;
  }

  /** Whoever looks twice at the same situation, writes once. */
  void afterDeciding(Observation seen, Plan plan) {
    boolean changed = !plan.status().equals(seen.status());
    if (!changed && decisions++ % 16 > 0) {
      // Most looks change nothing; one in a few is enough to compare.
      return;
    }
    if (!Objects.equals(plan.status().rollout(), seen.status().rollout())) {
      // The journal went on: the next look asks other questions.
      return;
    }
    Observation later =
        new Observation(
            seen.subject(),
            seen.wished(),
            seen.wishedHash(),
            seen.requests(),
            plan.status(),
            seen.revisions(),
            seen.facts(),
            seen.savepointDirectory(),
            seen.scratchDirectory(),
            seen.workerSelector(),
            seen.now());
    Plan again = Planner.plan(later, Operator.LIMITS);
    check(
        again.status().equals(plan.status()),
        () ->
            "two looks at the same situation wrote %s and then %s"
                .formatted(plan.status(), again.status()));
  }

  void beforeWriting(StreamJobStatus before, StreamJobStatus next) {
    Optional.ofNullable(next.rollout())
        .map(RolloutStatus::attempt)
        .ifPresent(
            attempt -> {
              check(
                  attempt >= newestAttempt,
                  () -> "attempt %d after %d".formatted(attempt, newestAttempt));
              newestAttempt = attempt;
            });
    for (Condition condition : conditions(next)) {
      conditions(before).stream()
          .filter(it -> it.getType().equals(condition.getType()))
          .filter(it -> it.getStatus().equals(condition.getStatus()))
          .forEach(
              it ->
                  check(
                      it.getLastTransitionTime().equals(condition.getLastTransitionTime()),
                      () ->
                          "condition %s got a new time and no new truth".formatted(it.getType())));
    }
    String from = step(before);
    String to = step(next);
    if (!from.equals(to)) {
      transitions.add(from + " -> " + to);
    }
  }

  private static List<Condition> conditions(StreamJobStatus status) {
    return Objects.requireNonNullElse(status.conditions(), List.of());
  }

  private static String step(StreamJobStatus status) {
    return status.rollout() == null ? "none" : Objects.requireNonNull(status.rollout().step());
  }

  private static String name(EngineJob job) {
    return "the job of revision " + job.revision;
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      throw new Violation(
          violation.get() + ", at " + world.now() + " in " + world.status().rollout());
    }
  }

  /** One of the rules does not hold. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }
}
