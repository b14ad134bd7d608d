package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.Discard;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.Remains;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What there is of a StreamJob and its state, in every storage that its revisions have named, and
 * how it is discarded.
 */
record Leftovers(
    KubernetesClient client,
    Bucket bucket,
    Owner owner,
    Parsed wished,
    Reading<Map<Integer, Observation.StoredRevision>> revisions) {

  /** The first of each kind; what comes later is asked when nothing is left before it. */
  Reading<Remains> remains() {
    try {
      Optional<String> pod = pod();
      if (pod.isPresent()) {
        return Reading.known(new Remains(pod, Optional.empty(), Optional.empty()));
      }
      Optional<String> discardable =
          savepoints().stream().map(it -> it.getMetadata().getName()).findFirst();
      return discardable.isPresent()
          ? Reading.known(new Remains(Optional.empty(), discardable, Optional.empty()))
          : object();
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell what is left of it");
    }
  }

  /**
   * Deletes the roots of all clusters; what they own follows. What the engine has written down goes
   * after its processes, which would write it anew.
   */
  void deleteClusters() {
    List<ConfigMap> roots = roots();
    (roots.isEmpty() && pods().isEmpty() ? records() : roots)
        .stream()
            .filter(map -> map.getMetadata().getDeletionTimestamp() == null)
            .forEach(map -> client.resource(map).delete());
  }

  void discardSavepoints() {
    savepoints().stream()
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .forEach(it -> client.resource(it).delete());
  }

  /** Deletes as much as one request can name, of each folder. */
  void discardObjects() {
    places().forEach(place -> bucket.delete(owner.namespace(), place.state(), place.folder()));
  }

  private Optional<String> pod() {
    return Stream.<Stream<? extends HasMetadata>>of(
            pods().stream(), roots().stream(), records().stream())
        .flatMap(all -> all)
        .map(it -> it.getMetadata().getName())
        .findFirst();
  }

  private List<Pod> pods() {
    return client
        .pods()
        .inNamespace(owner.namespace())
        .withLabels(Labels.jobSelector(owner))
        .list()
        .getItems();
  }

  private List<ConfigMap> roots() {
    return client
        .configMaps()
        .inNamespace(owner.namespace())
        .withLabels(Labels.jobSelector(owner))
        .list()
        .getItems()
        .stream()
        .filter(map -> !EngineRecords.is(map))
        .toList();
  }

  private List<ConfigMap> records() {
    return revisions.optional().stream()
        .flatMap(all -> all.values().stream())
        .filter(revision -> revision.spec().isHighlyAvailable())
        .flatMap(revision -> new Records(client).all(new Names(owner, revision.number())).stream())
        .toList();
  }

  private List<StreamSavepoint> savepoints() {
    return client
        .resources(StreamSavepoint.class)
        .inNamespace(owner.namespace())
        .list()
        .getItems()
        .stream()
        .filter(this::isDiscardable)
        .toList();
  }

  /** What one storage does not tell keeps nobody from what another holds. */
  private Reading<Remains> object() {
    if (revisions.isUnknown()) {
      return Reading.unknown("the API server did not list the revisions");
    }
    Optional<String> silent = Optional.empty();
    for (Place place : places().toList()) {
      switch (bucket.anythingIn(owner.namespace(), place.state(), place.folder())) {
        case Reading.Known<String>(String object) -> {
          return Reading.known(
              new Remains(Optional.empty(), Optional.empty(), Optional.of(object)));
        }
        case Reading.Unknown<String>(String why) -> silent = Optional.of(why);
        case Reading.Absent<String> empty -> {}
      }
    }
    return silent.isPresent() ? Reading.unknown(silent.get()) : Reading.absent();
  }

  /** A folder, and how to reach it. */
  private record Place(EffectiveSpec.State state, String folder) {}

  /** Those of all revisions, but for what anything else refers to. */
  private Stream<Place> places() {
    Stream<EffectiveSpec.State> stored =
        revisions.optional().stream()
            .flatMap(all -> all.values().stream())
            .map(revision -> revision.spec().state());
    Stream<EffectiveSpec.State> now =
        wished instanceof Parsed.Valid(EffectiveSpec spec)
            ? Stream.of(spec.state())
            : Stream.empty();
    List<String> needed = needed();
    return Stream.concat(stored, now)
        .distinct()
        .flatMap(
            state ->
                JobFolder.of(owner, state).contents().stream()
                    .filter(folder -> !Discard.spares(folder, needed))
                    .map(folder -> new Place(state, folder)));
  }

  /**
   * Locations that a StreamSavepoint records which stays, or that another StreamJob starts from.
   */
  private List<String> needed() {
    Stream<String> recorded =
        client
            .resources(StreamSavepoint.class)
            .inNamespace(owner.namespace())
            .list()
            .getItems()
            .stream()
            .filter(it -> !isDiscardable(it))
            .flatMap(
                it ->
                    Stream.of(
                            Optional.ofNullable(it.getSpec().location()),
                            Optional.ofNullable(it.getStatus())
                                .map(StreamSavepointStatus::location))
                        .flatMap(Optional::stream));
    Stream<String> chosen = StreamJobs.pointsOfOthers(client, owner);
    return Stream.concat(recorded, chosen).toList();
  }

  private boolean isDiscardable(StreamSavepoint it) {
    return it.getStatus() != null
        && Discard.takes(
            owner.uid(), it.getStatus().jobUid(), Boolean.TRUE.equals(it.getSpec().retain()));
  }
}
