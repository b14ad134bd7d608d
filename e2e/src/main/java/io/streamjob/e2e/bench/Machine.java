package io.streamjob.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a figure was taken on. */
final class Machine {
  private Machine() {}

  /** One line: processors, memory and kernel. */
  static String name() {
    try {
      String cpu = value(Path.of("/proc/cpuinfo"), "model name");
      long memoryKib =
          Long.parseLong(value(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", ""));
      return "%d x %s, %d GiB, Linux %s"
          .formatted(
              Runtime.getRuntime().availableProcessors(),
              cpu,
              Math.round(memoryKib / (1024.0 * 1024.0)),
              System.getProperty("os.version"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what machine this is", e);
    }
  }

  private static String value(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
