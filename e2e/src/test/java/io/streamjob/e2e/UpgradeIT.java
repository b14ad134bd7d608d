package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Version 1 becomes version 2 in mid-stream, and every record counts once. */
class UpgradeIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);

  @Test
  void warmUpgradeLosesNothingAndIsShort() {
    Upgrade upgrade = upgrade("warm", UnaryOperator.identity());

    assertThat(upgrade.gapMillis).as("gap seen at the sink").isLessThanOrEqualTo(3_000);
    assertThat(upgrade.apiWrites)
        .as("API writes of one upgrade, but for those that tell of long waits")
        .isBetween(1L, 24L);
  }

  @Test
  void coldUpgradeLosesNothing() {
    upgrade("cold", manifest -> manifest.replace("strategy: Warm", "strategy: Cold"));
  }

  /** What one upgrade has shown. */
  private record Upgrade(long gapMillis, long apiWrites) {}

  private static Upgrade upgrade(String name, UnaryOperator<String> change) {
    Stage stage = Stage.get();
    Text text = Text.read("", 4 << 20, 32 << 10); // enough for two minutes at the sample's rate
    try (WordCountRun run = stage.run("e2e-" + name, text, change)) {
      run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(PIECE_EVERY, 0.9);
      ApiWrites writes = ApiWrites.from(stage.cluster());
      run.release("2");
      run.jobs()
          .await(
              WordCountRun.JOB,
              "a rollout",
              Duration.ofSeconds(30),
              job -> !job.at("/status/rollout").isMissingNode());
      run.awaitRunning(LIMIT);
      JsonNode job =
          run.jobs()
              .await(
                  WordCountRun.JOB,
                  "a record of the savepoint",
                  LIMIT,
                  it -> !it.at("/status/restorePoints/0/savepoint").isMissingNode());
      stage
          .cluster()
          .kubectl()
          .run(
              "-n",
              "e2e-" + name,
              "wait",
              "--for=condition=Verified",
              "ssp/" + job.at("/status/restorePoints/0/savepoint").asText(),
              "--timeout=60s");
      long apiWrites = writes.soFar();
      ApiWrites idle = ApiWrites.from(stage.cluster());
      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();
      assertThat(idle.soFar()).as("API writes while the job just runs").isZero();

      JsonNode rollout = job.at("/status/history/0");
      assertThat(rollout.path("outcome").asText()).isEqualTo("Completed");
      assertThat(job.at("/status/current/image").asText()).isEqualTo("streamjob/word-count:2");
      assertThat(job.at("/status/job/restoredFrom").asText())
          .isEqualTo(job.at("/status/restorePoints/0/location").asText());
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
      long gap = ledger.gapMillis().orElseThrow();
      long told = rollout.path("downtimeMillis").asLong();
      System.err.printf("e2e %s: downtime_ms=%d gap_ms=%d writes=%d%n", name, told, gap, apiWrites);
      assertThat((double) told)
          .as("downtime in status.history, against the gap seen at the sink")
          .isBetween(gap * 0.9, gap * 1.1);
      return new Upgrade(gap, apiWrites - lasting(rollout));
    }
  }

  /** Steps that last longer than the planner's patience are told of, one write each. */
  private static long lasting(JsonNode rollout) {
    Duration told = Duration.ZERO;
    long lasting = 0;
    for (JsonNode part : rollout.path("timings")) {
      Duration took = Duration.ofMillis(part.path("millis").asLong());
      told = told.plus(took);
      lasting += took.compareTo(PATIENCE) > 0 ? 1 : 0;
    }
    Instant began = Instant.parse(rollout.path("startedAt").asText());
    Instant ended = Instant.parse(rollout.path("endedAt").asText());
    // The last step is no part.
    return Duration.between(began, ended).minus(told).compareTo(PATIENCE) > 0
        ? lasting + 1
        : lasting;
  }
}
