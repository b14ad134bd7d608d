package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.plan.Readiness;
import io.streamjob.operator.plan.UpkeepView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.FolderFound;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Looks at what concerns jobs that just run, no more often than is worth it, and in the background:
 * no rollout waits for it. What costs writes to the bucket, or a listing of it, is asked seldom.
 */
final class Upkeep implements AutoCloseable {
  private static final Duration CHECKPOINTS = Duration.ofSeconds(30);
  private static final Duration TROUBLE = Duration.ofMinutes(1);
  private static final Duration STORAGE = Duration.ofMinutes(10);
  private static final Duration FOLDERS = Duration.ofHours(1);

  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("upkeep").daemon().factory());
  private final Background<CheckpointHealth> checkpoints;
  private final Background<Optional<Obstacle>> storage;
  private final Background<Optional<Obstacle>> room;
  private final Background<Found> folders;

  /** Folders, and what was recorded after they were listed. */
  private record Found(List<FolderFound> folders, List<String> recorded) {}

  Upkeep(KubernetesClient client, Engine engine, Bucket bucket, Clock clock) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
    this.checkpoints = new Background<>(executor, health -> CHECKPOINTS, clock);
    this.storage =
        new Background<>(
            executor,
            answer -> answer.equals(Reading.known(Optional.empty())) ? STORAGE : TROUBLE,
            clock);
    this.room = new Background<>(executor, obstacle -> TROUBLE, clock);
    this.folders = new Background<>(executor, found -> FOLDERS, clock);
  }

  UpkeepView look(Names current, JobId job, EffectiveSpec spec) {
    Owner owner = current.owner();
    String where = spec.state().toString();
    Reading<Found> found =
        answered(folders.of(owner.uid(), job + where, () -> found(owner, job, spec.state())));
    return new UpkeepView(
        answered(
            checkpoints.of(
                owner.uid(),
                job.toString(),
                () -> engine.checkpointHealth(current.coordinatorUri(), job))),
        answered(
            storage.of(owner.uid(), where, () -> bucket.probe(owner.namespace(), spec.state()))),
        Readiness.needsRoom(spec)
            ? answered(
                room.of(
                    owner.uid(),
                    "" + current.revision(),
                    () -> new Room(client).look(current, spec)))
            : Reading.unknown(Observation.NOT_ASKED),
        found.map(Found::folders),
        found.map(Found::recorded));
  }

  private static <T> Reading<T> answered(Optional<Reading<T>> answer) {
    return answer.orElse(Reading.unknown("it is being asked"));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private Reading<Found> found(Owner owner, JobId job, EffectiveSpec.State state) {
    JobFolder own = JobFolder.of(owner, state);
    return switch (bucket.foldersBeside(owner.namespace(), state, own.contents(), job.hex())) {
      case Reading.Known<List<FolderFound>>(List<FolderFound> found) ->
          recorded(owner, own.uri()).map(recorded -> new Found(found, recorded));
      case Reading.Absent<List<FolderFound>> none -> Reading.absent();
      case Reading.Unknown<List<FolderFound>>(String why) -> Reading.unknown(why);
    };
  }

  /** Locations in a folder that StreamSavepoints record, or other StreamJobs start from. */
  private Reading<List<String>> recorded(Owner owner, String folder) {
    try {
      Stream<String> chosen = StreamJobs.pointsOfOthers(client, owner);
      return new StreamSavepoints(client, owner.namespace())
          .locations()
          .map(
              taken ->
                  Stream.concat(taken.stream(), chosen)
                      .filter(location -> location.startsWith(folder))
                      .toList());
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the StreamJobs");
    }
  }
}
