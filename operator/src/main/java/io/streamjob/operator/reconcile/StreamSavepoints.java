package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.DeepCheckStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointSpec;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.StateFound;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The StreamSavepoints of a namespace, straight from the API server. */
record StreamSavepoints(KubernetesClient client, String namespace) {
  /** Holds the object until its objects in the bucket are gone. */
  static final String FINALIZER = "streamjob.io/savepoint";

  static final StreamSavepointStatus NOTHING_WRITTEN =
      new StreamSavepointStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null, null, null);

  /** What a StreamJob creates; it does not own it: it outlives the job. */
  static StreamSavepoint object(Owner owner, Effect.CreateSavepoint effect) {
    StreamSavepoint object = new StreamSavepoint();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(owner.namespace())
            .withName(effect.name())
            .withLabels(Labels.job(owner))
            // With it from the start: the reconciler need not add it.
            .withFinalizers(FINALIZER)
            .build());
    object.setSpec(
        new StreamSavepointSpec(
            owner.name(), effect.reason().name(), null, effect.location().orElse(null), null));
    return object;
  }

  /** Those of one StreamJob, as far as it decides about them. */
  Reading<List<Requested>> requested(String job) {
    return all()
        .map(
            all ->
                all.filter(it -> job.equals(it.getSpec().job()))
                    .map(StreamSavepoints::requested)
                    .toList());
  }

  /** All, as far as they decide about each other. */
  Reading<List<Sibling>> siblings() {
    return all().map(all -> all.map(StreamSavepoints::sibling).toList());
  }

  /** What is recorded of earlier StreamJobs of the same name, wherever it lies. */
  Reading<List<StateFound>> earlier(Owner owner) {
    return all()
        .map(
            all ->
                all.filter(it -> owner.name().equals(it.getSpec().job()))
                    .filter(it -> it.getStatus() != null && it.getStatus().jobUid() != null)
                    .filter(it -> !owner.uid().equals(it.getStatus().jobUid()))
                    .filter(it -> phase(it) == SavepointPhase.Completed)
                    .map(
                        it ->
                            new StateFound(
                                requireNonNullElse(it.getStatus().location(), ""),
                                Instant.parse(
                                    requireNonNullElse(
                                        it.getStatus().takenAt(),
                                        it.getMetadata().getCreationTimestamp()))))
                    .toList());
  }

  /** What a deep check has found wrong with what lies at a location. */
  Reading<Optional<String>> damage(String location) {
    return all()
        .map(
            all ->
                all.flatMap(it -> Stream.ofNullable(it.getStatus()))
                    .filter(status -> location.equals(status.location()))
                    .map(StreamSavepointStatus::deepCheck)
                    .flatMap(Stream::ofNullable)
                    .map(DeepCheckStatus::damage)
                    .flatMap(Stream::ofNullable)
                    .findFirst());
  }

  /** Where they lie, or are being written. */
  Reading<List<String>> locations() {
    return all()
        .map(
            all ->
                all.flatMap(
                        it ->
                            Stream.of(
                                    Optional.ofNullable(it.getSpec().location()),
                                    Optional.ofNullable(it.getStatus())
                                        .map(StreamSavepointStatus::directory),
                                    Optional.ofNullable(it.getStatus())
                                        .map(StreamSavepointStatus::location))
                                .flatMap(Optional::stream))
                    .toList());
  }

  private Reading<Stream<StreamSavepoint>> all() {
    try {
      return Reading.known(
          client
              .resources(StreamSavepoint.class)
              .inNamespace(namespace)
              .list()
              .getItems()
              .stream());
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the StreamSavepoints");
    }
  }

  static Requested requested(StreamSavepoint it) {
    return new Requested(
        it.getMetadata().getName(),
        it.getMetadata().getUid(),
        Instant.parse(it.getMetadata().getCreationTimestamp()),
        reason(it),
        phase(it),
        it.getSpec().location() != null,
        it.getMetadata().getDeletionTimestamp() != null);
  }

  private static Sibling sibling(StreamSavepoint it) {
    StreamSavepointStatus status = requireNonNullElse(it.getStatus(), NOTHING_WRITTEN);
    return new Sibling(
        it.getMetadata().getUid(),
        requireNonNullElse(status.jobUid(), ""),
        phase(it),
        reason(it),
        Instant.parse(
            requireNonNullElse(status.takenAt(), it.getMetadata().getCreationTimestamp())),
        requireNonNullElse(status.location(), requireNonNullElse(it.getSpec().location(), "")),
        status.directory() != null,
        it.getMetadata().getDeletionTimestamp() != null,
        Boolean.TRUE.equals(it.getSpec().retain()));
  }

  /** The StreamJob that it was taken of, as far as that is written down. */
  static Owner owner(StreamSavepoint it) {
    return new Owner(
        it.getMetadata().getNamespace(),
        requireNonNull(it.getSpec().job()),
        requireNonNull(it.getStatus().jobUid()));
  }

  /** What is wrong with one of a StreamJob that was whole once, and is not any more. */
  static Optional<String> defect(StreamSavepoint it, String jobUid) {
    return Optional.ofNullable(it.getStatus())
        .filter(status -> phase(it) == SavepointPhase.Broken)
        .filter(status -> jobUid.equals(status.jobUid()))
        .filter(status -> it.getMetadata().getDeletionTimestamp() == null)
        .flatMap(
            status ->
                requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
                    .map(Condition::getMessage)
                    .findFirst());
  }

  private static SavepointPhase phase(StreamSavepoint it) {
    return Optional.ofNullable(it.getStatus())
        .map(StreamSavepointStatus::phase)
        .map(SavepointPhase::valueOf)
        .orElse(SavepointPhase.Pending);
  }

  static SavepointReason reason(StreamSavepoint it) {
    return SavepointReason.valueOf(
        requireNonNullElse(it.getSpec().reason(), SavepointReason.Manual.name()));
  }
}
