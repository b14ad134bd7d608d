package io.streamjob.operator.simulation;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What must hold in every moment, whatever goes wrong; judged by the world's own books. */
final class Invariants {
  private static final Set<String> BY_CHECKPOINT =
      Set.of(StateHandover.Checkpoint.name(), StateHandover.LastCheckpoint.name());

  private final World world;
  private final Ledger ledger = new Ledger();
  private final Deadlines deadlines;
  private final Truth truth;
  private final Custody custody;
  private final Set<String> transitions = new HashSet<>();
  private boolean discarded;
  private int decisions;

  Invariants(World world) {
    this.world = world;
    this.deadlines = new Deadlines(world);
    this.truth = new Truth(world, ledger);
    this.custody = new Custody(world, ledger);
  }

  Ledger ledger() {
    return ledger;
  }

  /** Who judges what becomes of StreamSavepoints. */
  Custody custody() {
    return custody;
  }

  /** Steps that followed each other, as {@code Preparing -> Stopping}. */
  Set<String> transitions() {
    return transitions;
  }

  /** The object goes, and with it all that it owns. */
  void beforeGoing() {
    if (!(world.wished() instanceof Parsed.Valid(EffectiveSpec wished))
        || wished.deletion().policy() != DeletionPolicy.Savepoint
        || world
            .now()
            .isAfter(
                world.newest().end().deletedAt().orElseThrow().plus(wished.deletion().within()))) {
      return;
    }
    for (EngineJob job : ledger.sinceTheNewestSavepoint()) {
      check(
          job.progress() == 0 || !job.isAlive(),
          () -> "rule 3: it goes, and %s was not stopped with a savepoint".formatted(name(job)));
    }
  }

  /** Its objects in the bucket are deleted. */
  void beforeDiscarding() {
    boolean wished =
        world.wished() instanceof Parsed.Valid(EffectiveSpec spec)
            && spec.deletion().policy() == DeletionPolicy.Discard
            && world.newest().end().deletedAt().isPresent();
    check(wished, () -> "rule 4: state is discarded, and nobody has wished that");
    discarded = true;
    check(
        ledger.real().stream().noneMatch(EngineJob::isAlive),
        () -> "rule 4: state is discarded from under a job");
  }

  void recreated() {
    discarded = false;
    ledger.close();
    deadlines.restart();
  }

  /** Somebody is out of reach for a time that no deadline can shorten. */
  void patience(Duration time) {
    deadlines.extend(time);
  }

  /** A main method has started a job. */
  void begun(EngineJob job) {
    if (job.life != world.newest().life()) {
      return;
    }
    if (job.submission.dryRun()) {
      return;
    }
    check(
        ledger.isIntended(job),
        () -> "rule 6: %s starts, and nobody has written down that it would".formatted(name(job)));
    check(
        world.aliveJobs().stream().allMatch(other -> other.life == job.life),
        () -> "rule 1: %s starts beside one of an earlier StreamJob".formatted(name(job)));
    if (isChosen(job)) {
      begunFromChosen(job);
      return;
    }
    Optional<String> from = job.toldFrom();
    boolean givenUp = from.isEmpty() && emptyIsWished();
    check(
        givenUp || from.equals(expectedFor(job)),
        () ->
            "rule 3: %s starts from %s, expected %s".formatted(name(job), from, expectedFor(job)));
    if (from.isPresent()) {
      for (EngineJob before : ledger.sinceTheNewestSavepoint()) {
        check(
            before.progress() == 0,
            () ->
                "rule 3: %s starts from %s, older than what %s has completed"
                    .formatted(name(job), from, name(before)));
      }
    }
    ledger.begun(job);
  }

  /** Whether it is to start from what {@code spec.restore} names. */
  private boolean isChosen(EngineJob job) {
    RolloutStatus rollout = world.status().rollout();
    return rollout != null
        && rollout.restoreId() != null
        && Objects.equals(rollout.toRevision(), job.revision)
        && !RolloutOutcome.RolledBack.name().equals(rollout.outcome());
  }

  private void begunFromChosen(EngineJob job) {
    RolloutStatus rollout = Objects.requireNonNull(world.status().rollout());
    String id = Objects.requireNonNull(rollout.restoreId());
    String from = job.toldFrom().orElse(RestoreSpec.NONE);
    check(
        ledger.isRestoreWished(id, from)
            || custody.namesOf(from).stream().anyMatch(name -> ledger.isRestoreWished(id, name)),
        () -> "rule 3: %s starts from %s, and nobody has wished that".formatted(name(job), from));
    check(
        ledger.restores(world.newest().life(), id, job),
        () -> "rule 3: restore %s is carried out again".formatted(id));
    check(
        !StateHandover.None.name().equals(rollout.handover()) || startsEmpty(rollout),
        () -> "rule 3: the old job was cancelled, and its state was to be kept");
    ledger.begun(job);
  }

  void restoreWished(RestoreSpec restore) {
    ledger.restoreWished(
        Objects.requireNonNull(restore.id()), Objects.requireNonNull(restore.from()));
  }

