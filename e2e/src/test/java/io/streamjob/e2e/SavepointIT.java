package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Savepoints by annotation, by hand, by schedule and by an upgrade, of a job that runs on; what is
 * in the bucket, another client of it says.
 */
class SavepointIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final String NAME = "e2e-savepoint";
  private static final JsonMapper JSON = new JsonMapper();

  private final Stage stage = Stage.get();
  private final Kubectl kubectl = stage.cluster().kubectl();

  @Test
  void savepointsAreTakenProvenKeptAndRemoved() {
    Text text = Text.read("", 2 << 20, 32 << 10);
    try (WordCountRun run =
        WordCountRun.apply(
            stage.cluster(),
            stage.store(),
            NAME,
            NAME,
            text,
            sample -> sample.replace("spec:\n", "spec:\n  savepoints:\n    reverify: 2s\n"))) {
      JsonNode first = run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(PIECE_EVERY, 0.9);

      kubectl.run(
          "-n", NAME, "annotate", "streamjob", WordCountRun.JOB, "streamjob.io/savepoint=a");
      JsonNode asked = awaitPhase(named("-id-a"), "Completed");
      assertIsInTheBucket(asked);
      assertThat(asked.at("/spec/reason").asText()).isEqualTo("Manual");
      assertThat(asked.at("/status/operators")).isNotEmpty();

      kubectl.apply(savepoint("by-hand", WordCountRun.JOB));
      kubectl.run("-n", NAME, "wait", "--for=condition=Verified", "ssp/by-hand", "--timeout=60s");
      JsonNode byHand = get("by-hand");
      assertIsInTheBucket(byHand);
      assertThat(byHand.at("/status/engineVersion").asText()).isEqualTo("2.3.0");

      run.jobs()
          .patch(WordCountRun.JOB, "{\"spec\":{\"savepoints\":{\"schedule\":\"* * * * *\"}}}");
      JsonNode scheduled = awaitReason("Scheduled");
      assertIsInTheBucket(scheduled);
      run.jobs().patch(WordCountRun.JOB, "{\"spec\":{\"savepoints\":{\"schedule\":null}}}");
      JsonNode job = run.jobs().get(WordCountRun.JOB);
      assertThat(job.at("/status/job/id"))
          .as("none of it has restarted the job")
          .isEqualTo(first.at("/status/job/id"));

      run.release("2");
      run.jobs()
          .await(
              WordCountRun.JOB,
              "version 2",
              LIMIT,
              it ->
                  it.at("/status/current/number").asInt() == 2
                      && it.at("/status/rollout").isMissingNode());
      JsonNode upgrade = awaitReason("Upgrade");
      assertIsInTheBucket(upgrade);
      assertThat(upgrade.at("/status/jobId")).isEqualTo(first.at("/status/job/id"));

      kubectl.run("-n", NAME, "delete", "ssp", "by-hand", "--timeout=60s");
      assertThat(objects(byHand)).isEmpty();
      assertIsInTheBucket(asked);

      String file =
          objects(asked).keySet().stream()
              .filter(key -> !key.endsWith("_metadata") && !key.endsWith("/"))
              .findFirst()
              .orElseThrow();
      stage.store().delete(WordCountRun.BUCKET, file);
      JsonNode broken = awaitPhase(asked.at("/metadata/name").asText(), "Broken");
      assertThat(broken.at("/status/conditions/0/message").asText()).contains(file);
      run.jobs()
          .await(
              WordCountRun.JOB,
              "StateSafe=False that names the object",
              LIMIT,
              it -> StreamJobs.condition(it, "StateSafe").path("message").asText().contains(file));

      kubectl.apply(savepoint("of-nobody", "no-such-job"));
      assertThat(awaitPhase("of-nobody", "Pending").at("/status/waitingFor").asText())
          .contains("expected StreamJob " + NAME + "/no-such-job");

      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
    }
  }

  private static String savepoint(String name, String job) {
    return """
        apiVersion: streamjob.io/v1beta1
        kind: StreamSavepoint
        metadata: {name: %s, namespace: %s}
        spec: {job: %s}
        """
        .formatted(name, NAME, job);
  }

  /** The other client finds as many files, of as many bytes, as status says. */
  private void assertIsInTheBucket(JsonNode savepoint) {
    Map<String, Long> objects = objects(savepoint);
    objects.keySet().removeIf(key -> key.endsWith("/")); // markers of the engine's file system
    assertThat(objects).hasSize(savepoint.at("/status/files").asInt());
    assertThat(objects.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(savepoint.at("/status/sizeBytes").asLong());
    assertThat(objects.keySet()).anyMatch(key -> key.endsWith("/_metadata"));
  }

  private Map<String, Long> objects(JsonNode savepoint) {
    String location = savepoint.at("/status/location").asText();
    return new TreeMap<>(
        stage
            .store()
            .list(
                WordCountRun.BUCKET,
                location.substring(("s3://" + WordCountRun.BUCKET + "/").length()) + "/"));
  }

  private JsonNode get(String name) {
    return read(kubectl.run("-n", NAME, "get", "ssp", name, "-o", "json"));
  }

  private JsonNode all() {
    return read(kubectl.run("-n", NAME, "get", "ssp", "-o", "json")).path("items");
  }

  private String named(String ending) {
    JsonNode found =
        Awaitility.await("a StreamSavepoint named *" + ending)
            .atMost(LIMIT)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> find("/metadata/name", ending), it -> !it.isMissingNode());
    return found.at("/metadata/name").asText();
  }

  private JsonNode awaitReason(String reason) {
    return Awaitility.await("a completed StreamSavepoint of reason " + reason)
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> find("/spec/reason", reason),
            it -> "Completed".equals(it.at("/status/phase").asText()));
  }

  private JsonNode awaitPhase(String name, String phase) {
    return Awaitility.await("StreamSavepoint " + name + " in phase " + phase)
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> get(name), it -> phase.equals(it.at("/status/phase").asText()));
  }

  private JsonNode find(String pointer, String ending) {
    for (JsonNode it : all()) {
      if (it.at(pointer).asText().endsWith(ending)) {
        return it;
      }
    }
    return JSON.missingNode();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl did not print JSON", e);
    }
  }
}
