package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * The only writer of {@code .status}, by compare-and-set on the resource version.
 *
 * <p>A write that loses is never repeated: whoever won may have decided otherwise. The caller reads
 * anew and decides anew.
 */
final class StatusWriter<S, R extends CustomResource<?, S>> {
  private final KubernetesClient client;
  private final Class<R> kind;
  private final Latest<R> latest;

  StatusWriter(KubernetesClient client, Class<R> kind, Latest<R> latest) {
    this.client = client;
    this.kind = kind;
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
  Written write(R object, S status) {
    if (status.equals(object.getStatus())) {
      return Written.STANDS;
    }
    R copy = client.getKubernetesSerialization().clone(object);
    copy.setStatus(status);
    try {
      latest.remember(
          client
              .resource(copy)
              .lockResourceVersion(object.getMetadata().getResourceVersion())
              .updateStatus());
      return Written.STANDS;
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> {
          refresh(object);
          yield Written.LOST;
        }
        case HttpURLConnection.HTTP_NOT_FOUND -> {
          latest.forget(object.getMetadata().getUid());
          yield Written.GONE;
        }
        default -> throw e;
      };
    }
  }

  private void refresh(R object) {
    String uid = object.getMetadata().getUid();
    Optional<R> fresh =
        Optional.ofNullable(
            client
                .resources(kind)
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .get());
    if (fresh.filter(there -> uid.equals(there.getMetadata().getUid())).isPresent()) {
      latest.remember(fresh.get());
    } else {
      latest.forget(uid);
    }
  }
}
