package io.streamjob.e2e;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Types what {@code docs/concepts/savepoints.md} says to type instead of the engine's own command
 * line.
 *
 * @param folder where the shell stands
 * @param kubeconfig the cluster, and the namespace that kubectl is in if nothing is said
 */
record CommandLine(Path folder, Path kubeconfig) {
  private static final Path PAGE = Repository.path("docs/concepts/savepoints.md");
  private static final String JOB = "orders";
  private static final String PATH = "s3://bucket/path";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  static CommandLine in(Path folder, Cluster cluster, String namespace) {
    Path kubeconfig = folder.resolve("kubeconfig");
    write(kubeconfig, cluster.kubectl().run("config", "view", "--raw", "--flatten"));
    new Kubectl(kubeconfig).run("config", "set-context", "--current", "--namespace=" + namespace);
    return new CommandLine(folder, kubeconfig);
  }

  /** Puts a manifest where the documentation has that of the job. */
  void provide(String job, String manifest) {
    write(folder.resolve(job + ".yaml"), manifest);
  }

  /**
   * Runs the line that the page gives, with the names of the test; throws if it fails.
   *
   * @param engineLine what the page says that it stands for
   */
  void insteadOf(String engineLine, String job, String path) {
    String line = documented(engineLine).replace(JOB, job).replace(PATH, path);
    System.err.println("e2e: $ " + line);
    new Command(
            List.of("env", "--chdir=" + folder, "bash", "-o", "pipefail", "-c", line),
            Map.of("KUBECONFIG", kubeconfig.toString()),
            LIMIT,
            false)
        .output();
  }

  private static String documented(String engineLine) {
    try {
      List<String> lines = Files.readAllLines(PAGE);
      int title = lines.indexOf("# " + engineLine);
      if (title < 0 || !lines.get(title + 1).contains(JOB)) {
        throw new IllegalStateException(
            "%s: expected a line for %s after '# %s', found none".formatted(PAGE, JOB, engineLine));
      }
      return lines.get(title + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + PAGE, e);
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
