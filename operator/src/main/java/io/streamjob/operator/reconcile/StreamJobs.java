package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.operator.plan.Restoring;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Owner;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.stream.Stream;

/** StreamJobs as objects: whether they may go. */
final class StreamJobs {
  /** Holds the object until what spec.deletion says is done. */
  static final String FINALIZER = "streamjob.io/deletion";

  private StreamJobs() {}

  /** Has it go only when it is let go, whatever else has changed since it was looked at. */
  static void hold(KubernetesClient client, StreamJob job) {
    StreamJob there = client.resource(job).get();
    if (there != null
        && job.getMetadata().getUid().equals(there.getMetadata().getUid())
        && there.getMetadata().getDeletionTimestamp() == null
        && there.addFinalizer(FINALIZER)) {
      write(client, there);
    }
  }

  /** Lets it go, if it still is as it was when that was decided: this cannot be taken back. */
  static void release(KubernetesClient client, StreamJob job) {
    StreamJob copy = client.getKubernetesSerialization().clone(job);
    if (copy.removeFinalizer(FINALIZER)) {
      write(client, copy);
    }
  }

  /** Who else changes it meanwhile wins, and the next look finds what is left to do. */
  private static void write(KubernetesClient client, StreamJob changed) {
    try {
      // Nothing but this is written: the spec may hold fields that this operator does not know.
      client
          .resource(changed)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              Serialization.asJson(
                  Map.of(
                      "metadata",
                      Map.of(
                          "resourceVersion",
                          changed.getMetadata().getResourceVersion(),
                          "finalizers",
                          changed.getMetadata().getFinalizers()))));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Whether the whole namespace is being deleted: nothing in it may hold that up. */
  static Reading<Boolean> namespaceGoes(KubernetesClient client, String name) {
    try {
      Namespace there = client.namespaces().withName(name).get();
      return there == null
          ? Reading.absent()
          : Reading.known(there.getMetadata().getDeletionTimestamp() != null);
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell about the namespace");
    }
  }

  /** Where the other StreamJobs of a namespace start from, or are to start from. */
  static Stream<String> pointsOfOthers(KubernetesClient client, Owner owner) {
    return client
        .resources(StreamJob.class)
        .inNamespace(owner.namespace())
        .list()
        .getItems()
        .stream()
        .filter(job -> !owner.uid().equals(job.getMetadata().getUid()))
        .flatMap(
            job ->
                Restoring.points(
                    Observer.understand(job),
                    requireNonNullElse(job.getStatus(), Observer.NOTHING_WRITTEN)));
  }
}
