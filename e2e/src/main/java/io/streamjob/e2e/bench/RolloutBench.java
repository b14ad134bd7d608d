package io.streamjob.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.wordcount.Flow;
import io.streamjob.e2e.wordcount.Rollouts;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One word count that runs all the time, rolled out again and again. */
final class RolloutBench implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int TEXT_BYTES = 5 << 20;
  private static final int PIECE_BYTES = 32 << 10;
  private static final int WORDS_PER_SECOND = 2_000;
  private static final long WORDS_AHEAD = 60_000;

  private final String name;
  private final WordCountRun run;
  private final Flow flow;
  private final Rollouts rollouts;
  private String version = "1";

  /**
   * Starts the job, and waits until it has read the whole text once: then its state is as large as
   * it gets.
   *
   * @param bytesPerWord what the job keeps with the count of each word
   */
  RolloutBench(Cluster cluster, ObjectStore store, String name, int bytesPerWord) {
    this.name = name;
    Text text = Text.read("", TEXT_BYTES, PIECE_BYTES);
    run =
        WordCountRun.apply(
            cluster,
            store,
            "bench-" + name,
            "bench-" + name,
            text,
            sample -> WordCountRun.sized(sample, WORDS_PER_SECOND, bytesPerWord));
    run.awaitRunning(LIMIT);
    rollouts = new Rollouts(run);
    flow = new Flow(run, WORDS_AHEAD);
    flow.awaitWords(run.words());
  }

  /** Upgrades from version 1 to 2 and from 2 to 1 in turn. */
  Series upgrades(String strategy, String state, int repetitions) {
    return series(
        (strategy + "_" + state).toLowerCase(Locale.ROOT), upgraded(strategy, state, repetitions));
  }

  /** The same, Warm and by savepoint, under circumstances that have a name. */
  Series upgrades(String circumstances, int repetitions) {
    return series(circumstances, upgraded("Warm", "Savepoint", repetitions));
  }

  private List<Series.Sample> upgraded(String strategy, String state, int repetitions) {
    List<Series.Sample> samples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      version = version.equals("1") ? "2" : "1";
      samples.add(rollout(version, strategy, state, "Completed"));
    }
    return samples;
  }

  /** Warm upgrades to a version that cannot read the state: the old one resumes. */
  Series rollbacks(int repetitions) {
    List<Series.Sample> samples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      samples.add(rollout("incompatible", "Warm", "Savepoint", "RolledBack"));
    }
    return series("rollback", samples);
  }

  private Series series(String kind, List<Series.Sample> samples) {
    return new Series(name + "_" + kind, samples);
  }

  private Series.Sample rollout(String version, String strategy, String state, String outcome) {
    rollouts.begin(version, strategy, state);
    JsonNode rollout = rollouts.awaitEnd(outcome, LIMIT);
    Duration gap =
        flow.longestSilence(
            Instant.parse(rollout.path("startedAt").asText()),
            Instant.parse(rollout.path("endedAt").asText()));
    Series.Sample sample =
        new Series.Sample(
            gap.toMillis(), rollout.path("downtimeMillis").asLong(-1), Series.parts(rollout));
    System.err.printf(
        "bench: %s %s by %s to %s: gap_ms=%d told_ms=%d %s%n",
        name, strategy, state, version, sample.gapMillis(), sample.toldMillis(), sample.parts());
    return sample;
  }

  /** Whether nothing that was fed until now is lost or doubled. */
  boolean isExact() {
    Flow.Errors errors = flow.end();
    System.err.printf("bench: %s: %s%n", name, errors);
    return errors.none();
  }

  @Override
  public void close() {
    flow.close();
    run.close();
  }
}
