package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Obstacle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A world with an operator in it, and somebody who edits the spec and makes things go wrong. */
public final class Stage {
  private static final Duration LEAST_PAUSE = Duration.ofMillis(5);
  private static final Duration SLOW = Duration.ofMillis(995);
  private static final Duration SLOW_AFTER = Duration.ofSeconds(40);

  /** {@code savepoints.timeout} where nothing is said, and a while. */
  private static final Duration SAVEPOINT_GIVEN_UP = Duration.ofMinutes(11);

  private static final Duration LONGEST = Duration.ofHours(2);

  final World world = new World();
  private final Trace trace;
  private final List<Operator> operators = new ArrayList<>();
  private final Duration pace;
  private int turns;

  /**
   * @param pace least time between two looks, whatever the plan says
   */
  Stage(Faults faults, Defect defect, Trace.Detail detail, Duration pace, int operators) {
    this.trace = new Trace(detail);
    this.pace = pace;
    trace.clock(world::now);
    for (int i = 0; i < operators; i++) {
      this.operators.add(new Operator(world, faults, trace, defect));
    }
  }

  /** A stage on which nothing goes wrong between operator and world. */
  public static Stage calm() {
    return new Stage(Faults.none(), Defect.NONE, Trace.Detail.STORY, LEAST_PAUSE, 1);
  }

  public Stage apply(Wish wish) {
    trace.said("spec: " + wish);
    world.edit(wish.spec());
    return this;
  }

  public Stage annotate(String annotation, String value) {
    trace.said("annotation: " + annotation + "=" + value);
    world.annotate(annotation, value);
    return this;
  }

  /**
   * Somebody creates a StreamSavepoint.
   *
   * @param location a savepoint that exists already; empty: one is to be taken
   */
  Stage createSavepoint(String name, Optional<String> location, boolean retain) {
    trace.said(
        "StreamSavepoint %s: %s%s"
            .formatted(name, location.orElse("to be taken"), retain ? ", retained" : ""));
    world.savepoints().create(name, SavepointReason.Manual, location, retain);
    return this;
  }

  /** Somebody deletes a StreamSavepoint. */
  Stage deleteSavepoint(String name) {
    trace.said("StreamSavepoint " + name + " deleted");
    world.savepoints().named(name).ifPresent(world.savepoints()::delete);
    return this;
  }

  List<String> savepoints() {
    return world.savepoints().all().stream().map(Savepoint::name).toList();
  }

  Stage removeAnnotations() {
    trace.said("no annotations any more");
    world.api().removeAnnotations(world.now());
    return this;
  }

  /** The story begins here. */
  public Stage from(String beginning) {
    trace.clear();
    trace.said(beginning);
    return this;
  }

  /** One look at the StreamJob, and the time until the next, with its StreamSavepoints in it. */
  private void go(Duration least) {
    Operator operator = operators.get(turns++ % operators.size());
    Duration pause = operator.look();
    Instant next = world.now().plus(pause.compareTo(least) < 0 ? least : pause);
    long version = world.savepoints().version();
    while (world.now().isBefore(next) && !isTurnOver(version)) {
      Instant due = operator.lookAtSavepoints(least);
      world.pass(Duration.between(world.now(), due.isBefore(next) ? due : next));
    }
  }

  /** A StreamSavepoint that has its turn wakes the StreamJob by each change. */
  private boolean isTurnOver(long version) {
    return world.status().savepoint() != null && world.savepoints().version() > version;
  }

  /** Goes on until nothing more is to come. */
  public Stage settle() {
    Instant end = world.now().plus(LONGEST);
    Instant changed = world.now();
    long version = world.version();
    while (Duration.between(changed, world.now()).compareTo(quiet()) < 0) {
      // Who has waited for long is looked at less often than in truth, to save the test's time.
      boolean slow = Duration.between(changed, world.now()).compareTo(SLOW_AFTER) > 0;
      go(slow ? pace.plus(SLOW) : pace);
      if (world.version() != version) {
        version = world.version();
        changed = world.now();
      }
      if (world.now().isAfter(end)) {
        throw new Invariants.Violation("rule 7: it never settles: " + world.status().rollout());
      }
    }
    StreamJobStatus status = world.status();
    if (status.rollout() != null && status.waitingFor() == null) {
      throw new Invariants.Violation(
          "rule 7: nobody was told what " + status.rollout() + " waits for");
    }
    return this;
  }

  /** How long nothing may have been written until nothing more is expected. */
  private Duration quiet() {
    if (world.status().savepoint() != null) {
      return SAVEPOINT_GIVEN_UP;
    }
    return world.status().rollout() == null ? Duration.ofSeconds(25) : Duration.ofMinutes(6);
  }

  /** Goes on until no StreamSavepoint waits for anything. */
  Stage settleSavepoints() {
    Instant end = world.now().plus(LONGEST);
    while (world.savepoints().all().stream().anyMatch(Stage::isUnderWay)) {
      go(pace);
      if (world.now().isAfter(end)) {
        throw new Invariants.Violation(
            "rule 7: these never settle: "
                + world.savepoints().all().stream().filter(Stage::isUnderWay).toList());
      }
    }
    return this;
  }

  private static boolean isUnderWay(Savepoint it) {
    return it.goes()
        || switch (it.phase()) {
          case Pending, Taking, Verifying -> true;
          case Completed, Broken, Failed -> false;
        };
  }

  public Stage until(RolloutStep step) {
    Instant end = world.now().plus(LONGEST);
    while (!at().equals(Optional.of(step.name()))) {
      go(pace);
      if (world.now().isAfter(end)) {
        throw new AssertionError("expected step " + step + ", found " + world.status().rollout());
      }
    }
    return this;
  }

