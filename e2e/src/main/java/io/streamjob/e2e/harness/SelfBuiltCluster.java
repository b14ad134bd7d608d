package io.streamjob.e2e.harness;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The cluster of {@code e2e/cluster/up.sh}: built once from Debian's source, started as plain
 * processes. It stays up when this process ends; {@code down.sh} stops it.
 *
 * @param kubeconfig in the cluster's state folder
 */
public record SelfBuiltCluster(Path kubeconfig) implements Cluster {
  private static final Duration START_LIMIT = Duration.ofMinutes(25); // the first run builds
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);

  /** Starts it, or returns at once if it is healthy. */
  public static SelfBuiltCluster started() {
    return new SelfBuiltCluster(Path.of(Command.script(START_LIMIT, "up.sh").output()));
  }

  /** Stops it and removes everything it left, but for the loaded images. */
  public void stop() {
    Command.script(STOP_LIMIT, "down.sh").output();
  }

  /**
   * Kills the API server, and starts it anew over the same data after a while.
   *
   * @param down how long nobody answers, apart from the time that it takes to start
   */
  public void restartApiServer(Duration down) {
    restart("kube-apiserver", down);
  }

  /** Kills the store of the API server, and starts it anew over the same data after a while. */
  public void restartEtcd(Duration down) {
    restart("etcd", down);
  }

  private static void restart(String component, Duration down) {
    Command.script(STOP_LIMIT, "restart.sh", component, Long.toString(down.toSeconds())).output();
  }

  /** Kills the process of the object store in its pod, which starts it anew at once. */
  public void killStore() {
    String container =
        kubectl()
            .run(
                "-n",
                ObjectStore.NAMESPACE,
                "get",
                "pods",
                "-o=jsonpath={.items[0].status.containerStatuses[0].containerID}")
            .replace("containerd://", "");
    long pid = Long.parseLong(Command.script(STOP_LIMIT, "container-pid.sh", container).output());
    ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** The folder of its processes' records, logs and data. */
  public Path state() {
    return kubeconfig.resolveSibling("");
  }

  @Override
  public void load(String tag) {
    Command.script(LOAD_LIMIT, "load-image.sh", tag).output();
  }

  @Override
  public Route route(String namespace, String service, int port) {
    String address =
        kubectl().run("-n", namespace, "get", "service", service, "-o=jsonpath={.spec.clusterIP}");
    return new Route(URI.create("http://%s:%d".formatted(address, port)), () -> {});
  }

  @Override
  public Optional<Path> auditLog() {
    return Optional.of(kubeconfig.resolveSibling("logs").resolve("audit.log"));
  }
}
