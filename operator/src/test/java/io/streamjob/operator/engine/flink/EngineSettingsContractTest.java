package io.streamjob.operator.engine.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a spec says about checkpoints, state and restarts, is what a real engine does: asked of the
 * engine itself, not of the operator's client. Needs what {@link FlinkEngineContractTest} needs.
 */
@Tag("contract")
class EngineSettingsContractTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Owner OWNER = new Owner("shop", "orders", "1f0c7c52-5d3b-4b8a-9c1e");

  /** The settings under test; all others of a revision are about its pods. */
  private static final List<String> SETTINGS =
      List.of(
          "execution.checkpointing.",
          "execution.state-recovery.",
          "restart-strategy.",
          "state.backend.");

  /** Those of them that the engine reads from its cluster's options, and not from the job's. */
  private static final List<String> OF_THE_CLUSTER =
      List.of(
          "execution.checkpointing.num-retained",
          "execution.checkpointing.local-backup.enabled",
          "execution.state-recovery.from-local");

  @TempDir static Path folder;
  private static FlinkEngine engine;
  private static EngineCluster cluster;
  private static URI at;

  private String name;

  @BeforeAll
  static void start() throws IOException {
    Path wordCount = FlinkEngineContractTest.required("streamjob.test.word-count");
    engine = new FlinkEngine(FlinkLimits.DEFAULT);
    cluster =
        EngineCluster.start(
            FlinkEngineContractTest.required("streamjob.test.engine"),
            folder,
            Map.of(
                "job.jar", wordCount.resolve("word-count-1.jar"),
                "fails.jar", wordCount.resolve("word-count-incompatible.jar")),
            ofTheCluster(
                """
                checkpoints: {retained: 4}
                state: {storage: 's3://bucket/a', localRecovery: true}
                """),
            engine);
    at = cluster.coordinator();
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/text.txt"), "to be or not to be\n".repeat(100));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (engine != null) {
      engine.close();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    name = test.getDisplayName() + test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void freeTheSlots() {
    engine.cancel(at, JobId.of(name));
    Eventually.until(
        "the slots are free",
        SOON,
        () -> engine.slots(at),
        slots -> slots.optional().map(s -> s.free() == 2).orElse(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          checkpoints: {interval: 700ms, minPause: 100ms, timeout: 77s, unaligned: true, toleratedFailures: 4, retained: 2} | interval=700, min_pause=100, timeout=77000, mode=exactly_once, max_concurrent=1, unaligned_checkpoints=true, tolerable_failed_checkpoints=4
          checkpoints: {interval: 400ms, minPause: 0s, timeout: 1m, mode: AtLeastOnce, maxConcurrent: 3, toleratedFailures: 1, retained: 4} | interval=400, min_pause=0, timeout=60000, mode=at_least_once, max_concurrent=3, unaligned_checkpoints=false, tolerable_failed_checkpoints=1
          checkpoints: {interval: 600ms} | interval=600, min_pause=500, timeout=600000, mode=exactly_once, max_concurrent=1, unaligned_checkpoints=false, tolerable_failed_checkpoints=0
          """)
  void aJobTakesItsCheckpointsAsItsSpecSays(String yaml, String expected) {
    submit("job.jar", yaml, null);
    awaitCheckpoints(1);

    JsonNode told = rest("/checkpoints/config");

    for (String field : expected.split(", ", -1)) {
      String[] keyAndValue = field.split("=", -1);
      assertThat(told.path(keyAndValue[0]).asText()).as(field).isEqualTo(keyAndValue[1]);
    }
    assertThat(told.at("/externalization/enabled").asBoolean()).isTrue();
    assertThat(told.at("/externalization/delete_on_cancellation").asBoolean(true)).isFalse();
    assertThat(told.path("checkpoint_storage").asText()).isEqualTo("FileSystemCheckpointStorage");
  }

  @Test
  void soManyCheckpointsAreKeptAsTheSpecSays() throws IOException {
    submit("job.jar", "checkpoints: {interval: 100ms, minPause: 0s}", null);
    awaitCheckpoints(6);

    engine.cancel(at, JobId.of(name));
    awaitState(JobState.CANCELED);

    try (Stream<Path> kept = Files.list(checkpoints())) {
      assertThat(kept.filter(it -> Files.exists(it.resolve("_metadata")))).hasSize(4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RocksDB, true, EmbeddedRocksDBStateBackend",
    "RocksDB, false, EmbeddedRocksDBStateBackend",
    "HashMap, false, HashMapStateBackend",
    "ForSt, true, ForStStateBackend",
    "ForSt, false, ForStStateBackend",
  })
  void theBackendHoldsTheStateAndSharesFilesOnlyOfIncrements(
      String backend, boolean incremental, String engineClass) throws IOException {
    submit(
        "job.jar",
        """
        state: {storage: 's3://bucket/a', backend: %s, incremental: %s}
        checkpoints: {interval: 200ms}
        # Small state would lie in _metadata itself.
        config: {execution.checkpointing.data-inline-threshold: 0b}
        """
            .formatted(backend, incremental),
        null);
    awaitCheckpoints(2);

    assertThat(rest("/checkpoints/config").path("state_backend").asText()).isEqualTo(engineClass);
    try (Stream<Path> shared = Files.list(checkpoints().resolve("shared"))) {
      assertThat(shared.findAny().isPresent()).isEqualTo(incremental);
    }
  }

  /** Nobody but a worker that has its own copy can bring back what the store has lost. */
  @Test
  void tasksThatRestartTakeTheirStateFromTheWorkersDiskIfTheSpecSaysSo() throws IOException {
    submit(
        "job.jar",
        """
        checkpoints: {interval: 300ms}
        restart: {strategy: FixedDelay, attempts: 3, delay: 1s}
        # Small state would lie in the coordinator's memory.
        config: {execution.checkpointing.data-inline-threshold: 0b}
        """,
        null);
    awaitCheckpoints(2);
    Path shared = checkpoints().resolve("shared");

    Files.move(shared, folder.resolve("lost"));
    Files.createFile(shared); // the next checkpoint that has to write there fails, and the job
    Files.writeString(folder.resolve("in/more.txt"), "that is the question\n");
    awaitRestarts(1);
    Files.delete(shared);

    awaitCheckpoints(1 + checkpointsCompleted());
    assertThat(engine.job(at, JobId.of(name)).optional().map(JobView::state))
        .contains(JobState.RUNNING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {strategy: None} | 0 | 0
          {strategy: FixedDelay, attempts: 2, delay: 300ms} | 2 | 300
          {strategy: FailureRate, failures: 2, within: 1m, delay: 200ms} | 2 | 200
          {strategy: ExponentialDelay, attempts: 2, delay: 400ms, maxDelay: 500ms} | 2 | 300
          """)
  void aJobThatFailsIsRestartedAsOftenAndAsSlowlyAsItsSpecSays(
      String restart, int restarts, long leastPause) {
    String savepoint = stopWithSavepoint("", SavepointFormat.NATIVE);
    name += "/failing";

    submit("fails.jar", "restart: " + restart, savepoint);

    awaitState(JobState.FAILED);
    assertThat(engine.job(at, JobId.of(name)).optional().map(JobView::restarts)).contains(restarts);
    List<Long> failures = new ArrayList<>();
    rest("/exceptions")
        .at("/exceptionHistory/entries")
        .forEach(failure -> failures.add(failure.path("timestamp").asLong()));
    assertThat(failures).hasSize(restarts + 1);
    for (int i = 0; i < restarts; i++) {
      // The newest comes first.
      assertThat(failures.get(i) - failures.get(i + 1)).isGreaterThanOrEqualTo(leastPause);
    }
  }

  @ParameterizedTest
  @EnumSource(StateBackend.class)
  void eachBackendGoesOnFromItsNativeSavepoint(StateBackend backend) {
    String savepoint = stopWithSavepoint(on(backend), SavepointFormat.NATIVE);
    name += "/next";

    submit("job.jar", on(backend), savepoint);

    awaitCheckpoints(1);
    assertThat(rest("/checkpoints").at("/latest/restored/external_path").asText())
        .isEqualTo(savepoint);
  }

  /** Why the operator never asks for one. */
  @Test
  void askedForACanonicalSavepointTheTasksOfForStFail() {
    submit("job.jar", on(StateBackend.ForSt) + "restart: {strategy: None}\n", null);
    awaitCheckpoints(1);

    engine.takeSavepoint(at, JobId.of(name), trigger(), directory(), SavepointFormat.CANONICAL);

    awaitState(JobState.FAILED);
  }

  /** Why the operator does not move state to it. */
  @Test
  void forStDoesNotReadTheCanonicalFormat() {
    String savepoint = stopWithSavepoint("", SavepointFormat.CANONICAL);
    name += "/next";

    submit("job.jar", on(StateBackend.ForSt) + "restart: {strategy: None}\n", savepoint);

    awaitState(JobState.FAILED);
  }

  private static String on(StateBackend backend) {
    return "state: {storage: 's3://bucket/a', backend: %s}\n".formatted(backend);
  }

  private void submit(String jar, String yaml, @Nullable String restoreFrom) {
    Map<String, String> options = rendered(yaml);
    options.put("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    options.put("execution.checkpointing.savepoint-dir", directory());
    assertThat(
            engine.submit(
                at,
                new Submission(
                    ApplicationId.of(name),
                    Optional.of(JobId.of(name)),
                    jar,
                    Optional.empty(),
                    List.of(
                        "--input", folder.resolve("in").toUri().toString(),
                        "--output", folder.resolve("out").resolve(id()).toUri().toString()),
                    2,
                    Optional.ofNullable(restoreFrom),
                    options)))
        .isEqualTo(new Answer.Accepted());
  }

  /** What {@code config.yaml} says of a revision with this spec. */
  private static Map<String, String> rendered(String yaml) {
    String state = yaml.contains("state:") ? "" : "state: {storage: 's3://bucket/a'}\n";
    StreamJobSpec spec =
        Serialization.unmarshal(
            "image: a\njob: {jar: 'local:///a.jar'}\n" + state + yaml, StreamJobSpec.class);
    Map<String, String> options =
        switch (SpecParser.parse(spec)) {
          case Parsed.Valid valid ->
              config(RevisionCluster.of(OWNER, 1, 1, valid.spec()).configMap().getData());
          case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
        };
    options.keySet().removeIf(key -> SETTINGS.stream().noneMatch(key::startsWith));
    return options;
  }

  private static Map<String, String> ofTheCluster(String yaml) {
    Map<String, String> options = rendered(yaml);
    options.keySet().retainAll(OF_THE_CLUSTER);
    return options;
  }

  private static Map<String, String> config(Map<String, String> files) {
    try {
      return new TreeMap<>(
          new YAMLMapper()
              .readValue(
                  Objects.requireNonNull(files.get("config.yaml")),
                  new TypeReference<Map<String, String>>() {}));
    } catch (IOException e) {
      throw new AssertionError("config.yaml cannot be read", e);
    }
  }

  private String stopWithSavepoint(String yaml, SavepointFormat format) {
    submit("job.jar", yaml, null);
    // One that has come to no checkpoint has no state to speak of.
    awaitCheckpoints(1);
    engine.stop(at, JobId.of(name), trigger(), directory(), format);
    awaitState(JobState.FINISHED);
    Reading<SavepointView> view =
        Eventually.until(
            "the savepoint is complete",
            SOON,
            () -> engine.savepoint(at, JobId.of(name), trigger()),
            answer -> answer.optional().orElse(null) instanceof SavepointView.Completed);
    return ((SavepointView.Completed) view.optional().orElseThrow()).location();
  }

  private String id() {
    return JobId.of(name).hex();
  }

  private TriggerId trigger() {
    return TriggerId.of(name);
  }

  private String directory() {
    return folder.resolve("savepoints").resolve(id()).toUri().toString();
  }

  private Path checkpoints() {
    return folder.resolve("checkpoints").resolve(id());
  }

  private void awaitCheckpoints(long completed) {
    Eventually.until(
        completed + " checkpoints",
        SOON,
        () -> engine.checkpoints(at, JobId.of(name)),
        told -> told.optional().map(Checkpoints::completed).orElse(0L) >= completed);
  }

  private long checkpointsCompleted() {
    return engine.checkpoints(at, JobId.of(name)).optional().orElseThrow().completed();
  }

  private void awaitRestarts(int restarts) {
    Eventually.until(
        restarts + " restarts",
        SOON,
        () -> engine.job(at, JobId.of(name)),
        view -> view.optional().map(JobView::restarts).orElse(0) >= restarts);
  }

  private void awaitState(JobState wanted) {
    Eventually.until(
        "the job is " + wanted,
        SOON,
        () -> engine.job(at, JobId.of(name)),
        view -> view.optional().map(v -> v.state() == wanted).orElse(false));
  }

  /** What the engine itself tells of the job. */
  private JsonNode rest(String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return new JsonMapper()
          .readTree(
              http.send(
                      HttpRequest.newBuilder(at.resolve("/jobs/" + id() + path)).build(),
                      BodyHandlers.ofString())
                  .body());
    } catch (IOException e) {
      throw new AssertionError("the engine does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
