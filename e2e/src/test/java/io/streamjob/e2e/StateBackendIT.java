package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A job moves its state to another backend and back again, loses its worker on each, and every
 * record counts once, though the worker's disk outlives it with a copy of the state. For ForSt,
 * which no state can be moved to, see {@link EngineSettingsIT}.
 */
class StateBackendIT {
  private static final String NAME = "e2e-backend";

  private final Stage stage = Stage.get();

  @Test
  void stateMovesToTheHeapAndBack() {
    Text text = Text.read("", 4 << 20, 32 << 10); // enough for two minutes at the sample's rate
    try (WordCountRun run = stage.run(NAME, text, StateBackendIT::withCopies)) {
      Scene scene = new Scene(run, stage.store());
      run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);

      loseWorker(scene, "EmbeddedRocksDBStateBackend");
      JsonNode onHeap = moveTo("HashMap", "Savepoint", scene, 2);
      loseWorker(scene, "HashMapStateBackend");
      JsonNode onDisk = moveTo("RocksDB", "Checkpoint", scene, 3);

      scene.assertExact();
      assertThat(onHeap.path("note").isMissingNode()).isTrue();
      assertThat(onDisk.path("note").asText()).contains("by a savepoint", "the state backend");
    }
  }

  private static String withCopies(String sample) {
    return sample.replace(
        "    backend: RocksDB\n", "    backend: RocksDB\n    localRecovery: true\n");
  }

  private void loseWorker(Scene scene, String backend) {
    try (EngineRest rest = scene.engine(stage.cluster())) {
      String job = scene.job().at("/status/job/id").asText();
      assertThat(rest.get("/jobs/" + job + "/checkpoints/config").path("state_backend").asText())
          .isEqualTo(backend);
      assertThat(copies(scene)).isNotEmpty();
      scene.loseWorker(rest);
    }
  }

  /** Files of the state that the worker keeps beside what it uploads. */
  private static List<String> copies(Scene scene) {
    String worker =
        "word-count-%d-worker-0".formatted(scene.job().at("/status/current/number").asInt());
    return scene
        .kubectl(
            "exec",
            worker,
            "-c",
            "streamjob",
            "--",
            "sh",
            "-c",
            "find /var/lib/streamjob -type f -path '*/localState/*/chk_*'")
        .lines()
        .toList();
  }

  private static JsonNode moveTo(String backend, String state, Scene scene, int attempt) {
    scene.patch(
        "{'spec': {'state': {'backend': '%s'}, 'upgrade': {'state': '%s'}}}"
            .formatted(backend, state));
    JsonNode rollout = scene.awaitAttempt(attempt);
    assertThat(rollout.path("outcome").asText()).as(rollout.toString()).isEqualTo("Completed");
    return rollout;
  }
}
