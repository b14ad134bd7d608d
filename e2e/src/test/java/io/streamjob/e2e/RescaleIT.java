package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * A running job grows and shrinks on its own pods, survives a loss at its new size, and counts
 * right.
 */
class RescaleIT {
  private static final String NAME = "e2e-rescale";
  private static final int MOST_DOWN = 3_000;

  private final Stage stage = Stage.get();

  @Test
  void aJobIsRescaledInPlaceAndComesBackAtThatSize() {
    Text text = Text.read("", 3 << 20, 16 << 10);
    try (WordCountRun run =
        stage.run(
            NAME,
            text,
            sample ->
                sample
                    .replace("    parallelism: 2\n", "")
                    .replace("    slots: 2\n", "    slots: 1\n"))) {
      Scene scene = new Scene(run, stage.store());
      JsonNode before = run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);

      scene.kubectl("scale", "streamjob", WordCountRun.JOB, "--replicas=2");
      JsonNode grown = awaitSize(scene, 2, 2);
      assertIsTheSame(before, grown);
      assertThat(
              scene
                  .kubectl("get", "pods", "-o", "name")
                  .lines()
                  .filter(it -> it.contains("worker")))
          .hasSize(2);
      assertThat(scene.kubectl("get", "poddisruptionbudgets", "-o", "name"))
          .contains("word-count-1-worker");

      run.kill(Component.COORDINATOR);
      JsonNode recovered =
          scene.await(
              "a recovery",
              job ->
                  "Recovery".equals(job.at("/status/history/0/strategy").asText())
                      && job.at("/status/rollout").isMissingNode()
                      && "True".equals(job.at("/status/ready").asText()));
      assertThat(parallelism(recovered)).isEqualTo(2);

      scene.patch("{'spec': {'worker': {'replicas': 1}}}");
      awaitSize(scene, 1, 4);
      scene.assertExact();
    }
  }

  /** What the engine says of each operator. */
  private int parallelism(JsonNode job) {
    try (EngineRest rest = new EngineRest(stage.cluster().route(NAME, WordCountRun.JOB, 8081))) {
      return rest.get("/jobs/" + job.at("/status/job/id").asText())
          .path("vertices")
          .valueStream()
          .mapToInt(vertex -> vertex.path("parallelism").asInt())
          .max()
          .orElse(0);
    }
  }

  private JsonNode awaitSize(Scene scene, int workers, int attempt) {
    JsonNode job =
        scene.await(
            workers + " workers",
            it ->
                it.at("/status/history/0/attempt").asInt() == attempt
                    && it.at("/status/rollout").isMissingNode()
                    && "True".equals(it.at("/status/ready").asText()));
    JsonNode rollout = job.at("/status/history/0");
    System.err.printf(
        Locale.ROOT,
        "e2e rescale to %d: downtime_ms=%d %s%n",
        workers,
        rollout.path("downtimeMillis").asLong(),
        rollout.path("timings"));
    assertThat(rollout.path("strategy").asText()).isEqualTo("Rescale");
    assertThat(rollout.path("outcome").asText()).isEqualTo("Completed");
    assertThat(rollout.path("downtimeMillis").asLong()).isBetween(1L, (long) MOST_DOWN);
    assertThat(job.at("/status/replicas").asInt()).isEqualTo(workers);
    assertThat(parallelism(job)).isEqualTo(workers);
    return job;
  }

  /** No other pods, no other job, no other revision. */
  private static void assertIsTheSame(JsonNode before, JsonNode after) {
    assertThat(after.at("/status/job/id")).isEqualTo(before.at("/status/job/id"));
    assertThat(after.at("/status/current/number")).isEqualTo(before.at("/status/current/number"));
    assertThat(after.at("/status/current/specHash"))
        .isNotEqualTo(before.at("/status/current/specHash"));
  }
}
