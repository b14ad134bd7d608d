package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job stands still, goes on from a savepoint that is named, is deleted and created anew, and is
 * forked, kept and discarded; whatever it starts from is chosen, and every record counts once.
 */
class RestoreIT {
  private static final String NAME = "e2e-restore";
  private static final String FORK = "fork";

  private final Stage stage = Stage.get();

  @Test
  void aJobStartsFromWhatSomebodyChoosesAndFromNothingElse(@TempDir Path folder) {
    Text text = Text.read("", 1 << 20, 16 << 10);
    try (WordCountRun run =
        stage.run(
            NAME,
            text,
            sample -> sample.replace("spec:\n", "spec:\n  deletion: {policy: Savepoint}\n"))) {
      Scene scene = new Scene(run, stage.store());
      CommandLine commandLine = CommandLine.in(folder, stage.cluster(), NAME);
      run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.8);

      JsonNode suspended = suspend(scene);
      resumeFromItsSavepointByName(scene, suspended);
      refuseWhatIsNotWhole(scene);
      String last = deleteWithASavepoint(scene);
      JsonNode found = recreate(scene, last);
      fork(scene, commandLine, last);

      scene.assertExact();
      // Exact so far: from here on both would process again what the fork has.
      choose(scene, found, last);
      discard(scene, found.at("/metadata/uid").asText());
      goBack(scene, commandLine, location(suspended));
      keep(scene);
      assertThat(scene.objects(last)).as("what the fork and its original began with").isNotEmpty();
    }
  }

  private static JsonNode suspend(Scene scene) {
    assertThat(pods(scene)).isNotBlank();
    scene.patch("{'spec': {'suspend': true}}");
    JsonNode suspended = scene.await("a suspended job", job -> isDone(job, "Suspended"));
    scene.awaitNoPods();
    JsonNode savepoint = suspended.at("/status/restorePoints/0");
    assertThat(savepoint.path("verifiedAt").asText()).isNotEmpty();
    assertThat(savepoint.path("jobId").asText())
        .isNotEmpty()
        .isEqualTo(suspended.at("/status/job/id").asText());
    return suspended;
  }

  private static String pods(Scene scene) {
    return scene.kubectl("get", "pods", "-l", "streamjob.io/name=word-count", "-o", "name");
  }

  private static void resumeFromItsSavepointByName(Scene scene, JsonNode suspended) {
    String name =
        scene
            .await("a recorded savepoint", job -> !savepoint(job).isEmpty())
            .at("/status/restorePoints/0/savepoint")
            .asText();
    scene.patch(
        "{'spec': {'image': 'streamjob/word-count:2', 'suspend': false, 'restore': {'from': '%s', 'id': 'by-name'}}}"
            .formatted(name));
    JsonNode resumed = scene.await("a resumed job", job -> isDone(job, "Running"));
    assertThat(restoredFrom(resumed)).isEqualTo(location(suspended)).startsWith("s3://");
    assertThat(resumed.at("/status/current/image").asText()).endsWith(":2");
    assertThat(resumed.at("/status/requests/0/annotation").asText()).isEqualTo("spec.restore");
  }

  /** One object is cut short: nothing starts from it, and what runs is not touched. */
  private static void refuseWhatIsNotWhole(Scene scene) {
    JsonNode savepoint = scene.take("cut-short");
    String file =
        scene.files(savepoint).entrySet().stream()
            .filter(entry -> entry.getValue() > 1 && !entry.getKey().endsWith("/_metadata"))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    scene.store().put(WordCountRun.BUCKET, file, new byte[1]);
    String job = scene.job().at("/status/job/id").asText();

    scene.patch("{'spec': {'restore': {'from': 'cut-short', 'id': 'broken'}}}");
    JsonNode refused =
        scene.await("a refusal", it -> "RestorePointUnusable".equals(upgradeReady(it)));

    assertThat(refused.at("/status/waitingFor").asText()).contains(file);
    assertThat(refused.at("/status/job/id").asText()).isNotEmpty().isEqualTo(job);
    assertThat(refused.at("/status/job/state").asText()).isEqualTo("RUNNING");
    scene.patch("{'spec': {'restore': null}}");
    scene.await("nothing wished", it -> "UpToDate".equals(upgradeReady(it)));
  }

  /** The job is stopped with a savepoint before the object goes; the record outlives both. */
  private static String deleteWithASavepoint(Scene scene) {
    scene.delete("streamjob", WordCountRun.JOB);
    String record =
        scene.kubectl(
            "get",
            "ssp",
            "-o",
            "jsonpath={range .items[?(@.spec.reason=='Delete')]}{.status.phase} {.status.location}{end}");
    assertThat(record).startsWith("Completed s3://");
    return record.split(" ", 2)[1];
  }

  /** Deleted and applied again, as from Git, with a restore in it that was carried out long ago. */
  private static JsonNode recreate(Scene scene, String last) {
    scene.apply(
        scene
            .run()
            .manifest()
            .replace("spec:\n", "spec:\n  restore: {from: cut-short, id: by-name}\n")
            .replace("word-count:1", "word-count:2"));
    JsonNode found = scene.await("the choices", job -> "StateFound".equals(upgradeReady(job)));
    assertThat(found.at("/status/waitingFor").asText()).contains(last);
    assertThat(found.at("/status/current").isMissingNode()).isTrue();
    scene.awaitNoPods();
    return found;
  }

  /** Another StreamJob goes on from the savepoint, and with the output. */
  private static void fork(Scene scene, CommandLine commandLine, String location) {
    commandLine.provide(
        FORK, scene.run().manifest().replace("  name: word-count\n", "  name: fork\n"));
    commandLine.insteadOf("flink run -s :path, a new job", FORK, location);
    assertThat(restoredFrom(awaitFork(scene, "a running fork", ""))).isEqualTo(location);
  }

  /** The fork, which runs, begins again from where it has never been. */
  private static void goBack(Scene scene, CommandLine commandLine, String location) {
    JsonNode before = scene.run().jobs().get(FORK);
    assertThat(restoredFrom(before)).isNotEqualTo(location);
    commandLine.insteadOf("flink run -s :path, a job that runs", FORK, location);
    JsonNode after =
        awaitFork(scene, "a fork that began again", before.at("/status/job/id").asText());
    assertThat(restoredFrom(after)).isEqualTo(location);
  }

  private static JsonNode awaitFork(Scene scene, String what, String otherThan) {
    return scene
        .run()
        .jobs()
        .await(
            FORK,
            what,
            Scene.LIMIT,
            job -> isDone(job, "Running") && !otherThan.equals(job.at("/status/job/id").asText()));
  }

  private static void choose(Scene scene, JsonNode found, String location) {
    scene.patch(
        "{'spec': {'restore': {'from': '%s', 'id': '%s'}}}"
            .formatted(location, found.at("/metadata/uid").asText().substring(0, 8)));
    JsonNode running = scene.await("a running job", job -> isDone(job, "Running"));
    assertThat(restoredFrom(running)).isEqualTo(location);
  }

  /** Nothing of it is left, neither in the cluster nor in the bucket. */
  private static void discard(Scene scene, String uid) {
    scene.take("of-the-discarded");
    String folder = folder(WordCountRun.JOB, uid);
    assertThat(scene.objects(folder)).isNotEmpty();
    assertThat(pods(scene)).isNotBlank();
    scene.patch("{'spec': {'deletion': {'policy': 'Discard'}}}");
    scene.delete("streamjob", WordCountRun.JOB);
    assertThat(scene.objects(folder)).isEmpty();
    scene.awaitNoPods();
    assertThat(scene.isGone("ssp", "of-the-discarded")).isTrue();
  }

  /** Its checkpoints stay. */
  private static void keep(Scene scene) {
    String uid = scene.run().jobs().get(FORK).at("/metadata/uid").asText();
    scene.patch(FORK, "{'spec': {'deletion': {'policy': 'Keep'}}}");
    scene.delete("streamjob", FORK);
    assertThat(scene.objects(folder(FORK, uid) + "checkpoints/").keySet())
        .anyMatch(key -> key.endsWith("/_metadata"));
  }

  private static String folder(String job, String uid) {
    return "s3://%s/%s/state/%s/%s-%s/"
        .formatted(WordCountRun.BUCKET, NAME, NAME, job, uid.substring(0, 8));
  }

  private static String restoredFrom(JsonNode job) {
    return job.at("/status/job/restoredFrom").asText();
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
}
