package io.streamjob.e2e.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way into clusters whose service addresses this machine cannot reach. */
final class PortForward {
  private static final Pattern READY = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) ->");
  private static final int READY_LIMIT_SECONDS = 20;

  private PortForward() {}

  static Route open(Kubectl kubectl, String namespace, String service, int port) {
    List<String> command =
        kubectl.commandLine(
            List.of(
                "-n",
                namespace,
                "port-forward",
                "--address=127.0.0.1",
                "service/" + service,
                ":" + port));
    Process process = start(command);
    try {
      String line =
          CompletableFuture.supplyAsync(() -> firstLine(process))
              .get(READY_LIMIT_SECONDS, TimeUnit.SECONDS);
      Matcher ready = READY.matcher(line);
      if (!ready.find()) {
        throw new IllegalStateException("%s said: %s".formatted(command, line));
      }
      URI address = URI.create("http://127.0.0.1:" + ready.group(1));
      return new Route(address, process::destroy);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "%s opened nothing within %d s".formatted(command, READY_LIMIT_SECONDS), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  private static String firstLine(Process process) {
    // Not closed: the program goes on writing to it for as long as the way is open.
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    try {
      String line = reader.readLine();
      return line == null ? "nothing" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
