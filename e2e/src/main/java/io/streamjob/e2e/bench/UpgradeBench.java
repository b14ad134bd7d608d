package io.streamjob.e2e.bench;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code make bench-upgrade}: how long the sink of a running word count is silent when the job is
 * upgraded, with small and with large state.
 *
 * <p>Environment: {@code REPETITIONS}, rollouts of each kind, 7 if unset; {@code STATE}, {@code
 * small} or {@code large}, both if unset.
 */
public final class UpgradeBench {
  /** With the distinct words of the text this makes about 500 MB. */
  private static final int LARGE_BYTES_PER_WORD = 16 << 10;

  private UpgradeBench() {}

  public static void main(String[] args) {
    int repetitions = Integer.parseInt(System.getenv().getOrDefault("REPETITIONS", "7"));
    String state = System.getenv().getOrDefault("STATE", "");
    Cluster cluster = Cluster.start();
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2", "incompatible"));
    List<Series> series = new ArrayList<>();
    boolean exact = true;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      if (!state.equals("large")) {
        exact = measure(new RolloutBench(cluster, store, "small", 0), repetitions, series);
      }
      if (!state.equals("small")) {
        exact &=
            measure(
                new RolloutBench(cluster, store, "large", LARGE_BYTES_PER_WORD),
                repetitions,
                series);
      }
    }
    Report report = new Report(series);
    System.err.printf("%n%s: %s%n%s%n", report.write("upgrade"), Machine.name(), report.table());
    StringBuilder line = new StringBuilder("bench-upgrade: ").append(exact ? "ok" : "failed");
    report.series().forEach(one -> line.append(" %s_ms=%d".formatted(one.name(), one.median())));
    System.out.println(line.append(" repetitions=").append(repetitions));
    System.exit(exact ? 0 : 1);
  }

  private static boolean measure(RolloutBench bench, int repetitions, List<Series> to) {
    try (bench) {
      to.add(bench.upgrades("Warm", "Savepoint", repetitions));
      to.add(bench.upgrades("Warm", "Checkpoint", repetitions));
      to.add(bench.rollbacks(repetitions));
      to.add(bench.upgrades("Cold", "Savepoint", repetitions));
      to.add(bench.upgrades("Cold", "Checkpoint", repetitions));
      return bench.isExact();
    }
  }
}
