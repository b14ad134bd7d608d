package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The operator as shipped, as a process of this machine: it starts and dies in no time. Everything
 * that it asks passes a chokepoint of its own.
 */
final class HostOperator implements AutoCloseable {
  private static final long DEATH_SECONDS = 10;
  private static final long END_SECONDS = 60;

  private final Process process;
  private final Chokepoint chokepoint;
  private final Path log;

  /**
   * Starts one.
   *
   * @param kubeconfig names the chokepoint as API server
   * @param folder its output is added to {@code operator.log} here; what the first that ends well
   *     has loaded is here for the others
   * @param arguments the operator's own
   */
  HostOperator(Chokepoint chokepoint, Path kubeconfig, Path folder, List<String> arguments) {
    this.chokepoint = chokepoint;
    log = folder.resolve("operator.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                // It is started hundreds of times. One that is of an older build would be neither
                // used nor replaced.
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder.resolve("classes.jsa"),
                "-Dhttp.proxyHost=" + chokepoint.address().getHostString(),
                "-Dhttp.proxyPort=" + chokepoint.address().getPort(),
                "-cp",
                Repository.path("operator/target/image/lib") + "/*",
                "io.streamjob.operator.Main"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    try {
      process = builder.start();
    } catch (IOException e) {
      chokepoint.close();
      throw new UncheckedIOException("cannot start the operator", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Throws if it has ended. */
  void checkAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the operator ended by itself with %d; its log: %s".formatted(process.exitValue(), log));
    }
  }

  /** Kills it with SIGKILL, and waits until it is dead. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(DEATH_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not die");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the operator dies", e);
    }
  }

  /** Ends it in good order; what it has loaded is quick to load for those that come after it. */
  void end() {
    signal("TERM");
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "the operator does not end within %d s of SIGTERM; its log: %s"
                .formatted(END_SECONDS, log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the operator ends", e);
    }
  }

  /** Sends it a signal, such as STOP or CONT. */
  void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send SIG" + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending SIG" + name, e);
    }
  }

  @Override
  public void close() {
    kill();
    chokepoint.close();
  }
}
