package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.DeepCheckStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.RestorePointView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.Optional;

/** Finds and reads back what {@code spec.restore} names. */
record RestorePoints(KubernetesClient client, Bucket bucket, String namespace) {

  Reading<RestorePointView> look(EffectiveSpec.Restore restore, EffectiveSpec.State state) {
    if (restore.isEmptyState()) {
      return Reading.unknown("empty state lies nowhere");
    }
    return restore.isLocation()
        ? Reading.known(
            view(
                Optional.empty(),
                Optional.of(restore.from()),
                bucket.writtenAt(namespace, state, restore.from()).optional(),
                state))
        : named(restore.from(), state);
  }

  private Reading<RestorePointView> named(String name, EffectiveSpec.State state) {
    try {
      StreamSavepoint found =
          client.resources(StreamSavepoint.class).inNamespace(namespace).withName(name).get();
      if (found == null) {
        return Reading.absent();
      }
      StreamSavepointStatus status =
          requireNonNullElse(found.getStatus(), StreamSavepoints.NOTHING_WRITTEN);
      RestorePointView view =
          view(
              Optional.of(StreamSavepoints.requested(found).phase()),
              Optional.ofNullable(status.location()),
              Optional.ofNullable(status.takenAt()).map(Instant::parse),
              state);
      return Reading.known(damage(status).map(view::damaged).orElse(view));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell about StreamSavepoint " + name);
    }
  }

  /** What names and sizes do not show. */
  private static Optional<String> damage(StreamSavepointStatus status) {
    return Optional.ofNullable(status.deepCheck()).map(DeepCheckStatus::damage);
  }

  private RestorePointView view(
      Optional<SavepointPhase> phase,
      Optional<String> location,
      Optional<Instant> takenAt,
      EffectiveSpec.State state) {
    Reading<Verification> verification =
        location
            .map(at -> bucket.verify(namespace, state, at))
            .orElse(Reading.unknown("there is no location yet"));
    return new RestorePointView(phase, location, takenAt, verification);
  }
}