  /** Until a step begins, if one is named, or until some time has passed. */
  Stage passUntil(Optional<RolloutStep> step, Duration time) {
    Instant end = world.now().plus(time);
    Optional<String> wanted = step.map(Enum::name);
    while (world.now().isBefore(end) && (wanted.isEmpty() || !at().equals(wanted))) {
      go(pace);
    }
    return this;
  }

  public Stage pass(Duration time) {
    Instant end = world.now().plus(time);
    while (world.now().isBefore(end)) {
      go(pace);
    }
    return this;
  }

  public Stage storage(Optional<Obstacle> obstacle) {
    trace.said(obstacle.map(it -> "storage: " + it.reason()).orElse("storage: usable"));
    world.storage(obstacle);
    return this;
  }

  public Stage savepointsFail(boolean fail) {
    trace.said("savepoints " + (fail ? "fail" : "work"));
    world.savepointsFail(fail);
    return this;
  }

  public Stage savepointsTake(Duration time) {
    trace.said("savepoints take " + time);
    world.savepointsTake(time);
    return this;
  }

  public Stage finishFails() {
    trace.said("a job that is stopped fails at its end, with its savepoint complete");
    world.weather.finishFails = true;
    return this;
  }

  public Stage cancelTakes(Duration time) {
    trace.said("a cancelled job takes " + time + " to end");
    world.weather.cancelTakes = time;
    return this;
  }

  public Stage nextSavepointIsIncomplete() {
    trace.said("an object of the next savepoint gets lost");
    world.bucket().breakTheNextSavepoint();
    return this;
  }

  public Stage repairBucket() {
    trace.said("the object is put back");
    world.bucket().repair();
    return this;
  }

  /** A coordinator's pod is replaced: all that it knew is gone. */
  public Stage restartCoordinator(int revision) {
    trace.said("the coordinator of revision " + revision + " restarts");
    world.restartCoordinator(revision);
    return this;
  }

  /** A coordinator cannot be reached; what it runs, runs on. */
  public Stage silence(int revision) {
    trace.said("the coordinator of revision " + revision + " cannot be reached");
    world.silence(revision, true);
    return this;
  }

  public Stage mendNetwork(int revision) {
    trace.said("the coordinator of revision " + revision + " can be reached again");
    world.silence(revision, false);
    return this;
  }

  public Stage storageAnswers(boolean answers) {
    trace.said("the storage " + (answers ? "answers again" : "answers nobody"));
    world.bucket().silence(!answers);
    return this;
  }

  /** A job ends, and nobody asked it to. */
  public Stage ends(int revision, JobState how) {
    trace.said("the job of revision " + revision + " ends as " + how);
    world.endJobs(revision, how);
    return this;
  }

  /** A checkpoint completes at this very moment. */
  public Stage checkpoint(int revision) {
    trace.said("the job of revision " + revision + " completes a checkpoint");
    world.checkpoint(revision);
    return this;
  }

  /** What a revision depends on has changed: from now on it behaves like another program. */
  public Stage turnsInto(int revision, Program program) {
    trace.said("revision " + revision + " turns into " + program);
    world.turnsInto(revision, program);
    return this;
  }

  /** The StreamJob is deleted, and one of the same name and spec is created at once. */
  public Stage recreate() {
    trace.said("deleted, and created again");
    world.recreate();
    return this;
  }

  /** Somebody deletes it, and creates it anew as soon as it is gone. */
  public Stage delete() {
    trace.said("deleted");
    world.delete();
    return this;
  }

  /** The engine loses a worker of each job that runs. */
  public Stage loseWorkers() {
    trace.said("workers are lost");
    world.aliveJobs().forEach(job -> job.failOver(world.now()));
    return this;
  }

  /** The sources of the job that runs come to an end. */
  public Stage runOut() {
    trace.said("the sources have ended");
    world.aliveJobs().forEach(EngineJob::runOut);
    return this;
  }

  /** The bucket answers nobody, or answers again. */
  Stage bucketDown(boolean down) {
    trace.said("the bucket " + (down ? "answers nobody" : "answers"));
    world.weather.bucketDown = down;
    return this;
  }

  /** Nothing is slow or fails any more; what was lost is put back. */
  Stage clearUp() {
    trace.said("it clears up");
    world.weather.clear();
    world.bucket().repair();
    return this;
  }

  /** Nobody reaches a revision's coordinator for a while. */
  public Stage cutOff(int revision, Duration time) {
    trace.said("nobody reaches the coordinator of revision %d for %s".formatted(revision, time));
    world.weather.cutOff(revision, world.now().plus(time));
    world.invariants.patience(time);
    return this;
  }

  /** Time in which nobody looks. */
  public Stage away(Duration time) {
    trace.said("nobody looks for " + time);
    for (Duration left = time; left.isPositive(); left = left.minusMillis(100)) {
      world.pass(Duration.ofMillis(100));
    }
    return this;
  }

  /** Everything in the bucket that a job could be started from, older ones first. */
  public List<String> restorePoints() {
    return world.bucket().restorePoints();
  }

  public StreamJobStatus status() {
    return world.status();
  }

  public int writes() {
    return trace.writes();
  }

  public int looks() {
    return operators.stream().mapToInt(Operator::looks).sum();
  }

  public List<String> lines() {
    return trace.lines();
  }

  /** Steps that followed each other, as {@code Preparing -> Stopping}. */
  public Set<String> transitions() {
    return world.invariants.transitions();
  }

  private Optional<String> at() {
    return Optional.ofNullable(world.status().rollout()).map(RolloutStatus::step);
  }
}
