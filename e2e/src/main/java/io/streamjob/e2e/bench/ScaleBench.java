package io.streamjob.e2e.bench;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.InstalledOperator;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench-scale}: one operator with many StreamJobs. How long upgrades silence a running
 * word count, alone and among suspended StreamJobs; how soon an operator that was away has decided
 * on all of these, edited meanwhile; and what it takes at rest.
 *
 * <p>Environment: {@code JOBS}, suspended StreamJobs, 1000 if unset; {@code REPETITIONS}, upgrades
 * alone and among them, 7 if unset.
 */
public final class ScaleBench {
  private static final Duration REST = Duration.ofSeconds(60);

  private ScaleBench() {}

  public static void main(String[] args) {
    int jobs = Integer.parseInt(System.getenv().getOrDefault("JOBS", "1000"));
    int repetitions = Integer.parseInt(System.getenv().getOrDefault("REPETITIONS", "7"));
    Cluster cluster = Cluster.start();
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2"));
    Report report;
    boolean exact;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      try (RolloutBench bench = new RolloutBench(cluster, store, "scale", 0)) {
        report = measure(cluster, bench, jobs, repetitions);
        exact = bench.isExact();
      }
    }
    System.err.printf("%n%s: %s%n%s%n", report.write("scale"), Machine.name(), report.table());
    StringBuilder line =
        new StringBuilder("bench-scale: %s jobs=%d".formatted(exact ? "ok" : "failed", jobs));
    report.figures().forEach((name, figure) -> line.append(" %s=%d".formatted(name, figure)));
    report.series().forEach(one -> line.append(" %s_ms=%d".formatted(one.name(), one.median())));
    System.out.println(line.append(" repetitions=").append(repetitions));
    System.exit(exact ? 0 : 1);
  }

  private static Report measure(Cluster cluster, RolloutBench bench, int jobs, int repetitions) {
    InstalledOperator operator = new InstalledOperator(cluster.kubectl());
    OperatorUsage usage = new OperatorUsage(cluster.kubectl());
    Map<String, Long> figures = new LinkedHashMap<>();
    Series alone = bench.upgrades("alone", repetitions);
    figures.put("alone_memory_mib", usage.memoryMib());
    figures.put("alone_cpu_millis_per_second", usage.cpuMillisPerSecond(REST));
    try (Crowd crowd = new Crowd(cluster.kubectl(), jobs)) {
      crowd.awaitDecided();
      long start =
          operator.getWithout(
              () -> {
                crowd.edit();
                return System.nanoTime();
              });
      crowd.awaitDecided();
      figures.put("all_decided_ms", Duration.ofNanos(System.nanoTime() - start).toMillis());
      figures.put("crowd_cpu_millis_per_second", usage.cpuMillisPerSecond(REST));
      Series among = bench.upgrades("among", repetitions);
      figures.put("crowd_memory_mib", usage.memoryMib());
      return new Report(List.of(alone, among), figures);
    }
  }
}
