package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A job on ForSt, in which no setting of checkpoints, state and restarts is the default: the engine
 * that runs tells each as the spec says it, before and after an edit; a worker is lost meanwhile,
 * and every record counts once. How the settings act, {@code EngineSettingsContractTest} shows.
 */
class EngineSettingsIT {
  private static final String NAME = "e2e-settings";

  private final Stage stage = Stage.get();

  @Test
  void theEngineRunsAsTheSpecSays() {
    Text text = Text.read("", 2 << 20, 32 << 10);
    try (WordCountRun run = stage.run(NAME, text, EngineSettingsIT::first)) {
      Scene scene = new Scene(run, stage.store());
      run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);
      try (EngineRest rest = scene.engine(stage.cluster())) {
        assertCheckpoints(
            rest,
            scene.job(),
            Map.of(
                "mode", "exactly_once",
                "interval", "1500",
                "min_pause", "300",
                "timeout", "90000",
                "max_concurrent", "1",
                "unaligned_checkpoints", "true",
                "tolerable_failed_checkpoints", "3"));
        assertThat(options(rest))
            .containsEntry("state.backend.type", "forst")
            .containsEntry("execution.checkpointing.incremental", "false")
            .containsEntry("execution.checkpointing.num-retained", "4")
            .containsEntry("restart-strategy.type", "exponential-delay")
            .containsEntry("restart-strategy.exponential-delay.initial-backoff", "200ms")
            .containsEntry("restart-strategy.exponential-delay.max-backoff", "5000ms")
            .containsEntry("restart-strategy.exponential-delay.attempts-before-reset-backoff", "7");

        scene.loseWorker(rest);
      }

      assertMoveIsRefused(scene);
      second(scene);
      assertTablesAreSound(scene);

      try (EngineRest rest = scene.engine(stage.cluster())) {
        assertCheckpoints(
            rest,
            scene.job(),
            Map.of(
                "mode", "at_least_once",
                "interval", "1000",
                "min_pause", "0",
                "timeout", "60000",
                "max_concurrent", "2",
                "unaligned_checkpoints", "false",
                "tolerable_failed_checkpoints", "1"));
        assertThat(options(rest))
            .containsEntry("state.backend.type", "forst")
            .containsEntry("execution.checkpointing.incremental", "true")
            .containsEntry("execution.checkpointing.num-retained", "2")
            .containsEntry("restart-strategy.type", "failure-rate")
            .containsEntry("restart-strategy.failure-rate.max-failures-per-interval", "9")
            .containsEntry("restart-strategy.failure-rate.failure-rate-interval", "120000ms")
            .containsEntry("restart-strategy.failure-rate.delay", "700ms");
      }
      scene.assertExact();
    }
  }

  private static String first(String sample) {
    return sample
        .replace("    backend: RocksDB\n", "    backend: ForSt\n    incremental: false\n")
        .replace(
            "  checkpoints:\n    interval: 2s\n",
            """
              checkpoints:
                interval: 1500ms
                mode: ExactlyOnce
                minPause: 300ms
                maxConcurrent: 1
                timeout: 90s
                unaligned: true
                toleratedFailures: 3
                retained: 4
              restart: {strategy: ExponentialDelay, delay: 200ms, maxDelay: 5s, attempts: 7}
              savepoints: {deepCheck: Whole}
            """);
  }

  /** No format carries the state of ForSt to another backend: nothing begins. */
  private static void assertMoveIsRefused(Scene scene) {
    String job = scene.job().at("/status/job/id").asText();
    scene.patch("{'spec': {'state': {'backend': 'RocksDB'}}}");

    JsonNode refused =
        scene.await(
            "a refusal",
            it ->
                "StateNotReadable"
                    .equals(StreamJobs.condition(it, "UpgradeReady").path("reason").asText()));

    assertThat(StreamJobs.condition(refused, "UpgradeReady").path("message").asText())
        .contains("ForSt", "next step: ");
    assertThat(refused.at("/status/job/id").asText()).isEqualTo(job);
    assertThat(refused.at("/status/rollout").isMissingNode()).isTrue();
  }

  private static void second(Scene scene) {
    scene.patch(
        """
        {'spec': {
          'state': {'backend': 'ForSt', 'incremental': true},
          'checkpoints': {
            'interval': '1s', 'mode': 'AtLeastOnce', 'minPause': '0s', 'maxConcurrent': 2,
            'timeout': '1m', 'unaligned': false, 'toleratedFailures': 1, 'retained': 2},
          'restart': {
            'strategy': 'FailureRate', 'failures': 9, 'within': '2m', 'delay': '700ms',
            'maxDelay': null, 'attempts': null}}}\
        """);
    assertThat(scene.awaitAttempt(2).path("outcome").asText()).isEqualTo("Completed");
  }

  /** RocksDB's reader, which the operator has, reads the tables of ForSt. */
  private static void assertTablesAreSound(Scene scene) {
    JsonNode read =
        scene
            .awaitAnySavepoint(
                "whose tables are read",
                it -> !it.at("/status/deepCheck/checkedAt").isMissingNode())
            .at("/status/deepCheck");
    assertThat(read.path("damage").isMissingNode()).as(read.toString()).isTrue();
    assertThat(read.path("tables").asInt()).isPositive().isEqualTo(read.path("of").asInt());
  }

  private static void assertCheckpoints(
      EngineRest rest, JsonNode job, Map<String, String> expected) {
    JsonNode told = rest.get("/jobs/" + job.at("/status/job/id").asText() + "/checkpoints/config");
    expected.forEach((key, value) -> assertThat(told.path(key).asText()).as(key).isEqualTo(value));
    assertThat(told.path("state_backend").asText()).isEqualTo("ForStStateBackend");
    assertThat(told.path("checkpoint_storage").asText()).isEqualTo("FileSystemCheckpointStorage");
    assertThat(told.at("/externalization/delete_on_cancellation").asBoolean(true)).isFalse();
  }

  private static Map<String, String> options(EngineRest rest) {
    Map<String, String> options = new TreeMap<>();
    rest.get("/jobmanager/config")
        .forEach(option -> options.put(option.path("key").asText(), option.path("value").asText()));
    return options;
  }
}
