package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.Route;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Things are taken away from a job that just runs; it comes back, and each word is counted once.
 */
class RecoveryIT {
  private static final String NAME = "e2e-recovery";
  private static final String WORKERS =
      "streamjob.io/name=word-count,app.kubernetes.io/component=worker";
  private static final Duration NOTICED = Duration.ofSeconds(2);

  private final Stage stage = Stage.get();

  @Test
  void aJobComesBackWhateverIsTakenFromIt() {
    Text text = Text.read("", 3 << 20, 16 << 10);
    try (WordCountRun run =
        stage.run(
            NAME,
            text,
            sample -> sample.replace("spec:\n", "spec:\n  recovery: {attempts: 10}\n"))) {
      Scene scene = new Scene(run, stage.store());
      run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);

      killCoordinator(scene);
      cancelJob(scene);
      killWorker(scene);
      drainNode(scene);
      deleteWorkers(scene);
      deleteCluster(scene);

      scene.assertExact();
      finish(scene);
      scene.assertExact();
    }
  }

  private static void killCoordinator(Scene scene) {
    JsonNode before = scene.job();
    Instant killed = Instant.now();

    scene.run().kill(Component.COORDINATOR);

    awaitNotReady(scene, killed);
    JsonNode recovery = awaitRecovery(scene, before, "the coordinator was killed", killed);
    assertThat(recovery.path("note").asText()).isEqualTo("the job was lost with its coordinator");
    assertGoesOnFromCheckpoint(before, scene.job());
  }

  /** Somebody cancels the job behind the operator's back. */
  private void cancelJob(Scene scene) {
    JsonNode before = scene.job();
    Instant cancelled = Instant.now();

    cancel(id(before));

    JsonNode recovery = awaitRecovery(scene, before, "the job was cancelled", cancelled);
    assertThat(recovery.path("note").asText()).startsWith("the job had ended as CANCELED");
    assertGoesOnFromCheckpoint(before, scene.job());
  }

  private void cancel(String job) {
    try (Route route = stage.cluster().route(NAME, WordCountRun.JOB, 8081);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> response =
          client.send(
              HttpRequest.newBuilder(route.address().resolve("/jobs/" + job + "?mode=cancel"))
                  .method("PATCH", HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(response.statusCode()).isEqualTo(202);
    } catch (IOException e) {
      throw new IllegalStateException("the coordinator did not take the request", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The engine itself brings the tasks back, and that may take no longer than a second or two. */
  private static void killWorker(Scene scene) {
    JsonNode before = scene.job();
    Instant killed = Instant.now();

    scene.run().kill(Component.WORKER);

    assertEngineBroughtBack(scene, before, "its worker was killed", killed);
  }

  /** Its worker is evicted, and has nowhere to go until the node is back. */
  private static void drainNode(Scene scene) {
    JsonNode before = scene.job();
    Instant drained = Instant.now();
    String node =
        scene.kubectl("get", "pods", "-l", WORKERS, "-o", "jsonpath={.items[0].spec.nodeName}");

    try {
      scene.kubectl(
          "drain",
          node,
          "--pod-selector=" + WORKERS,
          "--delete-emptydir-data",
          // A worker may take all of its own grace period, and kubectl waits for that.
          "--grace-period=5");
      scene.await("a job that is told not to run", it -> !isReady(it));
    } finally {
      scene.kubectl("uncordon", node);
    }

    assertEngineBroughtBack(scene, before, "its node was drained", drained);
  }

  private static void assertEngineBroughtBack(
      Scene scene, JsonNode before, String what, Instant lost) {
    JsonNode after =
        scene.await(
            "a job that was told not to run, and runs again, as " + what,
            it -> isReady(it) && readySince(it).isAfter(lost));
    System.err.printf("e2e recovery: %s: %s%n", what, since(lost));
    assertThat(id(after)).isEqualTo(id(before));
    assertThat(attempt(after)).isEqualTo(attempt(before));
  }

  /** Nobody but the operator makes the workers again; then the job goes on by itself. */
  private static void deleteWorkers(Scene scene) {
    JsonNode before = scene.job();
    Instant deleted = Instant.now();

    scene.kubectl("delete", "statefulset", "-l", "streamjob.io/name=word-count");

    JsonNode recovery = awaitRecovery(scene, before, "the workers were deleted", deleted);
    assertThat(recovery.path("note").asText())
        .contains("objects of its cluster were missing", "the job itself went on");
    assertThat(id(scene.job())).isEqualTo(id(before));
  }

  /** All that belongs to the revision goes with the object that owns it. */
  private static void deleteCluster(Scene scene) {
    JsonNode before = scene.job();
    Instant deleted = Instant.now();

    scene.kubectl("delete", "configmap", "-l", "streamjob.io/name=word-count");

    awaitRecovery(scene, before, "the whole cluster was deleted", deleted);
    assertGoesOnFromCheckpoint(before, scene.job());
  }

  /** A version that ends when it has read everything: the pods go, and the result stays. */
  private static void finish(Scene scene) {
    String args =
        scene
            .job()
            .at("/spec/job/args")
            .toString()
            .replace("]", ",\"--discovery-interval\",\"0\"]");
    scene.patch("{'spec': {'job': {'args': " + args + "}}}");

    JsonNode finished =
        scene.await(
            "a finished job without pods",
            job ->
                "Finished".equals(job.at("/status/phase").asText())
                    && job.at("/status/rollout").isMissingNode());

    scene.awaitNoPods();
    assertThat(finished.at("/status/job/state").asText()).isEqualTo("FINISHED");
    assertThat(finished.at("/status/history/0/strategy").asText()).isEqualTo("Finish");
    assertThat(StreamJobs.condition(finished, "Ready").path("reason").asText())
        .isEqualTo("JobFinished");
  }

  private static void awaitNotReady(Scene scene, Instant killed) {
    JsonNode job = scene.await("a job that is told not to run", it -> !isReady(it));
    assertThat(readySince(job)).isBefore(killed.plus(NOTICED).plusSeconds(1));
  }

  private static JsonNode awaitRecovery(Scene scene, JsonNode before, String what, Instant killed) {
    JsonNode job =
        scene.await(
            "a recovery, as " + what,
            it ->
                attempt(it) > attempt(before)
                    && it.at("/status/rollout").isMissingNode()
                    && isReady(it));
    JsonNode recovery = job.at("/status/history/0");
    System.err.printf("e2e recovery: %s: %s, %s%n", what, since(killed), recovery);
    assertThat(recovery.path("strategy").asText()).isEqualTo("Recovery");
    assertThat(recovery.path("outcome").asText()).isEqualTo("Completed");
    assertThat(job.at("/status/current/number").asInt())
        .isEqualTo(before.at("/status/current/number").asInt());
    return recovery;
  }

  private static void assertGoesOnFromCheckpoint(JsonNode before, JsonNode after) {
    assertThat(id(after)).isNotEqualTo(id(before));
    assertThat(after.at("/status/job/restoredFrom").asText())
        .contains("/checkpoints/" + id(before) + "/chk-");
  }

  /** As late as it may have been: times in conditions have no fraction of a second. */
  private static Instant readySince(JsonNode job) {
    return Instant.parse(StreamJobs.condition(job, "Ready").path("lastTransitionTime").asText())
        .plusSeconds(1);
  }

  private static boolean isReady(JsonNode job) {
    return "True".equals(job.at("/status/ready").asText());
  }

  private static String id(JsonNode job) {
    return job.at("/status/job/id").asText();
  }

  private static int attempt(JsonNode job) {
    return job.at("/status/history/0/attempt").asInt();
  }

  private static Duration since(Instant then) {
    return Duration.between(then, Instant.now());
  }
}
