package io.streamjob.e2e.harness;

import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * A real Kubernetes cluster, however it came to be. {@link #start()} takes the first of: the one
 * that {@code STREAMJOB_KUBECONFIG} names, k3s where a Docker daemon answers, the self-built one.
 */
public sealed interface Cluster permits ExistingCluster, K3sCluster, SelfBuiltCluster {
  /** Environment variable that names the kubeconfig of a cluster to use as it is. */
  String KUBECONFIG_VARIABLE = "STREAMJOB_KUBECONFIG";

  /** A running cluster; starting one tells its progress on standard error. Never skips. */
  static Cluster start() {
    String named = System.getenv(KUBECONFIG_VARIABLE);
    if (named != null && !named.isBlank()) {
      return ExistingCluster.of(Path.of(named));
    }
    if (DockerClientFactory.instance().isDockerAvailable()) {
      return K3sCluster.started();
    }
    return SelfBuiltCluster.started();
  }

  /** The kubeconfig of an administrator of the cluster. */
  Path kubeconfig();

  /** Makes an image that {@code build-image.sh} built usable by pods; does nothing if it is. */
  void load(String tag);

  /** Opens a way to a TCP port of a Service, whose pods are ready. */
  Route route(String namespace, String service, int port);

  /** Where the API server writes its audit log at level Metadata; only the self-built one does. */
  Optional<Path> auditLog();

  /** The real kubectl for this cluster. */
  default Kubectl kubectl() {
    return new Kubectl(kubeconfig());
  }
}
