package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A job stands still, is edited meanwhile, goes on as edited, and every record counts once. */
class SuspendIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final String NAME = "e2e-suspend";

  @Test
  void aSuspendedJobGoesOnWhereItStood() {
    Stage stage = Stage.get();
    Text text = Text.read("", 2 << 20, 32 << 10);
    try (WordCountRun run =
        WordCountRun.apply(
            stage.cluster(), stage.store(), NAME, NAME, text, UnaryOperator.identity())) {
      run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(PIECE_EVERY, 0.9);

      patch(run, "{'spec': {'suspend': true}}");
      JsonNode suspended = await(run, "Suspended");

      String pods =
          stage
              .cluster()
              .kubectl()
              .run("-n", NAME, "get", "pods", "-l", "streamjob.io/name=word-count", "-o", "name");
      assertThat(pods).isBlank();
      JsonNode savepoint = suspended.at("/status/restorePoints/0");
      assertThat(savepoint.path("verifiedAt").asText()).isNotEmpty();
      assertThat(savepoint.path("jobId")).isEqualTo(suspended.at("/status/job/id"));

      patch(run, "{'spec': {'image': 'streamjob/word-count:2'}}");
      patch(run, "{'spec': {'suspend': false}}");
      JsonNode resumed = await(run, "Running");

      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
      assertThat(resumed.at("/status/current/image").asText()).endsWith(":2");
      assertThat(resumed.at("/status/job/restoredFrom")).isEqualTo(savepoint.path("location"));
    }
  }

  private static void patch(WordCountRun run, String patch) {
    run.jobs().patch(WordCountRun.JOB, patch.replace('\'', '"'));
  }

  private static JsonNode await(WordCountRun run, String phase) {
    return run.jobs()
        .await(
            WordCountRun.JOB,
            "phase " + phase,
            LIMIT,
            job ->
                phase.equals(job.at("/status/phase").asText())
                    && job.at("/status/rollout").isMissingNode());
  }
}
