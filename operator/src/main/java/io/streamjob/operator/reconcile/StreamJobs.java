package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.operator.reading.Reading;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.function.Predicate;

/** StreamJobs as objects: whether they may go. */
final class StreamJobs {
  /** Holds the object until what spec.deletion says is done. */
  static final String FINALIZER = "streamjob.io/deletion";

  private StreamJobs() {}

  /** Has it go only when it is let go. */
  static void hold(KubernetesClient client, StreamJob job) {
    change(client, job, there -> there.addFinalizer(FINALIZER));
  }

  /** Lets it go. */
  static void release(KubernetesClient client, StreamJob job) {
    change(client, job, there -> there.removeFinalizer(FINALIZER));
  }

  /** As it stands now; who else changes it meanwhile wins, and the next look finds what is left. */
  private static void change(KubernetesClient client, StreamJob job, Predicate<StreamJob> change) {
    StreamJob there = client.resource(job).get();
    if (there == null || !job.getMetadata().getUid().equals(there.getMetadata().getUid())) {
      return;
    }
    if (!change.test(there)) {
      return;
    }
    try {
      // Nothing but this is written: the spec may hold fields that this operator does not know.
      client
          .resource(job)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              Serialization.asJson(
                  Map.of(
                      "metadata",
                      Map.of(
                          "resourceVersion",
                          there.getMetadata().getResourceVersion(),
                          "finalizers",
                          there.getMetadata().getFinalizers()))));
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
}
