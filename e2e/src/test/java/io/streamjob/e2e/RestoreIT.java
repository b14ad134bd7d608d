package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A job stands still, goes on from a savepoint that is named, is deleted and created anew, and is
 * forked, kept and discarded; whatever it starts from is chosen, and every record counts once.
 */
class RestoreIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final String NAME = "e2e-restore";
  private static final String SUSPENDED = "{'spec': {'suspend': true}}";

  private final Stage stage = Stage.get();
  private final Kubectl kubectl = stage.cluster().kubectl();

  @Test
  void aJobStartsFromWhatSomebodyChoosesAndFromNothingElse() {
    Text text = Text.read("", 1 << 20, 16 << 10);
    try (WordCountRun run =
        WordCountRun.apply(
            stage.cluster(),
            stage.store(),
            NAME,
            NAME,
            text,
            sample -> sample.replace("spec:\n", "spec:\n  deletion: {policy: Savepoint}\n"))) {
      run.awaitRunning(LIMIT);
      run.feeder().feedSteadily(PIECE_EVERY, 0.8);

      JsonNode first = suspend(run);
      resumeFromItsSavepointByName(run, first);
      refuseWhatIsNotWhole(run);
      String last = deleteWithASavepoint();
      JsonNode found = recreate(run, last);
      fork(run, last);

      run.feeder().feedUpTo(1.0);
      Ledger ledger = run.awaitOutput();
      assertThat(ledger.lost(run.expected())).as("lost").isZero();
      assertThat(ledger.doubled()).as("doubled").isZero();
      // Exact so far: from here on it would process again what the fork has.
      choose(run, found, last);
      discard(found.at("/metadata/uid").asText());
      keep();
    }
  }

  private JsonNode suspend(WordCountRun run) {
    patch(run, SUSPENDED);
    JsonNode suspended = await(run, "a suspended job", job -> isDone(job, "Suspended"));
    String pods =
        kubectl.run("-n", NAME, "get", "pods", "-l", "streamjob.io/name=word-count", "-o", "name");
    assertThat(pods).isBlank();
    JsonNode savepoint = suspended.at("/status/restorePoints/0");
    assertThat(savepoint.path("verifiedAt").asText()).isNotEmpty();
    assertThat(savepoint.path("jobId")).isEqualTo(suspended.at("/status/job/id"));
    return suspended;
  }

  private void resumeFromItsSavepointByName(WordCountRun run, JsonNode suspended) {
    String name =
        await(run, "a recorded savepoint", job -> !savepoint(job).isEmpty())
            .at("/status/restorePoints/0/savepoint")
            .asText();
    patch(
        run,
        "{'spec': {'image': 'streamjob/word-count:2', 'suspend': false, 'restore': {'from': '%s', 'id': 'by-name'}}}"
            .formatted(name));
    JsonNode resumed = await(run, "a resumed job", job -> isDone(job, "Running"));
    assertThat(resumed.at("/status/job/restoredFrom").asText()).isEqualTo(location(suspended));
    assertThat(resumed.at("/status/current/image").asText()).endsWith(":2");
    assertThat(resumed.at("/status/requests/0/annotation").asText()).isEqualTo("spec.restore");
  }

  /** One object is cut short: nothing starts from it, and what runs is not touched. */
  private void refuseWhatIsNotWhole(WordCountRun run) {
    kubectl.apply(
        """
        apiVersion: streamjob.io/v1beta1
        kind: StreamSavepoint
        metadata: {name: cut-short, namespace: %s}
        spec: {job: word-count}
        """
            .formatted(NAME));
    kubectl.run("-n", NAME, "wait", "--for=condition=Verified", "ssp/cut-short", "--timeout=60s");
    String folder =
        kubectl
            .run("-n", NAME, "get", "ssp", "cut-short", "-o", "jsonpath={.status.location}")
            .substring(("s3://" + WordCountRun.BUCKET + "/").length());
    String file =
        stage.store().list(WordCountRun.BUCKET, folder + "/").entrySet().stream()
            .filter(entry -> entry.getValue() > 1 && !entry.getKey().endsWith("_metadata"))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    stage.store().put(WordCountRun.BUCKET, file, new byte[1]);
    String job = run.jobs().get(WordCountRun.JOB).at("/status/job/id").asText();

    patch(run, "{'spec': {'restore': {'from': 'cut-short', 'id': 'broken'}}}");
    JsonNode refused =
        await(run, "a refusal", it -> "RestorePointUnusable".equals(upgradeReady(it)));

    assertThat(refused.at("/status/waitingFor").asText()).contains(file);
    assertThat(refused.at("/status/job/id").asText()).isEqualTo(job);
    assertThat(refused.at("/status/job/state").asText()).isEqualTo("RUNNING");
    patch(run, "{'spec': {'restore': null}}");
    await(run, "nothing wished", it -> "UpToDate".equals(upgradeReady(it)));
  }

  /** The job is stopped with a savepoint before the object goes; the record outlives both. */
  private String deleteWithASavepoint() {
    delete("word-count");
    String record =
        kubectl.run(
            "-n",
            NAME,
            "get",
            "ssp",
            "-o",
            "jsonpath={range .items[?(@.spec.reason=='Delete')]}{.status.phase} {.status.location}{end}");
    assertThat(record).startsWith("Completed s3://");
    return record.split(" ", 2)[1];
  }

  /** Nothing of it is left, neither in the cluster nor in the bucket. */
  private void discard(String uid) {
    String folder = NAME + "/state/" + NAME + "/word-count-" + uid.substring(0, 8) + "/";
    assertThat(stage.store().list(WordCountRun.BUCKET, folder)).isNotEmpty();
    kubectl.run(
        "-n",
        NAME,
        "patch",
        "streamjob",
        "word-count",
        "--type=merge",
        "-p",
        "{\"spec\": {\"deletion\": {\"policy\": \"Discard\"}}}");
    delete("word-count");
    assertThat(stage.store().list(WordCountRun.BUCKET, folder)).isEmpty();
  }

  private void delete(String job) {
    kubectl.run("-n", NAME, "delete", "streamjob", job, "--wait=false");
    Awaitility.await("the end of StreamJob " + job)
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                kubectl
                    .run("-n", NAME, "get", "streamjob", job, "--ignore-not-found", "-o", "name")
                    .isBlank());
  }

  /** Its checkpoints stay. */
  private void keep() {
    String uid =
        kubectl.run("-n", NAME, "get", "streamjob", "fork", "-o", "jsonpath={.metadata.uid}");
    kubectl.run(
        "-n",
        NAME,
        "patch",
        "streamjob",
        "fork",
        "--type=merge",
        "-p",
        "{\"spec\": {\"deletion\": {\"policy\": \"Keep\"}}}");
    delete("fork");
    String folder = NAME + "/state/" + NAME + "/fork-" + uid.substring(0, 8) + "/checkpoints/";
    assertThat(stage.store().list(WordCountRun.BUCKET, folder).keySet())
        .anyMatch(key -> key.endsWith("/_metadata"));
  }

  /** Deleted and applied again, as from Git, with a restore in it that was carried out long ago. */
  private JsonNode recreate(WordCountRun run, String last) {
    kubectl.apply(
        run.manifest()
            .replace("spec:\n", "spec:\n  restore: {from: cut-short, id: by-name}\n")
            .replace("word-count:1", "word-count:2"));
    JsonNode found = await(run, "the choices", job -> "StateFound".equals(upgradeReady(job)));
    assertThat(found.at("/status/waitingFor").asText()).contains(last);
    assertThat(found.at("/status/current").isMissingNode()).isTrue();
    return found;
  }

  private static void choose(WordCountRun run, JsonNode found, String location) {

    patch(
        run,
        "{'spec': {'restore': {'from': '%s', 'id': '%s'}}}"
            .formatted(location, found.at("/metadata/uid").asText().substring(0, 8)));
    JsonNode running = await(run, "a running job", job -> isDone(job, "Running"));
    assertThat(running.at("/status/job/restoredFrom").asText()).isEqualTo(location);
  }

  /** Another StreamJob goes on from the savepoint, and with the output. */
  private void fork(WordCountRun run, String location) {
    kubectl.apply(
        run.manifest()
            .replace("  name: word-count\n", "  name: fork\n")
            .replace("spec:\n", "spec:\n  restore: {from: '" + location + "', id: a}\n"));
    JsonNode forked =
        run.jobs().await("fork", "a running fork", LIMIT, job -> isDone(job, "Running"));
    assertThat(forked.at("/status/job/restoredFrom").asText()).isEqualTo(location);
  }

  private static String location(JsonNode job) {
    return job.at("/status/restorePoints/0/location").asText();
  }

  private static String savepoint(JsonNode job) {
    return job.at("/status/restorePoints/0/savepoint").asText();
  }

  private static String upgradeReady(JsonNode job) {
    return StreamJobs.condition(job, "UpgradeReady").path("reason").asText();
  }

  private static boolean isDone(JsonNode job, String phase) {
    return phase.equals(job.at("/status/phase").asText())
        && job.at("/status/rollout").isMissingNode()
        && job.at("/metadata/generation").equals(job.at("/status/observedGeneration"));
  }

  private static void patch(WordCountRun run, String patch) {
    run.jobs().patch(WordCountRun.JOB, patch.replace('\'', '"'));
  }

  private static JsonNode await(WordCountRun run, String what, Predicate<JsonNode> wish) {
    return run.jobs().await(WordCountRun.JOB, what, LIMIT, wish);
  }
}
