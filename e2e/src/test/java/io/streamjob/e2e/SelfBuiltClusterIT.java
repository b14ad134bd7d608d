package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.SelfBuiltCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The self-built cluster comes up over whatever an earlier run left, and leaves nothing itself. */
class SelfBuiltClusterIT {
  private static final Duration DOWN = Duration.ofSeconds(1);
  private static final List<String> COMPONENTS =
      List.of(
          "containerd",
          "dnsmasq",
          "etcd",
          "kube-apiserver",
          "kube-controller-manager",
          "kube-proxy",
          "kube-scheduler",
          "kubelet",
          "services-dns");

  private SelfBuiltCluster cluster;

  @BeforeEach
  void startCluster() {
    cluster = SelfBuiltCluster.started();
  }

  @Test
  void aHealthyClusterIsKept() throws IOException {
    List<Long> before = processes();

    SelfBuiltCluster.started();

    assertThat(processes()).isEqualTo(before);
  }

  @Test
  void aClusterWhoseProcessesWereKilledIsReplaced() throws IOException {
    List<Long> killed = processes();
    killed.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

    Cluster again = SelfBuiltCluster.started();

    assertThat(processes()).hasSameSizeAs(COMPONENTS).doesNotContainAnyElementsOf(killed);
    assertThat(again.kubectl().run("get", "nodes")).contains(" Ready ");
  }

  @Test
  void aStoppedClusterLeavesNoProcessAndNoMount() throws IOException {
    cluster.kubectl().run("create", "configmap", "written-before", "--from-literal=a=b");

    cluster.stop();

    String state = cluster.state() + "/";
    assertThat(ProcessHandle.allProcesses().filter(process -> commandLine(process).contains(state)))
        .isEmpty();
    assertThat(Files.readAllLines(Path.of("/proc/self/mounts")))
        .noneMatch(mount -> mount.contains(state));
    assertThat(SelfBuiltCluster.started().kubectl().run("get", "configmaps"))
        .doesNotContain("written-before");
  }

  @Test
  void aPartThatIsKilledTwiceAtOnceRunsOnceAndIsOnRecord() throws Exception {
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = both.submit(() -> cluster.restartApiServer(DOWN));
      Future<?> second = both.submit(() -> cluster.restartApiServer(DOWN));
      first.get();
      second.get();
    }

    assertThat(ProcessHandle.allProcesses().filter(this::isApiServer).map(ProcessHandle::pid))
        .containsExactly(recordedProcess("kube-apiserver"));
  }

  private boolean isApiServer(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/kube-apiserver")
        && commandLine(process).contains(cluster.state() + "/");
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  private List<Long> processes() throws IOException {
    try (Stream<String> names = COMPONENTS.stream()) {
      return names.map(this::recordedProcess).toList();
    }
  }

  private long recordedProcess(String component) {
    try {
      Path file = cluster.state().resolve("run").resolve(component);
      return Long.parseLong(Files.readString(file).split(" ", 2)[0]);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("no record of " + component, e);
    }
  }
}
