package io.streamjob.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster that somebody else runs.
 *
 * @param kubeconfig the file that {@value Cluster#KUBECONFIG_VARIABLE} names
 */
public record ExistingCluster(Path kubeconfig) implements Cluster {
  /**
   * Environment variable with a program that brings a local image into the cluster; it is called
   * with a docker-archive file and the tag.
   */
  public static final String LOADER_VARIABLE = "STREAMJOB_IMAGE_LOADER";

  private static final Duration LOAD_LIMIT = Duration.ofMinutes(10);

  static ExistingCluster of(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalStateException(
          "%s names %s, which cannot be read".formatted(KUBECONFIG_VARIABLE, kubeconfig));
    }
    var cluster = new ExistingCluster(kubeconfig);
    cluster.kubectl().run("get", "--raw", "/readyz");
    return cluster;
  }

  @Override
  public void load(String tag) {
    String loader = System.getenv(LOADER_VARIABLE);
    if (loader == null || loader.isBlank()) {
      throw new IllegalStateException(
          "the cluster of %s needs image %s: name in %s a program that loads it (called with a docker-archive file and the tag)"
              .formatted(kubeconfig, tag, LOADER_VARIABLE));
    }
    ImageArchive.of(
        tag,
        archive ->
            new Command(List.of(loader, archive.toString(), tag), Map.of(), LOAD_LIMIT, true)
                .output());
  }

  @Override
  public Route route(String namespace, String service, int port) {
    return PortForward.open(kubectl(), namespace, service, port);
  }

  @Override
  public Optional<Path> auditLog() {
    return Optional.empty();
  }
}
