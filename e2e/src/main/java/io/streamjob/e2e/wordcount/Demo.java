package io.streamjob.e2e.wordcount;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * {@code make demo}: a word count on a real cluster, upgraded in mid-stream, counted after.
 *
 * <p>Environment: {@code TEXT}, a folder of text to read instead of the machine's documentation.
 */
public final class Demo {
  private static final int TEXT_BYTES = 5 << 20;
  private static final int PIECE_BYTES = 32 << 10;
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final Duration ROLLOUT_LIMIT = Duration.ofMinutes(5);

  private Demo() {}

  public static void main(String[] args) {
    Text text = Text.read(System.getenv().getOrDefault("TEXT", ""), TEXT_BYTES, PIECE_BYTES);
    Cluster cluster = Cluster.start();
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2"));
    boolean exact;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      exact = run(cluster, store, text);
    }
    System.exit(exact ? 0 : 1);
  }

  private static boolean run(Cluster cluster, ObjectStore store, Text text) {
    step("kubectl apply -f docs/samples/word-count.yaml");
    try (WordCountRun run =
        WordCountRun.apply(
            cluster, store, "streamjob-demo", "demo", text, UnaryOperator.identity())) {
      return upgradeInMidStream(run);
    }
  }

  private static boolean upgradeInMidStream(WordCountRun run) {
    run.awaitRunning(ROLLOUT_LIMIT);
    // Faster than the job reads: it never runs dry, before, during and after.
    run.feeder().feedSteadily(PIECE_EVERY, 0.9);
    step("kubectl patch: image streamjob/word-count:2, while text comes in");
    run.release("2");
    run.jobs()
        .await(
            WordCountRun.JOB,
            "a rollout",
            Duration.ofSeconds(30),
            job -> !job.at("/status/rollout").isMissingNode());
    JsonNode job = run.awaitRunning(ROLLOUT_LIMIT);
    JsonNode rollout = job.at("/status/history/0");
    timeline(rollout);
    step("the rest of the text comes in, and ends");
    run.feeder().feedUpTo(1.0);
    Ledger ledger = run.awaitOutput();
    long lost = ledger.lost(run.expected());
    boolean ok =
        lost == 0
            && ledger.doubled() == 0
            && "Completed".equals(rollout.path("outcome").asText())
            && job.at("/status/current/image").asText().endsWith(":2");
    System.out.printf(
        "demo: %s downtime_ms=%d savepoint_ms=%d gap_ms=%d words=%d lost=%d doubled=%d%n",
        ok ? "ok" : "failed",
        rollout.path("downtimeMillis").asLong(-1),
        part(rollout, "stopping"),
        ledger.gapMillis().orElse(-1),
        run.words(),
        lost,
        ledger.doubled());
    return ok;
  }

  private static void timeline(JsonNode rollout) {
    System.err.printf(
        "rollout %s to revision %s: %s%n",
        rollout.path("strategy").asText(),
        rollout.path("toRevision").asText(),
        rollout.path("outcome").asText());
    for (JsonNode timing : rollout.path("timings")) {
      System.err.printf(
          "  %-12s %7d ms%n", timing.path("part").asText(), timing.path("millis").asLong());
    }
    System.err.printf("  %-12s %7d ms%n", "downtime", rollout.path("downtimeMillis").asLong());
  }

  private static long part(JsonNode rollout, String name) {
    for (JsonNode timing : rollout.path("timings")) {
      if (name.equals(timing.path("part").asText())) {
        return timing.path("millis").asLong();
      }
    }
    return -1;
  }

  private static void step(String text) {
    System.err.println("demo: " + text);
  }
}