  /** The newest savepoint that a job was stopped with, unless emptiness is wished. */
  private Optional<String> expectedFor(EngineJob job) {
    Observation.StoredRevision revision =
        Objects.requireNonNull(world.revisions().get(job.revision));
    boolean first = ledger.newestOf(job.revision).isEmpty();
    boolean asked =
        Optional.ofNullable(world.status().rollout()).map(RolloutStatus::askedBy).isPresent();
    if (first && !asked && revision.spec().upgrade().state() == UpgradeState.None) {
      return Optional.empty();
    }
    return ledger.newestSavepoint();
  }

  /** Somebody asks an engine to stop a job. */
  void beforeStopping(Effect.StopWithSavepoint stop) {
    check(
        ledger.isIntended(stop.trigger()),
        () -> "rule 6: a stop is sent, and nobody has written down that it would: " + stop);
  }

  /** Somebody asks an engine for a checkpoint to hand a job over by. */
  void beforeTaking(Effect.TakeCheckpoint take) {
    check(
        ledger.isIntended(take.trigger()),
        () ->
            "rule 6: a checkpoint is asked for, and nobody has written down that it would: "
                + take);
  }

  /** A job's savepoint is complete, and the job is about to end. */
  void stopped(EngineJob job, String location) {
    if (job.life != world.newest().life()) {
      return;
    }
    check(!ledger.hasEnded(job), () -> "rule 5: %s was stopped twice".formatted(name(job)));
    String directory = location.substring(0, location.lastIndexOf('/') + 1);
    check(
        world.bucket().savepointsBelow(directory) == 1,
        () -> "rule 5: more than one savepoint in %s".formatted(directory));
    ledger.stopped(job, location);
  }

  void afterEachStep() {
    int alive = 0;
    for (EngineJob job : ledger.real()) {
      alive += job.isAlive() ? 1 : 0;
    }
    int count = alive;
    check(count <= 1, () -> "rule 1: %d jobs are alive".formatted(count));
    deadlines.afterEachStep();
  }

  /** Judged by how things are; what was decided while Blocked is judged as that, however late. */
  void beforeDeleting(int revision, Observation seen) {
    Optional<RolloutStatus> rollout = Optional.ofNullable(world.status().rollout());
    check(
        rollout.isPresent(),
        () -> "rule 2: revision %d is deleted outside of a rollout".formatted(revision));
    Optional<EngineJob> job = ledger.newestOf(revision);
    if (job.isEmpty()) {
      return;
    }
    EngineJob last = job.get();
    boolean isOld = Objects.equals(rollout.get().fromRevision(), revision);
    if (!isOld) {
      check(
          !last.isAlive() || last.progress() == 0,
          () -> "rule 2: %s is deleted while it makes progress".formatted(name(last)));
      return;
    }
    beforeDeletingOld(
        last,
        rollout.get(),
        isBlocked(rollout) || isBlocked(Optional.ofNullable(seen.status().rollout())));
  }

  private static boolean isBlocked(Optional<RolloutStatus> rollout) {
    return rollout.filter(it -> RolloutStep.Blocked.name().equals(it.step())).isPresent();
  }

  private void beforeDeletingOld(EngineJob last, RolloutStatus rollout, boolean blocked) {
    if (RolloutStrategy.Warm.name().equals(rollout.strategy()) && !blocked) {
      boolean proven =
          ledger.real().stream()
              .anyMatch(
                  it ->
                      it.revision != last.revision
                          && ledger.isAfter(it, last)
                          && (it.progress() > 0
                              || it.state() == JobState.FINISHED
                              || (it.isUntold() && isKept(last))));
      check(
          proven,
          () -> "rule 2: %s is deleted before its successor is proven".formatted(name(last)));
      return;
    }
    check(
        !last.isAlive() || last.progress() == 0,
        () -> "rule 2: %s is deleted while it runs".formatted(name(last)));
    boolean isDone =
        last.state() == JobState.FINISHED
            && RolloutStrategy.Finish.name().equals(rollout.strategy());
    check(
        isKept(last) || isDone || startsEmpty(rollout) || rollout.restoreId() != null,
        () -> "rule 2: %s is deleted, and its state is in no savepoint".formatted(name(last)));
  }

  private boolean isKept(EngineJob job) {
    return ledger
        .savepointOf(job)
        .map(location -> world.bucket().holds(location))
        .orElseGet(() -> job.progress() == 0 || isOverWithCheckpoint(job));
  }

