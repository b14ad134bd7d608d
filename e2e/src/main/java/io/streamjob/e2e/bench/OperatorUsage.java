package io.streamjob.e2e.bench;

import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.Product;
import java.time.Duration;

/**
 * What the installed operator's process takes, as its kernel tells: {@code proc(5)}.
 *
 * @param kubectl its cluster
 */
record OperatorUsage(Kubectl kubectl) {
  private static final long KIB_PER_MIB = 1024;

  /** {@code USER_HZ} is 100 on every architecture that Java runs on. */
  private static final long MILLIS_PER_TICK = 10;

  /** Fields 14 and 15 of {@code /proc/PID/stat}, counted behind the name in parentheses. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /** Resident memory. */
  long memoryMib() {
    return kibOf("VmRSS:") / KIB_PER_MIB;
  }

  private long kibOf(String name) {
    return read("status")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("expected " + name + ", found none"));
  }

  /** Processor time in a span that begins now. */
  long cpuMillisPerSecond(Duration span) {
    long before = cpuMillis();
    try {
      Thread.sleep(span);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the operator is watched", e);
    }
    return (cpuMillis() - before) / span.toSeconds();
  }

  private long cpuMillis() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return MILLIS_PER_TICK
        * (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]));
  }

  private String read(String file) {
    return kubectl.run(
        "-n",
        Product.NAMESPACE,
        "exec",
        "deployment/" + Product.DEPLOYMENT,
        "--",
        "cat",
        "/proc/1/" + file);
  }
}
