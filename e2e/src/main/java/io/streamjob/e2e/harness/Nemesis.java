package io.streamjob.e2e.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Kills the operator, or any pod's process, at a chosen moment, with SIGKILL and nothing before it.
 *
 * @param cluster one whose containers are processes of this machine
 */
public record Nemesis(Cluster cluster) {
  private static final Duration REPLACED_LIMIT = Duration.ofMinutes(2);
  private static final Duration SCRIPT_LIMIT = Duration.ofSeconds(20);

  /**
   * Waits until a rollout is in one of the wished steps, and kills the operator at that moment.
   *
   * @param steps steps that are to be hit
   * @return the step in which the operator was killed, as status tells after its death
   */
  public String killIn(String namespace, String streamJob, List<String> steps) {
    ProcessHandle operator = operator();
    Process watch =
        watch(
            "-n",
            namespace,
            "get",
            "streamjob",
            streamJob,
            "--watch",
            "-o=jsonpath={.status.rollout.step}{\"\\n\"}");
    try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !steps.contains(line.strip())) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the watch of StreamJob " + streamJob + " ended");
      }
      operator.destroyForcibly();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      watch.destroyForcibly();
    }
    return cluster
        .kubectl()
        .run("-n", namespace, "get", "streamjob", streamJob, "-o=jsonpath={.status.rollout.step}");
  }

  /** Kills the first process of a pod's only container; the kubelet starts another in the pod. */
  public void killIn(String namespace, String pod) {
    process(
            cluster
                .kubectl()
                .run(
                    "-n",
                    namespace,
                    "get",
                    "pod",
                    pod,
                    "-o=jsonpath={.status.containerStatuses[0].containerID}")
                .replace("containerd://", "")
                .strip())
        .destroyForcibly();
  }

  /** Has the killed operator replaced by a new pod, without the kubelet's back-off. */
  public void replaceOperator() {
    Kubectl kubectl = cluster.kubectl();
    kubectl.run("-n", Product.NAMESPACE, "delete", "pod", "--all", "--grace-period=0", "--force");
    kubectl.awaitRollout(Product.NAMESPACE, Product.DEPLOYMENT, REPLACED_LIMIT);
  }

  private ProcessHandle operator() {
    long deadline = System.nanoTime() + REPLACED_LIMIT.toNanos();
    String container = readyContainer();
    while (container.isBlank()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no operator was ready within " + REPLACED_LIMIT);
      }
      pause();
      container = readyContainer();
    }
    return process(container);
  }

  private static ProcessHandle process(String container) {
    long pid = Long.parseLong(Command.script(SCRIPT_LIMIT, "container-pid.sh", container).output());
    return ProcessHandle.of(pid)
        .orElseThrow(
            () -> new IllegalStateException("no process " + pid + " of container " + container));
  }

  /** The container of the operator that is ready; empty while none is. */
  private String readyContainer() {
    return cluster
        .kubectl()
        .run(
            "-n",
            Product.NAMESPACE,
            "get",
            "pods",
            "-o=jsonpath={.items[*].status.containerStatuses[?(@.ready==true)].containerID}")
        .replace("containerd://", "")
        .strip();
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the operator", e);
    }
  }

  private Process watch(String... arguments) {
    try {
      return new ProcessBuilder(cluster.kubectl().commandLine(List.of(arguments)))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kubectl", e);
    }
  }
}
