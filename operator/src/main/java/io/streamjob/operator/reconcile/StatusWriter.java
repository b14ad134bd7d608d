package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * The only writer of {@code .status}, by compare-and-set on the resource version.
 *
 * <p>A write that loses is never repeated: whoever won may have decided otherwise. The caller reads
 * anew and decides anew.
 */
final class StatusWriter {
  private final KubernetesClient client;
  private final Latest latest;

  StatusWriter(KubernetesClient client, Latest latest) {
    this.client = client;
    this.latest = latest;
  }

  /** What became of a write. */
  enum Written {
    /** It stands, or there was nothing to write. */
    STANDS,
    /** Somebody else wrote first. */
    LOST,
    /** The object is not there any more. */
    GONE
  }

  /**
   * Writes a status if it differs.
   *
   * @throws KubernetesClientException if the API server could not be asked or refused; the write
   *     may or may not stand
   */
  Written write(StreamJob job, StreamJobStatus status) {
    if (status.equals(job.getStatus())) {
      return Written.STANDS;
    }
    StreamJob copy = new StreamJob();
    copy.setMetadata(job.getMetadata());
    copy.setSpec(job.getSpec());
    copy.setStatus(status);
    try {
      latest.remember(
          client
              .resource(copy)
              .lockResourceVersion(job.getMetadata().getResourceVersion())
              .updateStatus());
      return Written.STANDS;
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> {
          refresh(job);
          yield Written.LOST;
        }
        case HttpURLConnection.HTTP_NOT_FOUND -> {
          latest.forget(job.getMetadata().getUid());
          yield Written.GONE;
        }
        default -> throw e;
      };
    }
  }

  private void refresh(StreamJob job) {
    String uid = job.getMetadata().getUid();
    Optional<StreamJob> fresh =
        Optional.ofNullable(
            client
                .resources(StreamJob.class)
                .inNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName())
                .get());
    if (fresh.filter(there -> uid.equals(there.getMetadata().getUid())).isPresent()) {
      latest.remember(fresh.get());
    } else {
      latest.forget(uid);
    }
  }
}
