package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * A word count and the StreamSavepoints beside it, as kubectl tells of them; and what is in the
 * bucket, as a client says that the product does not use.
 *
 * @param run the word count
 * @param store where its state is
 */
record Scene(WordCountRun run, ObjectStore store) {
  static final Duration LIMIT = Duration.ofMinutes(5);
  static final Duration PIECE_EVERY = Duration.ofMillis(320);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final JsonMapper JSON = new JsonMapper();

  /** Runs one command in the namespace of the scene, and returns what it printed. */
  String kubectl(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = run.namespace();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return run.jobs().kubectl().run(all);
  }

  void apply(String manifests) {
    run.jobs().kubectl().apply(manifests);
  }

  /** Edits the word count by a merge patch, in which single quotes stand for double ones. */
  void patch(String mergePatch) {
    patch(WordCountRun.JOB, mergePatch);
  }

  void patch(String job, String mergePatch) {
    run.jobs().patch(job, mergePatch.replace('\'', '"'));
  }

  JsonNode job() {
    return run.jobs().get(WordCountRun.JOB);
  }

  /** Waits until the word count is as wished. */
  JsonNode await(String what, Predicate<JsonNode> wish) {
    return run.jobs().await(WordCountRun.JOB, what, LIMIT, wish);
  }

  /** Waits until an attempt has ended, and returns what history says of it. */
  JsonNode awaitAttempt(int attempt) {
    return await(
            "the end of attempt " + attempt,
            job ->
                job.at("/status/rollout").isMissingNode()
                    && job.at("/status/history/0/attempt").asInt() == attempt)
        .at("/status/history/0");
  }

  /** The way to the engine of the current revision. */
  EngineRest engine(Cluster cluster) {
    return new EngineRest(cluster.route(run.namespace(), WordCountRun.JOB, 8081));
  }

  /** Kills the workers, and waits until the engine has brought the job back from a checkpoint. */
  void loseWorker(EngineRest rest) {
    String job = job().at("/status/job/id").asText();
    String before = rest.restoredFrom(job);
    run.kill(Component.WORKER);
    awaiting("job %s to be brought back".formatted(job))
        .until(
            () ->
                rest.state(job).equals("RUNNING")
                    && !rest.restoredFrom(job).equals(before)
                    && rest.restoredFrom(job).contains("/checkpoints/" + job + "/chk-"));
  }

  /** Asks for a savepoint by hand. */
  void ask(String name, String job) {
    apply(
        """
        apiVersion: streamjob.io/v1beta1
        kind: StreamSavepoint
        metadata: {name: %s, namespace: %s}
        spec: {job: %s}
        """
            .formatted(name, run.namespace(), job));
  }

  /** Has a savepoint of the word count taken by hand, and waits until it is completed. */
  JsonNode take(String name) {
    ask(name, WordCountRun.JOB);
    return awaitPhase(name, "Completed");
  }

  JsonNode savepoint(String name) {
    return object("streamsavepoint", name);
  }

  JsonNode object(String kind, String name) {
    return read(kubectl("get", kind, name, "-o", "json"));
  }

  JsonNode awaitPhase(String name, String phase) {
    return awaitSavepoint(name, "in phase " + phase, it -> phase.equals(phase(it)));
  }

  /** Waits until a StreamSavepoint is as wished. */
  JsonNode awaitSavepoint(String name, String what, Predicate<JsonNode> wish) {
    return awaiting("StreamSavepoint %s %s".formatted(name, what))
        .until(() -> savepoint(name), wish);
  }

  /** Waits until any StreamSavepoint is as wished. */
  JsonNode awaitAnySavepoint(String what, Predicate<JsonNode> wish) {
    return awaiting("a StreamSavepoint " + what).until(() -> find(wish), it -> !it.isMissingNode());
  }

  private JsonNode find(Predicate<JsonNode> wish) {
    JsonNode all = read(kubectl("get", "streamsavepoint", "-o", "json")).path("items");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(wish)
        .findFirst()
        .orElse(JSON.missingNode());
  }

  /** Deletes an object and waits until it is gone. */
  void delete(String kind, String name) {
    kubectl("delete", kind, name, "--wait=false");
    awaitGone(kind, name);
  }

  void awaitGone(String kind, String name) {
    awaiting("the end of %s %s".formatted(kind, name)).until(() -> isGone(kind, name));
  }

  boolean isGone(String kind, String name) {
    return kubectl("get", kind, name, "--ignore-not-found", "-o", "name").isBlank();
  }

  /** What ended ends a while before the kubelet has cleared up after it. */
  void awaitNoPods() {
    awaitNoPods("streamjob.io/name=" + WordCountRun.JOB);
  }

  void awaitNoPods(String selector) {
    awaiting("the end of all pods of " + selector)
        .until(() -> kubectl("get", "pods", "-l", selector, "-o", "name").isBlank());
  }

  private static ConditionFactory awaiting(String what) {
    return Awaitility.await(what).atMost(LIMIT).pollInterval(LOOK_EVERY);
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  static String phase(JsonNode object) {
    return object.at("/status/phase").asText();
  }

  /** The folder that a StreamSavepoint names as its own. */
  static String directory(JsonNode savepoint) {
    return savepoint.at("/status/directory").asText();
  }

  /** Sizes of all objects in a folder, by key. */
  Map<String, Long> objects(String folder) {
    return store.list(WordCountRun.BUCKET, key(folder.endsWith("/") ? folder : folder + "/"));
  }

  /** The key of what is named as {@code s3://bucket/key}. */
  static String key(String address) {
    String bucket = "s3://" + WordCountRun.BUCKET + "/";
    assertThat(address).startsWith(bucket).hasSizeGreaterThan(bucket.length());
    return address.substring(bucket.length());
  }

  /** Sizes of the files of a savepoint, without the markers of the engine's file system. */
  Map<String, Long> files(JsonNode savepoint) {
    Map<String, Long> files = objects(savepoint.at("/status/location").asText());
    files.keySet().removeIf(key -> key.endsWith("/"));
    return files;
  }

  /** There are as many files, of as many bytes, as status says. */
  void assertIsInTheBucket(JsonNode savepoint) {
    Map<String, Long> files = files(savepoint);
    assertThat(files).hasSize(savepoint.at("/status/files").asInt());
    assertThat(files.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(savepoint.at("/status/sizeBytes").asLong());
    assertThat(files.keySet()).anyMatch(key -> key.endsWith("/_metadata"));
  }

  /** Feeds the rest of the text; every word of it is written once. */
  void assertExact() {
    run.feeder().feedUpTo(1.0);
    Ledger ledger = run.awaitOutput();
    assertThat(ledger.lost(run.expected())).as("lost").isZero();
    assertThat(ledger.doubled()).as("doubled").isZero();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl did not print JSON", e);
    }
  }
}
