package io.streamjob.e2e.harness;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real kubectl, as a person would run it against the cluster. */
public final class Kubectl {
  /** How long a single command may take, apart from those that wait for something. */
  static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  /** A pod may take its whole grace period to end, and the namespace controller looks ever less. */
  private static final Duration DELETE_LIMIT = Duration.ofMinutes(5);

  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Path kubeconfig;

  /**
   * A kubectl for one cluster.
   *
   * @param kubeconfig the file that names the cluster and the user
   */
  public Kubectl(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /** Runs one command and returns its standard output; throws if it fails. */
  public String run(String... arguments) {
    return command(COMMAND_LIMIT, List.of(arguments)).output();
  }

  /** Runs one command that may fail, such as an {@code apply} that the server should refuse. */
  public Command.Result attempt(String... arguments) {
    return command(COMMAND_LIMIT, List.of(arguments)).run(new byte[0]);
  }

  /** Applies manifests given as text. */
  public void apply(String manifests) {
    Command.Result result =
        command(COMMAND_LIMIT, List.of("apply", "-f", "-"))
            .run(manifests.getBytes(StandardCharsets.UTF_8));
    if (result.exitCode() != 0) {
      throw new IllegalStateException("kubectl apply failed: " + result.error());
    }
  }

  /** Waits until every replica of a Deployment runs its newest version and is ready. */
  public void awaitRollout(String namespace, String deployment, Duration limit) {
    command(
            limit.plus(MARGIN),
            List.of(
                "-n",
                namespace,
                "rollout",
                "status",
                "deployment/" + deployment,
                "--timeout=%ds".formatted(limit.toSeconds())))
        .output();
  }

  /** Deletes a namespace, if it exists, and waits until everything in it is gone. */
  public void deleteNamespace(String namespace) {
    command(
            DELETE_LIMIT.plus(MARGIN),
            List.of(
                "delete",
                "namespace",
                namespace,
                "--ignore-not-found",
                "--timeout=%ds".formatted(DELETE_LIMIT.toSeconds())))
        .output();
  }

  private Command command(Duration limit, List<String> arguments) {
    return new Command(commandLine(arguments), Map.of(), limit, false);
  }

  List<String> commandLine(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
    all.addAll(arguments);
    return all;
  }
}