  /** Whether nobody can ask it for its state any more: what it has kept is in the bucket. */
  private boolean isOverWithCheckpoint(EngineJob job) {
    return !job.isAlive()
        && (job.isUntold() || job.state() != JobState.FINISHED)
        && job.newestCheckpoint().map(world.bucket()::holds).orElse(true);
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
  void afterDeciding(Observation seen, Plan plan, Function<Observation, Plan> decide) {
    boolean changed = !plan.status().equals(seen.status());
    if (!changed && decisions++ % 16 > 0) {
      // Most looks change nothing; one in a few is enough to compare.
      return;
    }
    if (!Objects.equals(plan.status().rollout(), seen.status().rollout())
        || !Objects.equals(plan.status().schedule(), seen.status().schedule())) {
      // The journal or the schedule went on: the next look asks other questions.
      return;
    }
    Observation later = Altered.copy(seen, "status", plan.status());
    Plan again = decide.apply(later);
    check(
        again.status().equals(plan.status()),
        () ->
            "two looks at the same situation wrote %s and then %s"
                .formatted(plan.status(), again.status()));
  }

  void beforeWriting(StreamJobStatus before, StreamJobStatus next) {
    RolloutStatus rollout = next.rollout();
    if (rollout != null) {
      intend(rollout);
    }
    everyRestorePointIsThere(next);
    handOver(before.rollout(), rollout);
    noConditionChangesItsTimeAlone(before, next);
    truth.beforeWriting(before, next);
    String from = step(before);
    String to = step(next);
    if (!from.equals(to)) {
      transitions.add(from + " -> " + to);
    }
    if (!from.equals(to) || beginsAnew(before.rollout(), rollout)) {
      deadlines.restart();
    }
  }

  /** After an outage, once. */
  private static boolean beginsAnew(@Nullable RolloutStatus was, @Nullable RolloutStatus is) {
    return was != null && is != null && !Objects.equals(was.stepStartedAt(), is.stepStartedAt());
  }

  private void intend(RolloutStatus rollout) {
    int attempt = Objects.requireNonNull(rollout.attempt());
    check(
        attempt >= ledger.newestAttempt(),
        () -> "attempt %d after %d".formatted(attempt, ledger.newestAttempt()));
    ledger.attempted(attempt);
    Optional.ofNullable(rollout.triggerId()).ifPresent(ledger::intended);
    if (Journal.of(rollout).isRescale()) {
      // So that nobody waits for the next regular one.
      ledger.intended(world.subject().stop(Objects.requireNonNull(rollout.attempt())).hex());
    }
    if (RolloutStep.Starting.name().equals(rollout.step())) {
      ledger.intended(Objects.requireNonNull(rollout.newJobId()));
    }
  }

  /** A job is handed over by a checkpoint: by the newest that it will ever have completed. */
  private void handOver(@Nullable RolloutStatus was, @Nullable RolloutStatus is) {
    boolean begins =
        was != null
            && is != null
            && is.handover() != null
            && BY_CHECKPOINT.contains(is.handover())
            && RolloutStep.Stopping.name().equals(was.step())
            && RolloutStep.Verifying.name().equals(is.step());
    if (!begins || is == null) {
      return;
    }
    EngineJob job = ledger.byId(Objects.requireNonNull(is.oldJobId())).orElseThrow();
    String location = Objects.requireNonNull(is.restoreFrom());
    check(!job.isAlive(), () -> "rule 1: %s is handed over alive".formatted(name(job)));
    check(
        job.newestCheckpoint().equals(Optional.of(location)),
        () ->
            "rule 3: %s is handed over by %s, expected %s"
                .formatted(name(job), location, job.newestCheckpoint()));
    check(
        ledger.savepointOf(job).filter(it -> !it.equals(location)).isEmpty(),
        () ->
            "rule 3: %s is handed over by %s, and was stopped with %s"
                .formatted(name(job), location, ledger.savepointOf(job)));
    ledger.stopped(job, location);
  }

  private void everyRestorePointIsThere(StreamJobStatus next) {
    if (discarded) {
      // Whoever has it discarded and then wishes otherwise, comes too late.
      return;
    }
    List<RestorePointStatus> points = Objects.requireNonNullElse(next.restorePoints(), List.of());
    for (RestorePointStatus point : points) {
      String location = Objects.requireNonNull(point.location());
      boolean isHistory = custody.isLetGo(location) && !isNeeded(point, next);
      check(
          isHistory || custody.isDiscarded(location) || world.bucket().lists(location),
          () -> "rule 4: %s is referred to, and gone".formatted(location));
    }
  }

  /** Whether the current job goes on from it, or a rollout does. */
  private static boolean isNeeded(RestorePointStatus point, StreamJobStatus status) {
    boolean isFinal =
        status.job() != null
            && Objects.equals(point.jobId(), status.job().id())
            && point.equals(Objects.requireNonNull(status.restorePoints()).getFirst());
    return isFinal
        || (status.rollout() != null
            && Objects.equals(point.location(), status.rollout().restoreFrom()));
  }

  private void noConditionChangesItsTimeAlone(StreamJobStatus before, StreamJobStatus next) {
    for (Condition condition : conditions(next)) {
      for (Condition old : conditions(before)) {
        boolean same =
            old.getType().equals(condition.getType())
                && old.getStatus().equals(condition.getStatus());
        check(
            !same || old.getLastTransitionTime().equals(condition.getLastTransitionTime()),
            () -> "condition %s got a new time and no new truth".formatted(old.getType()));
      }
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
