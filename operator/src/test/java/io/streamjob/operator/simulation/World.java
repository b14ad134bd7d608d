package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.EarlierView;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Everything that is not the operator. Time passes only by {@link #pass}. */
final class World {
  static final Answer SILENCE = new Answer.Unanswered("connection refused");

  final Weather weather = new Weather();
  final Invariants invariants = new Invariants(this);
  private final Savepoints savepoints = new Savepoints(this);
  private final ApiServer api = new ApiServer();
  private final Bucket bucket = new Bucket();
  private final Map<Integer, Cluster> clusters = new TreeMap<>();
  private final Map<Integer, Program> turned = new TreeMap<>();
  private final PriorityQueue<Late> late = new PriorityQueue<>();
  private final Set<Integer> stragglers = new HashSet<>();
  private Map<Integer, Observation.StoredRevision> revisions = Map.of();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private Optional<Integer> service = Optional.empty();
  private long serviceVersion;
  private long delayed;

  /** Something that is on its way; what was sent first arrives first. */
  private record Late(Instant due, long number, Runnable arrives) implements Comparable<Late> {
    @Override
    public int compareTo(Late other) {
      int order = due.compareTo(other.due);
      return order == 0 ? Long.compare(number, other.number) : order;
    }
  }

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    Instant end = now.plus(time);
    while (!late.isEmpty() && !late.element().due().isAfter(end)) {
      Late first = late.remove();
      goOn(first.due().isAfter(now) ? first.due() : now);
      first.arrives().run();
      invariants.afterEachStep();
    }
    goOn(end);
  }

  private void goOn(Instant next) {
    now = next;
    clusters.values().forEach(Cluster::tick);
    clusters.values().removeIf(Cluster::isGone);
    invariants.afterEachStep();
  }

  /** Lets something happen a while from now. */
  void later(Duration delay, Runnable arrives) {
    late.add(new Late(now.plus(delay), delayed++, arrives));
  }

  // What a person does.

  void edit(StreamJobSpec spec) {
    Optional.ofNullable(spec.restore()).ifPresent(invariants::restoreWished);
    api.apply(spec, now);
  }

  /** Somebody labels the object. */
  void touch() {
    api.touch(now);
  }

  /** Somebody deletes it, and creates it anew as soon as it is gone. */
  void delete() {
    if (newest().end().held()) {
      api.delete(now);
    } else {
      recreate();
    }
  }

  /** Deleted with all that it owns, and created anew; the garbage collector takes its time. */
  void recreate() {
    api.recreate(now);
    revisions = Map.of();
    service = Optional.empty();
    serviceVersion++;
    turned.clear();
    stragglers.clear();
    clusters.values().forEach(Cluster::delete);
    invariants.recreated();
  }

  void annotate(String annotation, String value) {
    api.annotate(annotation, value, now);
  }

  void storage(Optional<Obstacle> obstacle) {
    weather.storageObstacle = obstacle;
  }

  // What befalls it.

  void savepointsFail(boolean fail) {
    weather.savepointsFail = fail;
  }

  void savepointsTake(Duration time) {
    weather.savepointTakes = time;
  }

  void restartCoordinator(int revision) {
    Optional.ofNullable(clusters.get(revision)).ifPresent(Cluster::restart);
  }

  void silence(int revision, boolean silent) {
    Optional.ofNullable(clusters.get(revision)).ifPresent(cluster -> cluster.silence(silent));
  }

  void endJobs(int revision, JobState how) {
    Optional.ofNullable(clusters.get(revision)).ifPresent(cluster -> cluster.endJobs(how));
  }

  void checkpoint(int revision) {
    Optional.ofNullable(clusters.get(revision)).ifPresent(Cluster::checkpoint);
  }

  void turnsInto(int revision, Program program) {
    turned.put(revision, program);
  }

  /** How a revision behaves that was made as {@code program}. */
  Program program(int revision, Program program) {
    return turned.getOrDefault(revision, program);
  }

  /** The jobs that process records, or will. */
  List<EngineJob> aliveJobs() {
    List<EngineJob> alive = new ArrayList<>();
    for (Cluster cluster : clusters.values()) {
      cluster.coordinator().stream()
          .flatMap(coordinator -> coordinator.jobs.values().stream())
          .filter(EngineJob::isAlive)
          .forEach(alive::add);
    }
    return alive;
  }

  // The API server.

  ApiServer api() {
    return api;
  }

  ApiServer.Held newest() {
    return api.newest();
  }

  Subject subject() {
    return newest().subject();
  }

  Parsed wished() {
    return newest().wished();
  }

  StreamJobStatus status() {
    return newest().status();
  }

  long version() {
    return newest().version();
  }

  /** Compare-and-set: whether {@code expected} was still the newest, so that this was written. */
  boolean write(StreamJobStatus next, ApiServer.Held expected) {
    if (expected.version() == version()) {
      invariants.beforeWriting(status(), next);
    }
    return api.write(next, expected, now);
  }

  Map<Integer, Observation.StoredRevision> revisions() {
    return revisions;
  }

  ClusterView cluster(int revision, int life) {
    Cluster cluster = clusters.get(revision);
    if (cluster == null) {
      return new ClusterView(
          Reading.known(new ClusterView.Objects(false, false, false)),
          Reading.known(new ClusterView.Pods(0, Optional.empty(), Optional.empty())),
          Reading.unknown("no such host"));
    }
    return cluster.isOf(life)
        ? cluster.view()
        : new ClusterView(
            Reading.unknown("objects of an earlier StreamJob of this name are still there"),
            Reading.known(new ClusterView.Pods(0, Optional.empty(), Optional.empty())),
            Reading.unknown("no such host"));
  }

  /** Revisions that anything is left of, those left out that came when their rollout was over. */
  List<Integer> clusters() {
    return clusters.keySet().stream().filter(revision -> !stragglers.contains(revision)).toList();
  }

  /** What StreamJobs of earlier lives have left. */
  Reading<EarlierView> earlier(ApiServer.Held held) {
    Optional<String> pod =
        clusters.entrySet().stream()
            .filter(entry -> !entry.getValue().isOf(held.life()))
            .map(entry -> "orders-" + entry.getKey() + "-coordinator")
            .findFirst();
    return unlessDown(bucket.statesBeside(held.folder()))
        .map(states -> new EarlierView(pod, states));
  }

  /** What is left of a StreamJob. */
  Reading<Observation.Remains> remains(ApiServer.Held held) {
    Optional<String> pod =
        clusters.entrySet().stream()
            .filter(entry -> entry.getValue().isOf(held.life()))
            .map(entry -> "orders-" + entry.getKey() + "-coordinator")
            .findFirst();
    Optional<String> savepoint =
        savepoints.discardable(held.subject().uid()).map(Savepoint::name).findFirst();
    Optional<String> object =
        discardable(held).flatMap(folder -> bucket.anythingIn(folder).stream()).findFirst();
    return pod.isEmpty() && savepoint.isEmpty() && object.isEmpty()
        ? unlessDown(Reading.absent())
        : unlessDown(Reading.known(new Observation.Remains(pod, savepoint, object)));
  }

  /** Folders of a StreamJob, but for those that hold what a StreamSavepoint records that stays. */
  private Stream<String> discardable(ApiServer.Held held) {
    List<String> needed = savepoints.needed(held.subject().uid());
    return Stream.of("checkpoints/", "scratch/", "savepoints/")
        .map(held.folder()::concat)
        .filter(folder -> needed.stream().noneMatch(it -> it.startsWith(folder)));
  }

  Savepoints savepoints() {
    return savepoints;
  }

  Reading<Integer> service() {
    return service.<Reading<Integer>>map(Reading::known).orElse(Reading.absent());
  }

  /** Whether no other revision's pods are there, but such as came late. */
  boolean isAlone(int revision) {
    return clusters().stream().allMatch(number -> number == revision);
  }

  // The engines and the bucket.

  /** The coordinator process that answers to whoever asks for a revision's. */
  Optional<Coordinator> coordinator(int revision) {
    Cluster cluster = clusters.get(revision);
    return cluster == null || weather.isCutOff(revision, now)
        ? Optional.empty()
        : cluster.coordinator();
  }

  Bucket bucket() {
    return bucket;
  }

  Reading<Optional<Obstacle>> storage() {
    return weather.bucketDown
        ? Reading.unknown("503 Slow Down")
        : Reading.known(weather.storageObstacle);
  }

  Reading<String> find(String directory) {
    return weather.bucketDown
        ? Reading.unknown("503 Slow Down")
        : bucket.find(directory, now, weather.listingLags);
  }

  <T> Reading<T> unlessDown(Reading<T> answer) {
    return weather.bucketDown ? Reading.unknown("503 Slow Down") : answer;
  }

  void begun(EngineJob job) {
    invariants.begun(job);
  }

  void stopped(EngineJob job, String location) {
    invariants.stopped(job, location);
  }

  /** Carries an effect out; {@code seen} is what the operator knew when it decided. */
  Answer apply(Effect effect, Observation seen) {
    switch (effect) {
      case Effect.StoreRevision(int revision) -> store(revision, seen);
      case Effect.ForgetRevision(int revision) -> forget(revision);
      case Effect.CreateCoordinator(int revision, int attempt) -> createCoordinator(revision, seen);
      case Effect.CreateWorkers(int revision, int attempt) ->
          cluster(revision, seen)
              .ifPresent(
                  cluster -> cluster.createWorkers(stored(revision, seen).spec().replicas()));
      case Effect.PointService(int revision) -> point(revision);
      case Effect.DeleteCluster(int revision) ->
          cluster(revision, seen)
              .ifPresent(
                  cluster -> {
                    invariants.beforeDeleting(revision, seen);
                    cluster.delete();
                  });
      case Effect.CreateSavepoint create ->
          savepoints.create(create.name(), create.reason(), create.location(), false);
      case Effect.Hold hold -> {
        if (isOfThisLife(seen)) {
          api.hold(true, now);
        }
      }
      case Effect.Release release -> {
        if (isOfThisLife(seen)) {
          release();
        }
      }
      case Effect.DeleteClusters delete ->
          clusters.values().stream()
              .filter(cluster -> cluster.isOf(newest().life()))
              .filter(cluster -> isOfThisLife(seen))
              .forEach(Cluster::delete);
      case Effect.DiscardSavepoints discard ->
          savepoints.discardable(seen.subject().uid()).forEach(savepoints::delete);
      case Effect.DiscardObjects discard -> {
        if (isOfThisLife(seen)) {
          invariants.beforeDiscarding();
          discardable(newest()).forEach(bucket::deleteBelow);
        }
      }
      case Effect.LeaveOut leaveOut -> {
        if (weather.bucketDown) {
          return SILENCE;
        }
        bucket.leaveOut(leaveOut.location(), leaveOut.file());
      }
      case Effect.Submit submit -> {
        return coordinator(submit.revision())
            .map(engine -> engine.submit(submit.submission()))
            .orElse(SILENCE);
      }
      case Effect.StopWithSavepoint stop -> {
        invariants.beforeStopping(stop);
        return coordinator(stop.revision())
            .map(engine -> engine.stop(stop.job(), stop.trigger(), stop.directory()))
            .orElse(SILENCE);
      }
      case Effect.TakeCheckpoint take -> {
        invariants.beforeTaking(take);
        return coordinator(take.revision())
            .map(engine -> engine.takeCheckpoint(take.job(), take.trigger()))
            .orElse(SILENCE);
      }
      case Effect.ScaleWorkers(int revision, int attempt, int replicas) ->
          cluster(revision, seen).ifPresent(cluster -> cluster.scale(replicas));
      case Effect.StoreScale store -> storeScale(store);
      case Effect.Rescale rescale -> {
        return coordinator(rescale.revision())
            .map(engine -> engine.rescale(rescale.job(), rescale.from(), rescale.to()))
            .orElse(SILENCE);
      }
      case Effect.Cancel cancel -> {
        return coordinator(cancel.revision())
            .map(engine -> engine.cancel(cancel.job()))
            .orElse(SILENCE);
      }
    }
    return new Answer.Accepted();
  }

  /**
   * Carries an effect out later, as far as it still finds what it was meant for: a request to an
   * engine goes to one process, and with a process its connections go; a deletion is meant for one
   * object, not for a later one of the same name; a service is changed in the version that was
   * seen; nothing can be made for an owner that is gone.
   */
  void applyLater(Duration delay, Effect effect, Observation seen) {
    Supplier<Object> addressee = () -> addressee(effect);
    Object meant = addressee.get();
    later(
        delay,
        () -> {
          if (addressee.get().equals(meant)) {
            straggles(effect);
            apply(effect, seen);
          }
        });
  }

  private boolean isOfThisLife(Observation seen) {
    return seen.subject().uid().equals(subject().uid());
  }

  private void release() {
    if (newest().end().deletedAt().isPresent()) {
      invariants.beforeGoing();
      recreate();
    } else {
      api.hold(false, now);
    }
  }

  /** Whom or what an effect is meant for. */
  private Object addressee(Effect effect) {
    return switch (effect) {
      case Effect.Submit submit -> coordinator(submit.revision());
      case Effect.StopWithSavepoint stop -> coordinator(stop.revision());
      case Effect.TakeCheckpoint take -> coordinator(take.revision());
      case Effect.Cancel cancel -> coordinator(cancel.revision());
      case Effect.Rescale rescale -> coordinator(rescale.revision());
      case Effect.ScaleWorkers scale -> Optional.ofNullable(clusters.get(scale.revision()));
      case Effect.StoreScale store -> newest().life();
      case Effect.DeleteCluster delete -> Optional.ofNullable(clusters.get(delete.revision()));
      case Effect.StoreRevision store -> newest().life();
      case Effect.ForgetRevision forget -> newest().life();
      case Effect.CreateCoordinator create -> newest().life();
      case Effect.CreateWorkers create -> newest().life();
      case Effect.PointService point -> serviceVersion;
      case Effect.LeaveOut leaveOut -> newest().life();
      case Effect.Hold hold -> newest().life();
      case Effect.Release release -> newest().life();
      case Effect.DeleteClusters delete -> newest().life();
      case Effect.DiscardSavepoints discard -> newest().life();
      case Effect.DiscardObjects discard -> newest().life();
      case Effect.CreateSavepoint create -> newest().life();
    };
  }

  /**
   * A cluster that comes late may belong to a rollout that is over. It is empty and stays so, but
   * nobody deletes it while the StreamJob lives.
   */
  private void straggles(Effect effect) {
    if (effect instanceof Effect.CreateCoordinator(int revision, int attempt)) {
      boolean expected =
          Optional.ofNullable(status().rollout())
              .map(Journal::of)
              .filter(journal -> journal.attempt() == attempt)
              .filter(journal -> journal.target() == revision)
              .filter(journal -> !journal.outcome().equals(Optional.of(RolloutOutcome.Abandoned)))
              .isPresent();
      if (!expected) {
        stragglers.add(revision);
      }
    }
  }

  private Optional<Cluster> cluster(int revision, Observation seen) {
    return Optional.ofNullable(clusters.get(revision))
        .filter(there -> there.isOf(newest().life()))
        .filter(there -> seen.subject().uid().equals(subject().uid()));
  }

  private void createCoordinator(int revision, Observation seen) {
    Observation.StoredRevision stored = stored(revision, seen);
    Program program = program(revision, Program.of(stored.spec().image()));
    clusters.computeIfAbsent(revision, number -> new Cluster(this, newest(), number, program));
  }

  private static Observation.StoredRevision stored(int revision, Observation seen) {
    return seen.revisions()
        .optional()
        .map(known -> known.get(revision))
        .orElseThrow(() -> new Invariants.Violation("revision " + revision + " was never stored"));
  }

  private void storeScale(Effect.StoreScale store) {
    Observation.StoredRevision there = revisions.get(store.revision());
    if (there != null) {
      Map<Integer, Observation.StoredRevision> next = new TreeMap<>(revisions);
      next.put(
          store.revision(),
          new Observation.StoredRevision(
              store.revision(),
              store.specHash(),
              there.spec().scaled(store.replicas(), store.parallelism())));
      revisions = Map.copyOf(next);
    }
  }

  /** How many workers a revision is to have. */
  Reading<Integer> workers(int revision, int life) {
    Cluster cluster = clusters.get(revision);
    return cluster == null || !cluster.isOf(life) ? Reading.absent() : cluster.workers();
  }

  private void point(int revision) {
    service = Optional.of(revision);
    serviceVersion++;
  }

  private void store(int revision, Observation seen) {
    if (seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && !revisions.containsKey(revision)) {
      Map<Integer, Observation.StoredRevision> more = new TreeMap<>(revisions);
      more.put(revision, new Observation.StoredRevision(revision, seen.wishedHash(), wished));
      revisions = Map.copyOf(more);
    }
  }

  private void forget(int revision) {
    Map<Integer, Observation.StoredRevision> fewer = new TreeMap<>(revisions);
    fewer.remove(revision);
    revisions = Map.copyOf(fewer);
  }
}
