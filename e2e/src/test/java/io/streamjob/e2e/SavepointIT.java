package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.wordcount.StreamJobs;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Savepoints by annotation, by hand, by schedule and by an upgrade, of a job that runs on: proven,
 * kept, found broken and removed; what is in the bucket, another client of it says.
 */
class SavepointIT {
  private static final String NAME = "e2e-savepoint";
  private static final int MANY = 10_000;
  private static final Duration MANY_ARE_REMOVED_WITHIN = Duration.ofSeconds(60);

  /** Magic number of RocksDB's tables, their last eight bytes. */
  private static final byte[] END_OF_TABLE = HexFormat.of().parseHex("f7cff485b741e288");

  private final Stage stage = Stage.get();

  @Test
  void savepointsAreTakenProvenKeptAndRemoved(@TempDir Path folder) {
    Text text = Text.read("", 2 << 20, 32 << 10);
    try (WordCountRun run =
        stage.run(
            NAME,
            text,
            sample -> sample.replace("spec:\n", "spec:\n  savepoints:\n    reverify: 2s\n"))) {
      Scene scene = new Scene(run, stage.store());
      CommandLine commandLine = CommandLine.in(folder, stage.cluster(), NAME);
      String engineJob = run.awaitRunning(Scene.LIMIT).at("/status/job/id").asText();
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);

      JsonNode asked = ask(scene, commandLine);
      JsonNode byHand = takeByHand(scene);
      scene.patch("{'spec': {'savepoints': {'schedule': '* * * * *'}}}");
      String stray = leaveNoRoomAndSomethingThatNobodyNeeds(scene);
      removeWithManyObjects(scene, byHand);
      JsonNode scheduled = awaitReason(scene, "Scheduled");
      awaitAdvice(scene, stray);
      scene.patch("{'spec': {'savepoints': {'schedule': null}}}");
      assertThat(scene.job().at("/status/job/id").asText())
          .as("none of it has restarted the job")
          .isNotEmpty()
          .isEqualTo(engineJob);

      JsonNode upgrade = upgrade(scene);
      assertThat(upgrade.at("/status/jobId").asText()).isEqualTo(engineJob);

      JsonNode read = ask(scene, commandLine);
      scene.patch("{'spec': {'savepoints': {'retention': {'maxCount': 1}, 'deepCheck': 'Whole'}}}");
      awaitRetention(scene, scheduled, List.of(asked, upgrade, read));
      damageATable(scene, read);
      loseAFile(scene, asked);

      waitForAJob(scene);
      scene.assertExact();
    }
  }

  /** Asks as the documentation tells people who know the engine's command line. */
  private static JsonNode ask(Scene scene, CommandLine commandLine) {
    commandLine.insteadOf("flink savepoint :jobId [dir]", WordCountRun.JOB, "");
    String id = scene.job().at("/metadata/annotations/streamjob.io~1savepoint").asText();
    assertThat(id).isNotEmpty();
    JsonNode asked =
        scene.awaitAnySavepoint(
            "of id " + id,
            it -> Scene.name(it).endsWith("-id-" + id) && "Completed".equals(Scene.phase(it)));
    scene.assertIsInTheBucket(asked);
    assertThat(asked.at("/spec/reason").asText()).isEqualTo("Manual");
    assertThat(asked.at("/status/operators")).isNotEmpty();
    return asked;
  }

  private static JsonNode takeByHand(Scene scene) {
    JsonNode byHand = scene.take("by-hand");
    scene.kubectl("wait", "--for=condition=Verified", "ssp/by-hand", "--timeout=20s");
    scene.assertIsInTheBucket(byHand);
    assertThat(byHand.at("/status/engineVersion").asText()).isEqualTo("2.3.0");
    return byHand;
  }

  private static JsonNode awaitReason(Scene scene, String reason) {
    JsonNode found =
        scene.awaitAnySavepoint(
            "of reason " + reason,
            it ->
                reason.equals(it.at("/spec/reason").asText())
                    && "Completed".equals(Scene.phase(it)));
    scene.assertIsInTheBucket(found);
    return found;
  }

  /** A quota that is full, and a file in a folder of the job's that no savepoint is in. */
  private static String leaveNoRoomAndSomethingThatNobodyNeeds(Scene scene) {
    scene.kubectl("create", "quota", "full", "--hard=count/configmaps=1");
    String stray =
        "s3://%s/%s/state/%s/%s-%s/savepoints/stray/"
            .formatted(
                WordCountRun.BUCKET,
                NAME,
                NAME,
                WordCountRun.JOB,
                scene.job().at("/metadata/uid").asText().substring(0, 8));
    scene.store().put(WordCountRun.BUCKET, Scene.key(stray) + "file", new byte[7]);
    return stray;
  }

  /** Both are told while the job just runs, and hold nothing up. */
  private static void awaitAdvice(Scene scene, String stray) {
    JsonNode told =
        scene.await(
            "UpgradeReady=False for lack of room, and an orphan",
            it ->
                "NoRoom".equals(StreamJobs.condition(it, "UpgradeReady").path("reason").asText())
                    && it.at("/status/orphans/folders").toString().contains(stray));
    assertThat(StreamJobs.condition(told, "UpgradeReady").path("message").asText())
        .contains("ResourceQuota full", "count/configmaps", "next step: ");
    assertThat(told.at("/status/phase").asText()).isEqualTo("Running");
    scene.kubectl("delete", "quota", "full");
  }

  private static JsonNode upgrade(Scene scene) {
    scene.run().release("2");
    scene.await(
        "version 2",
        it ->
            it.at("/status/current/number").asInt() == 2
                && it.at("/status/rollout").isMissingNode());
    return awaitReason(scene, "Upgrade");
  }

  /** All that lies in its folder goes with it, although the operator dies in the midst of that. */
  private void removeWithManyObjects(Scene scene, JsonNode savepoint) {
    String directory = Scene.directory(savepoint);
    List<String> more =
        IntStream.range(0, MANY)
            .mapToObj(number -> Scene.key(directory) + "more/%05d".formatted(number))
            .toList();
    scene.store().putAll(WordCountRun.BUCKET, more, new byte[1]);
    assertThat(scene.objects(directory)).hasSizeGreaterThan(MANY);

    long began = System.nanoTime();
    scene.kubectl("delete", "ssp", Scene.name(savepoint), "--wait=false");
    Awaitility.await("the first of %d objects to go".formatted(MANY))
        .atMost(MANY_ARE_REMOVED_WITHIN)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> scene.store().list(WordCountRun.BUCKET, more.getFirst()).isEmpty());
    killTheOperator();
    int left = scene.objects(directory).size();
    scene.awaitGone("ssp", Scene.name(savepoint));
    Duration taken = Duration.ofNanos(System.nanoTime() - began);

    System.err.printf(
        "retention: objects=%d seconds=%.1f, of which %d after the operator's death%n",
        MANY, taken.toMillis() / 1e3, left);
    assertThat(scene.objects(directory)).isEmpty();
    assertThat(left).as("objects left when the operator was killed").isPositive();
    assertThat(taken).isLessThan(MANY_ARE_REMOVED_WITHIN);
  }

  private void killTheOperator() {
    stage
        .cluster()
        .kubectl()
        .run(
            "-n",
            Product.NAMESPACE,
            "delete",
            "pod",
            "--all",
            "--wait=false",
            "--grace-period=0",
            "--force");
  }

  /** What is beyond it is marked first; then it goes with its objects, and nothing else does. */
  private static void awaitRetention(Scene scene, JsonNode expired, List<JsonNode> kept) {
    JsonNode marked =
        scene.awaitSavepoint(
            Scene.name(expired),
            "marked by retention",
            it -> !it.at("/status/expiresAt").isMissingNode());
    assertThat(marked.at("/metadata/deletionTimestamp").isMissingNode()).isTrue();
    scene.assertIsInTheBucket(marked);

    scene.awaitGone("ssp", Scene.name(expired));

    assertThat(scene.objects(Scene.directory(expired))).isEmpty();
    assertThat(kept)
        .allSatisfy(
            it -> {
              JsonNode now = scene.savepoint(Scene.name(it));
              assertThat(Scene.phase(now)).isEqualTo("Completed");
              assertThat(now.at("/status/expiresAt").isMissingNode()).isTrue();
              scene.assertIsInTheBucket(now);
            });
  }

  /** One bit of a table is another: names and sizes do not tell, what is in it does. */
  private static void damageATable(Scene scene, JsonNode savepoint) {
    String name = Scene.name(savepoint);
    List<String> tables =
        scene.files(savepoint).keySet().stream().filter(key -> isTable(scene, key)).toList();
    JsonNode sound =
        scene.awaitSavepoint(
            name, "read through", it -> !it.at("/status/deepCheck/checkedAt").isMissingNode());
    assertThat(tables).isNotEmpty();
    assertThat(sound.at("/status/deepCheck/of").asInt()).isEqualTo(tables.size());
    assertThat(sound.at("/status/deepCheck/tables").asInt()).isEqualTo(tables.size());
    assertThat(sound.at("/status/deepCheck/damage").isMissingNode()).isTrue();

    String table = tables.getFirst();
    flipABit(scene, table);
    JsonNode broken = scene.awaitPhase(name, "Broken");
    assertThat(broken.at("/status/deepCheck/damage").asText()).contains(table);
    assertThat(broken.at("/status/conditions/0/message").asText()).contains(table);
    scene.assertIsInTheBucket(broken);

    flipABit(scene, table);
    JsonNode whole = scene.awaitPhase(name, "Completed");
    assertThat(whole.at("/status/deepCheck/damage").isMissingNode()).isTrue();
  }

  private static boolean isTable(Scene scene, String key) {
    byte[] content = scene.store().get(WordCountRun.BUCKET, key);
    int end = content.length - END_OF_TABLE.length;
    return end > 0
        && Arrays.equals(content, end, content.length, END_OF_TABLE, 0, END_OF_TABLE.length);
  }

  private static void flipABit(Scene scene, String key) {
    byte[] content = scene.store().get(WordCountRun.BUCKET, key);
    content[content.length / 2] ^= 1;
    scene.store().put(WordCountRun.BUCKET, key, content);
  }

  /** It is broken, and the job's state not safe, by the name of the object that is missing. */
  private static void loseAFile(Scene scene, JsonNode savepoint) {
    String file =
        scene.files(savepoint).keySet().stream()
            .filter(key -> !key.endsWith("/_metadata"))
            .findFirst()
            .orElseThrow();
    scene.store().delete(WordCountRun.BUCKET, file);
    JsonNode broken = scene.awaitPhase(Scene.name(savepoint), "Broken");
    assertThat(broken.at("/status/conditions/0/message").asText()).contains(file);
    scene.await(
        "StateSafe=False that names the object",
        it -> StreamJobs.condition(it, "StateSafe").path("message").asText().contains(file));
  }

  private static void waitForAJob(Scene scene) {
    scene.ask("of-nobody", "no-such-job");
    assertThat(scene.awaitPhase("of-nobody", "Pending").at("/status/waitingFor").asText())
        .contains("expected StreamJob " + NAME + "/no-such-job");
  }
}
