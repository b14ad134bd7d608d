package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Everything that is not the operator. Time passes only by {@link #pass}. */
final class World {
  private static final StreamJobStatus NOTHING_WRITTEN =
      new StreamJobStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null);

  final Invariants invariants = new Invariants(this);
  private final Bucket bucket = new Bucket();
  private final Map<Integer, Observation.StoredRevision> revisions = new TreeMap<>();
  private final Map<Integer, Cluster> clusters = new TreeMap<>();
  private final Map<Integer, Program> turned = new TreeMap<>();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private Optional<Parsed> wished = Optional.empty();
  private String wishedHash = "";
  private final Map<String, String> annotations = new TreeMap<>();
  private StreamJobStatus status = NOTHING_WRITTEN;
  private long generation;
  private long version;
  private Optional<Integer> service = Optional.empty();
  private Optional<Obstacle> storageObstacle = Optional.empty();
  private Duration savepointTakes = Duration.ofMillis(300);
  private boolean savepointFails;

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
    clusters.values().forEach(Cluster::tick);
    clusters.values().removeIf(Cluster::isGone);
    invariants.afterEachStep();
  }

  // What a person does.

  void edit(StreamJobSpec spec) {
    wished = Optional.of(SpecParser.parse(spec));
    wishedHash = SpecHash.of(spec);
    generation++;
    version++;
  }

  void annotate(String annotation, String value) {
    annotations.put(annotation, value);
    version++;
  }

  void storage(Optional<Obstacle> obstacle) {
    storageObstacle = obstacle;
  }

  // What befalls it.

  void savepointsFail(boolean fail) {
    savepointFails = fail;
  }

  void savepointsTake(Duration time) {
    savepointTakes = time;
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

  Program program(int revision) {
    Observation.StoredRevision stored = Objects.requireNonNull(revisions.get(revision));
    return turned.getOrDefault(revision, Program.of(stored.spec().image()));
  }

  // The API server.

  Subject subject() {
    return new Subject("shop", "orders", "uid-1", generation);
  }

  Parsed wished() {
    return wished.orElseThrow();
  }

  String wishedHash() {
    return wishedHash;
  }

  Requests requests() {
    return Requests.of(annotations);
  }

  StreamJobStatus status() {
    return status;
  }

  long version() {
    return version;
  }

  /** Compare-and-set: whether the version was still the newest, so that this was written. */
  boolean write(StreamJobStatus next, long expected) {
    if (expected != version) {
      return false;
    }
    invariants.beforeWriting(status, next);
    status = next;
    version++;
    return true;
  }

  Map<Integer, Observation.StoredRevision> revisions() {
    return Map.copyOf(revisions);
  }

  ClusterView cluster(int revision) {
    Cluster cluster = clusters.get(revision);
    return cluster == null
        ? new ClusterView(
            Reading.known(new ClusterView.Objects(false, false, false)),
            Reading.known(new ClusterView.Pods(0, Optional.empty(), Optional.empty())),
            Reading.unknown("no such host"))
        : cluster.view();
  }

  Reading<Integer> service() {
    return service.<Reading<Integer>>map(Reading::known).orElse(Reading.absent());
  }

  /** Whether no other revision's pods are there. */
  boolean isAlone(int revision) {
    return clusters.keySet().stream().allMatch(number -> number == revision);
  }

  // The engines and the bucket.

  Optional<Coordinator> coordinator(int revision) {
    return Optional.ofNullable(clusters.get(revision)).flatMap(Cluster::coordinator);
  }

  Bucket bucket() {
    return bucket;
  }

  Reading<Optional<Obstacle>> storage() {
    return Reading.known(storageObstacle);
  }

  Duration savepointTakes() {
    return savepointTakes;
  }

  boolean savepointFails() {
    return savepointFails;
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
      case Effect.ForgetRevision(int revision) -> revisions.remove(revision);
      case Effect.CreateCoordinator(int revision, int attempt) ->
          clusters.computeIfAbsent(revision, this::newCluster);
      case Effect.CreateWorkers(int revision, int attempt) ->
          Optional.ofNullable(clusters.get(revision)).ifPresent(Cluster::createWorkers);
      case Effect.PointService(int revision) -> service = Optional.of(revision);
      case Effect.DeleteCluster(int revision) -> {
        if (clusters.containsKey(revision)) {
          invariants.beforeDeleting(revision);
          clusters.get(revision).delete();
        }
      }
      case Effect.LeaveOut leaveOut -> bucket.leaveOut(leaveOut.location(), leaveOut.file());
      case Effect.Submit submit -> {
        return coordinator(submit.revision())
            .map(engine -> engine.submit(submit.submission()))
            .orElse(new Answer.Unanswered("connection refused"));
      }
      case Effect.StopWithSavepoint stop -> {
        return coordinator(stop.revision())
            .map(engine -> engine.stop(stop.job(), stop.trigger(), stop.directory()))
            .orElse(new Answer.Unanswered("connection refused"));
      }
      case Effect.Cancel cancel -> {
        return coordinator(cancel.revision())
            .map(engine -> engine.cancel(cancel.job()))
            .orElse(new Answer.Unanswered("connection refused"));
      }
    }
    return new Answer.Accepted();
  }

  private void store(int revision, Observation seen) {
    if (seen.wished() instanceof Parsed.Valid(EffectiveSpec wished)) {
      revisions.putIfAbsent(
          revision, new Observation.StoredRevision(revision, seen.wishedHash(), wished));
    }
  }

  private Cluster newCluster(int revision) {
    return new Cluster(this, revision, program(revision));
  }
}
