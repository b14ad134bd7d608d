package io.streamjob.e2e.bench;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Parts;
import io.streamjob.e2e.harness.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code make bench-upgrade}: how long the sink of a running word count is silent when the job is
 * upgraded, with small and with large state.
 *
 * <p>Environment: {@code REPETITIONS}, rollouts of each kind, 7 if unset; {@link Parts}: {@code
 * small}, {@code large}, and names of figures such as {@code small_rollback}.
 */
public final class UpgradeBench {
  private static final String SMALL = "small";
  private static final List<String> STATES = List.of(SMALL, "large");

  /** With the distinct words of the text this makes about 500 MB. */
  private static final int LARGE_BYTES_PER_WORD = 16 << 10;

  private UpgradeBench() {}

  /** What is measured with each size of state. */
  private enum Kind {
    WARM_SAVEPOINT,
    WARM_CHECKPOINT,
    ROLLBACK,
    COLD_SAVEPOINT,
    COLD_CHECKPOINT;

    Series measure(RolloutBench bench, int repetitions) {
      return switch (this) {
        case WARM_SAVEPOINT -> bench.upgrades("Warm", "Savepoint", repetitions);
        case WARM_CHECKPOINT -> bench.upgrades("Warm", "Checkpoint", repetitions);
        case ROLLBACK -> bench.rollbacks(repetitions);
        case COLD_SAVEPOINT -> bench.upgrades("Cold", "Savepoint", repetitions);
        case COLD_CHECKPOINT -> bench.upgrades("Cold", "Checkpoint", repetitions);
      };
    }

    String name(String state) {
      return state + "_" + name().toLowerCase(Locale.ROOT);
    }
  }

  public static void main(String[] args) {
    int repetitions = Integer.parseInt(System.getenv().getOrDefault("REPETITIONS", "7"));
    Parts parts = Parts.wished(names());
    Cluster cluster = Cluster.start();
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2", "incompatible"));
    List<Series> series = new ArrayList<>();
    boolean exact = true;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      for (String state : STATES) {
        List<Kind> kinds =
            Arrays.stream(Kind.values())
                .filter(kind -> parts.include(state, kind.name(state)))
                .toList();
        exact &= kinds.isEmpty() || measure(cluster, store, state, kinds, repetitions, series);
      }
    }
    Report report = new Report(series);
    System.err.printf("%n%s: %s%n%s%n", report.write("upgrade"), Machine.name(), report.table());
    StringBuilder line = new StringBuilder("bench-upgrade: ").append(exact ? "ok" : "failed");
    report.series().forEach(one -> line.append(" %s_ms=%d".formatted(one.name(), one.median())));
    System.out.println(line.append(" repetitions=").append(repetitions));
    System.exit(exact ? 0 : 1);
  }

  private static List<String> names() {
    return STATES.stream()
        .flatMap(
            state ->
                Stream.concat(
                    Stream.of(state), Arrays.stream(Kind.values()).map(kind -> kind.name(state))))
        .toList();
  }

  /** One word count, measured in each way. Returns whether its output is exact after that. */
  private static boolean measure(
      Cluster cluster,
      ObjectStore store,
      String state,
      List<Kind> kinds,
      int repetitions,
      List<Series> to) {
    try (RolloutBench bench =
        new RolloutBench(cluster, store, state, state.equals(SMALL) ? 0 : LARGE_BYTES_PER_WORD)) {
      kinds.forEach(kind -> to.add(kind.measure(bench, repetitions)));
      return bench.isExact();
    }
  }
}
