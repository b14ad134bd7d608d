package io.streamjob.smoke;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts processes with their output in a file each, and ends exactly those. */
final class Processes {

  private static final int STOP_SECONDS = 20;

  private final Path logs;
  private final List<Process> started = new ArrayList<>();

  Processes(Path logs) throws IOException {
    this.logs = Files.createDirectories(logs);
  }

  Process start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // The engine is to run on the Java of the PATH, as in the image, not on that of the build.
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(logs.resolve(name + ".log").toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  void stopAll() throws InterruptedException {
    started.forEach(Process::destroy);
    for (Process process : started) {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
