package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Nemesis;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The operator dies by SIGKILL in each step of a Warm upgrade; its successor finishes the upgrade.
 */
class OperatorKillIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int MOST_UPGRADES = 4;

  @Test
  void upgradesCompleteAlthoughTheOperatorIsKilledInEachStep() {
    Stage stage = Stage.get();
    Nemesis nemesis = new Nemesis(stage.cluster());
    List<String> toHit =
        new ArrayList<>(
            List.of("Preparing", "Stopping", "Verifying", "Starting", "Confirming", "Retiring"));
    Text text = Text.read("", 3 << 20, 8 << 10);
    try (WordCountRun run = stage.run("e2e-kill", text, UnaryOperator.identity())) {
      run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(Duration.ofMillis(800), 0.9);
      // A step that passes before the kill arrives is tried again in the next upgrade.
      for (int i = 0; i < MOST_UPGRADES && !toHit.isEmpty(); i++) {
        String version = i % 2 == 0 ? "2" : "1";
        run.release(version);
        while (!toHit.isEmpty() && isUnderWay(run, version)) {
          String hit = nemesis.killIn(run.namespace(), WordCountRun.JOB, withEnd(toHit));
          System.err.println(
              "e2e kill: the operator died in step " + (hit.isEmpty() ? "none" : hit));
          toHit.remove(hit);
          nemesis.replaceOperator();
        }
        JsonNode job = run.awaitRunning(LIMIT);
        assertThat(job.at("/status/history/0/outcome").asText()).isEqualTo("Completed");
        assertThat(job.at("/status/current/image").asText()).endsWith(":" + version);
      }
      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();

      assertThat(toHit).as("steps in which the operator was not killed").isEmpty();
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
    }
  }

  /** The end of a rollout shows as no step at all. */
  private static List<String> withEnd(List<String> steps) {
    List<String> all = new ArrayList<>(steps);
    all.add("");
    return all;
  }

  private static boolean isUnderWay(WordCountRun run, String version) {
    JsonNode job =
        run.jobs()
            .await(
                WordCountRun.JOB,
                "an upgrade to version " + version + ", begun or ended",
                LIMIT,
                seen ->
                    !seen.at("/status/rollout").isMissingNode()
                        || seen.at("/status/current/image").asText().endsWith(":" + version));
    return !job.at("/status/rollout").isMissingNode();
  }
}
