package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.Reason;
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
  private static final Duration STARTS_IN = Duration.ofSeconds(3);
  private static final Duration ENDS_IN = Duration.ofSeconds(1);

  private final World world;
  private final int revision;
  private final Program program;
  private Instant created;
  private int pod = 1;
  private Optional<Instant> workers = Optional.empty();
  private Optional<Instant> deleted = Optional.empty();
  private Optional<Coordinator> coordinator = Optional.empty();
  private boolean silent;

  Cluster(World world, int revision, Program program) {
    this.world = world;
    this.revision = revision;
    this.program = program;
    this.created = world.now();
  }

  void createWorkers() {
    if (workers.isEmpty()) {
      workers = Optional.of(world.now());
    }
  }

  void delete() {
    if (deleted.isEmpty()) {
      deleted = Optional.of(world.now());
    }
  }

  /** The coordinator's pod is replaced; whatever its process knew is gone. */
  void restart() {
    coordinator.ifPresent(old -> old.jobs.values().forEach(EngineJob::die));
    coordinator = Optional.empty();
    created = world.now();
    pod++;
  }

  void tick() {
    Instant now = world.now();
    if (deleted.filter(at -> !at.plus(ENDS_IN).isAfter(now)).isPresent()) {
      coordinator.ifPresent(old -> old.jobs.values().forEach(EngineJob::die));
      coordinator = Optional.empty();
      return;
    }
    if (coordinator.isEmpty() && program != Program.IMAGE_MISSING && since(created)) {
      coordinator = Optional.of(new Coordinator(world, revision));
    }
    coordinator.ifPresent(running -> running.tick(hasSlots()));
  }

  private boolean since(Instant began) {
    return !began.plus(STARTS_IN).isAfter(world.now());
  }

  private boolean hasRoom() {
    return program != Program.NO_ROOM
        && (program != Program.NO_ROOM_BESIDE || world.isAlone(revision));
  }

  private boolean hasSlots() {
    return hasRoom() && workers.filter(this::since).isPresent() && since(created.plus(STARTS_IN));
  }

  /** Pods outlive their objects by a moment. */
  boolean isGone() {
    return deleted.filter(at -> !at.plus(ENDS_IN.multipliedBy(2)).isAfter(world.now())).isPresent();
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

  /** Whoever runs there ends by itself. */
  void endJobs(JobState how) {
    coordinator.ifPresent(
        running ->
            running.jobs.values().stream().filter(EngineJob::isAlive).forEach(job -> job.end(how)));
  }

  /** Who answers at its address, if anyone. */
  Optional<Coordinator> coordinator() {
    return silent ? Optional.empty() : coordinator;
  }

  ClusterView view() {
    boolean going = deleted.isPresent();
    return new ClusterView(
        Reading.known(
            new ClusterView.Objects(
                !going,
                !going && workers.isPresent(),
                deleted.filter(at -> at.plus(ENDS_IN).isBefore(world.now())).isEmpty())),
        Reading.known(
            new ClusterView.Pods(
                workers.isPresent() ? 2 : 1,
                going ? Optional.empty() : Optional.of(revision + "-pod-" + pod),
                trouble())),
        coordinator()
            .<Reading<Slots>>map(
                running -> {
                  long busy = running.jobs.values().stream().filter(EngineJob::runsTasks).count();
                  int total = hasSlots() ? 1 : 0;
                  return Reading.known(new Slots(total, total, (int) Math.max(0, total - busy)));
                })
            .orElse(Reading.unknown("connection refused")));
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
