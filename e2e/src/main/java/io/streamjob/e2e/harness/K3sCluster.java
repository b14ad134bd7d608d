package io.streamjob.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * k3s in a container, where a Docker daemon answers. It ends with this process.
 *
 * @param kubeconfig a file that is deleted with this process
 * @param container the running k3s
 */
public record K3sCluster(Path kubeconfig, K3sContainer container) implements Cluster {
  private static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:v1.34.1-k3s1");
  private static final String ARCHIVE = "/tmp/image.tar";

  @SuppressWarnings("resource") // Testcontainers ends it with this process
  static K3sCluster started() {
    System.err.println("cluster: starting k3s in Docker");
    var container = new K3sContainer(IMAGE);
    container.start();
    try {
      Path kubeconfig = Files.createTempFile("streamjob-k3s", ".kubeconfig");
      kubeconfig.toFile().deleteOnExit();
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      return new K3sCluster(kubeconfig, container);
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException("cannot write the kubeconfig of k3s", e);
    }
  }

  @Override
  public void load(String tag) {
    ImageArchive.of(tag, this::importArchive);
  }

  private void importArchive(Path archive) {
    container.copyFileToContainer(MountableFile.forHostPath(archive), ARCHIVE);
    try {
      ExecResult result =
          container.execInContainer("ctr", "-n", "k8s.io", "images", "import", ARCHIVE);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException("k3s did not import the image: " + result.getStderr());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot import an image into k3s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while importing an image into k3s", e);
    }
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
