package io.streamjob.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.wordcount.Flow;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code make bench-recovery}: how long the sink of a running word count is silent when its
 * coordinator or its worker is killed.
 *
 * <p>Environment: {@code REPETITIONS}, kills of each kind, 7 if unset.
 */
public final class RecoveryBench {
  private static final String NAME = "bench-recovery";
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int TEXT_BYTES = 5 << 20;
  private static final int PIECE_BYTES = 32 << 10;
  private static final int WORDS_PER_SECOND = 2_000;
  private static final long WORDS_AHEAD = 60_000;

  private final WordCountRun run;
  private final Flow flow;

  private RecoveryBench(WordCountRun run, Flow flow) {
    this.run = run;
    this.flow = flow;
  }

  public static void main(String[] args) {
    int repetitions = Integer.parseInt(System.getenv().getOrDefault("REPETITIONS", "7"));
    Cluster cluster = Cluster.start();
    Product product = new Product(cluster);
    product.provideImages(List.of("1"));
    List<Series> series = new ArrayList<>();
    Flow.Errors errors;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      errors = measure(cluster, store, repetitions, series);
    }
    Report report = new Report(series);
    System.err.printf("%n%s: %s%n%s%n", report.write("recovery"), Machine.name(), report.table());
    StringBuilder line =
        new StringBuilder("bench-recovery: ").append(errors.none() ? "ok" : "failed");
    series.forEach(one -> line.append(" %s_ms=%d".formatted(one.name(), one.median())));
    System.out.printf(
        "%s lost=%d doubled=%d repetitions=%d%n",
        line, errors.lost(), errors.doubled(), repetitions);
    System.exit(errors.none() ? 0 : 1);
  }

  private static Flow.Errors measure(
      Cluster cluster, ObjectStore store, int repetitions, List<Series> to) {
    Text text = Text.read("", TEXT_BYTES, PIECE_BYTES);
    try (WordCountRun run =
        WordCountRun.apply(
            cluster,
            store,
            NAME,
            NAME,
            text,
            sample -> WordCountRun.sized(sample, WORDS_PER_SECOND, 0))) {
      run.awaitRunning(LIMIT);
      try (Flow flow = new Flow(run, WORDS_AHEAD)) {
        flow.awaitWords(run.words());
        RecoveryBench bench = new RecoveryBench(run, flow);
        for (Component component : Component.values()) {
          to.add(bench.kills(component, repetitions));
        }
        Flow.Errors errors = flow.end();
        System.err.printf("bench-recovery: %s%n", errors);
        return errors;
      }
    }
  }

  private Series kills(Component component, int repetitions) {
    List<Series.Sample> samples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      samples.add(kill(component));
    }
    return new Series(component.name().toLowerCase(Locale.ROOT), samples);
  }

  private Series.Sample kill(Component component) {
    Instant killed = Instant.now();
    run.kill(component);
    await("a job that is told not to run", job -> !isReady(job));
    JsonNode job = await("a job that runs again", RecoveryBench::isReady);
    Duration gap = flow.longestSilence(killed, Instant.now());
    JsonNode newest = job.at("/status/history/0");
    boolean byOperator =
        newest.path("strategy").asText().equals("Recovery")
            && Instant.parse(newest.path("startedAt").asText()).isAfter(killed);
    Series.Sample sample =
        new Series.Sample(
            gap.toMillis(),
            byOperator ? newest.path("downtimeMillis").asLong(-1) : -1,
            byOperator ? Series.parts(newest) : Map.of());
    System.err.printf(
        "bench-recovery: killed the %s: gap_ms=%d told_ms=%d %s%n",
        component.label(), sample.gapMillis(), sample.toldMillis(), sample.parts());
    return sample;
  }

  private JsonNode await(String what, Predicate<JsonNode> wish) {
    return run.jobs().await(WordCountRun.JOB, what, LIMIT, wish);
  }

  private static boolean isReady(JsonNode job) {
    return "True".equals(job.at("/status/ready").asText());
  }
}
