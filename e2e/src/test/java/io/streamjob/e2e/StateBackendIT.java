package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A job moves its state to another backend and back again, and every record counts once. */
class StateBackendIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final String NAME = "e2e-backend";

  @Test
  void stateMovesToTheHeapAndBack() {
    Stage stage = Stage.get();
    Text text = Text.read("", 4 << 20, 32 << 10); // enough for two minutes at the sample's rate
    try (WordCountRun run =
        WordCountRun.apply(
            stage.cluster(), stage.store(), NAME, NAME, text, UnaryOperator.identity())) {
      run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(PIECE_EVERY, 0.9);

      JsonNode onHeap = moveTo("HashMap", "Savepoint", run, 2);
      JsonNode onDisk = moveTo("RocksDB", "Checkpoint", run, 3);

      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
      assertThat(onHeap.path("note").isMissingNode()).isTrue();
      assertThat(onDisk.path("note").asText()).contains("by a savepoint", "the state backend");
    }
  }

  private static JsonNode moveTo(String backend, String state, WordCountRun run, int attempt) {
    run.jobs()
        .patch(
            WordCountRun.JOB,
            """
            {"spec": {"state": {"backend": "%s"}, "upgrade": {"state": "%s"}}}"""
                .formatted(backend, state));
    JsonNode rollout =
        run.jobs()
            .await(
                WordCountRun.JOB,
                "the end of attempt " + attempt,
                LIMIT,
                job ->
                    job.at("/status/rollout").isMissingNode()
                        && job.at("/status/history/0/attempt").asInt() == attempt)
            .at("/status/history/0");
    assertThat(rollout.path("outcome").asText()).as(rollout.toString()).isEqualTo("Completed");
    return rollout;
  }
}
