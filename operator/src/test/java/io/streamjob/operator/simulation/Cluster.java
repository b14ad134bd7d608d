package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One revision's objects and pods, as they come up and go in time. */
final class Cluster {
  private final World world;
  private final ApiServer.Held owner;
  private final int revision;
  private final Program program;
  private Instant created;
  private Instant coordinatorStarts;
  private Instant workersRegister;
  private int pod = 1;
  private Optional<Instant> workers = Optional.empty();
  private Optional<Instant> workersStart = Optional.empty();
  private Optional<Instant> ends = Optional.empty();
  private Optional<Instant> unlisted = Optional.empty();
  private Optional<Coordinator> coordinator = Optional.empty();
  private boolean silent;
  private int replicas;
  private int before;
  private Instant joinedAt = Instant.MIN;

  Cluster(World world, ApiServer.Held owner, int revision, Program program) {
    this.world = world;
    this.owner = owner;
    this.revision = revision;
    this.program = program;
    this.created = world.now();
    this.coordinatorStarts = created.plus(world.weather.podStarts);
    this.workersRegister = coordinatorStarts.plus(world.weather.podStarts);
  }

  void createWorkers(int many) {
    if (workers.isEmpty()) {
      replicas = many;
      before = many;
      workers = Optional.of(world.now());
      workersStart = Optional.of(world.now().plus(world.weather.podStarts));
    }
  }

  /** More pods come after a while; those that are too many go at once, with what they run. */
  void scale(int many) {
    if (workers.isEmpty() || many == replicas) {
      return;
    }
    before = Math.min(many, ready());
    boolean fewer = many < replicas;
    replicas = many;
    joinedAt = world.now().plus(world.weather.podStarts);
    if (fewer) {
      coordinator.ifPresent(
          engine -> engine.jobs.values().forEach(job -> job.failOver(world.now())));
    }
  }

  private int ready() {
    return has(Optional.of(joinedAt)) ? replicas : before;
  }

  /** How many there are to be. */
  Reading<Integer> workers() {
    return ends.isPresent() || workers.isEmpty() ? Reading.absent() : Reading.known(replicas);
  }

  void delete() {
    if (ends.isEmpty()) {
      Duration takes = world.weather.podEnds;
      ends = Optional.of(world.now().plus(takes));
      unlisted = Optional.of(world.now().plus(takes).plus(takes));
    }
  }

  /** The coordinator's pod is replaced; whatever its process knew is gone. */
  void restart() {
    end();
    created = world.now();
    coordinatorStarts = created.plus(world.weather.podStarts);
    workersRegister = coordinatorStarts.plus(world.weather.podStarts);
    pod++;
  }

  private void end() {
    coordinator.ifPresent(old -> old.jobs.values().forEach(EngineJob::die));
    coordinator = Optional.empty();
  }

  void tick() {
    if (has(ends)) {
      end();
      return;
    }
    if (coordinator.isEmpty()
        && program != Program.IMAGE_MISSING
        && has(Optional.of(coordinatorStarts))) {
      coordinator = Optional.of(new Coordinator(world, owner, revision, program));
    }
    coordinator.ifPresent(running -> running.tick(hasSlots()));
  }

  /** Whether a moment has come. */
  private boolean has(Optional<Instant> at) {
    return at.isPresent() && !at.get().isAfter(world.now());
  }

  private boolean hasRoom() {
    return program != Program.NO_ROOM
        && (program != Program.NO_ROOM_BESIDE || world.isAlone(revision));
  }

  private boolean hasSlots() {
    return hasRoom() && has(workersStart) && has(Optional.of(workersRegister));
  }

  /** Whether it was made for the StreamJob of that life. */
  boolean isOf(int life) {
    return owner.life() == life;
  }

  /** Pods outlive their objects by a moment. */
  boolean isGone() {
    return has(unlisted);
  }

  /** Its network is cut, or mended; what runs, runs on. */
  void silence(boolean now) {
    silent = now;
  }

  /** Whoever runs there completes a checkpoint at this moment. */
  void checkpoint() {
    coordinator.ifPresent(
        running ->
            running.jobs.values().stream()
                .filter(EngineJob::runsTasks)
                .forEach(job -> job.checkpoint(world.bucket(), world.now())));
  }

  /** Whoever runs there ends by itself; a job fails only by a task, and a preflight has none. */
  void endJobs(JobState how) {
    coordinator.ifPresent(
        running ->
            running.jobs.values().stream()
                .filter(how == JobState.FAILED ? EngineJob::runsTasks : EngineJob::isAlive)
                .forEach(
                    job -> {
                      if (how == JobState.FAILED) {
                        job.fail(EngineFailure.Kind.OTHER, "a task failed once too often");
                      } else {
                        job.end(how);
                      }
                    }));
  }

  /** Who answers at its address, if anyone. */
  Optional<Coordinator> coordinator() {
    return silent ? Optional.empty() : coordinator;
  }

  ClusterView view() {
    boolean going = ends.isPresent();
    return new ClusterView(
        Reading.known(
            new ClusterView.Objects(
                !going,
                !going && workers.isPresent(),
                !going || !ends.get().isBefore(world.now()))),
        Reading.known(
            new ClusterView.Pods(
                workers.isPresent() ? 1 + replicas : 1,
                going ? Optional.empty() : Optional.of(revision + "-pod-" + pod),
                trouble())),
        slots());
  }

  private Reading<Slots> slots() {
    if (silent || coordinator.isEmpty() || world.weather.isCutOff(revision, world.now())) {
      return Reading.unknown("connection refused");
    }
    int busy = 0;
    for (EngineJob job : coordinator.get().jobs.values()) {
      busy += job.runsTasks() ? job.size() : 0;
    }
    int total = hasSlots() ? ready() : 0;
    return Reading.known(new Slots(total, total, Math.max(0, total - busy)));
  }

  private Optional<ClusterView.Trouble> trouble() {
    if (program == Program.IMAGE_MISSING) {
      return Optional.of(trouble(Reason.ImagePullFailed, "image not found", created));
    }
    return !hasRoom()
        ? workers.map(since -> trouble(Reason.NoRoom, "0/1 nodes are available", since))
        : Optional.empty();
  }

  private ClusterView.Trouble trouble(Reason reason, String what, Instant since) {
    return new ClusterView.Trouble(
        new Obstacle(reason, "shop/orders revision " + revision + ": " + what), since);
  }
}
