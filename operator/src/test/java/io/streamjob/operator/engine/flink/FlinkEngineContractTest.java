package io.streamjob.operator.engine.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.CheckpointView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorIds;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the port promises, held against a real engine. Needs the assembled engine in the system
 * property {@code streamjob.test.engine}, and the word count jars in {@code
 * streamjob.test.word-count}; without them it fails.
 */
@Tag("contract")
class FlinkEngineContractTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static FlinkEngine engine;
  private static EngineCluster cluster;
  private static URI at;

  private String attempt;
  private JobId job;
  private ApplicationId application;
  private Map<String, String> options = Map.of("execution.checkpointing.interval", "300ms");

  @BeforeAll
  static void start() throws IOException {
    Path wordCount = required("streamjob.test.word-count");
    engine = new FlinkEngine(FlinkLimits.DEFAULT);
    cluster =
        EngineCluster.start(
            required("streamjob.test.engine"),
            folder,
            Map.of(
                "job.jar", wordCount.resolve("word-count-1.jar"),
                "v2.jar", wordCount.resolve("word-count-2.jar"),
                "throws.jar", wordCount.resolve("word-count-throws.jar"),
                "renamed.jar", wordCount.resolve("word-count-renamed.jar"),
                "incompatible.jar", wordCount.resolve("word-count-incompatible.jar"),
                "two-jobs.jar", wordCount.resolve("word-count-two-jobs.jar"),
                "fails-at-end.jar", wordCount.resolve("word-count-fails-at-end.jar")),
            Map.of(),
            engine);
    at = cluster.coordinator();
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/text.txt"), "to be or not to be\n".repeat(100));
  }

  static Path required(String property) {
    String value = System.getProperty(property);
    if (value == null || !Files.isDirectory(Path.of(value))) {
      throw new IllegalStateException(
          "expected a folder in the system property " + property + ", found " + value);
    }
    return Path.of(value).toAbsolutePath();
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
    attempt = test.getDisplayName();
    job = JobId.of(attempt);
    application = ApplicationId.of(attempt);
  }

  @AfterEach
  void freeTheSlots() {
    engine.cancel(at, job);
    Eventually.until(
        "the slots are free",
        SOON,
        () -> engine.slots(at),
        slots -> slots.optional().map(s -> s.free() == 2).orElse(false));
  }

  @Test
  void aSubmittedJobRunsAndItsRepetitionIsAcceptedButNotRunTwice() {
    Instant before = Instant.now();

    assertThat(engine.submit(at, run("job.jar"))).isEqualTo(new Answer.Accepted());
    assertThat(engine.submit(at, run("job.jar"))).isEqualTo(new Answer.Accepted());

    Instant since = awaitAllRunning();
    assertThat(since).isBetween(before, Instant.now());
    assertThat(engine.submit(at, run("job.jar"))).isEqualTo(new Answer.Accepted());
    assertThat(engine.job(at, job))
        .isEqualTo(Reading.known(new JobView(JobState.RUNNING, 0, Optional.empty())));
    assertThat(engine.application(at, application))
        .isEqualTo(Reading.known(new ApplicationView.Running()));
  }

  @Test
  void whatWasNeverSubmittedIsAbsent() {
    assertThat(engine.job(at, job)).isEqualTo(Reading.absent());
    assertThat(engine.tasks(at, job)).isEqualTo(Reading.absent());
    assertThat(engine.checkpoints(at, job)).isEqualTo(Reading.absent());
    assertThat(engine.stoppedAt(at, job, directory())).isEqualTo(Reading.absent());
    assertThat(engine.application(at, application)).isEqualTo(Reading.absent());
    assertThat(engine.savepoint(at, job, TriggerId.of(attempt))).isEqualTo(Reading.absent());
    assertThat(engine.cancel(at, job)).isEqualTo(new Answer.Accepted());
  }

  @Test
  void aStopIsJoinedByItsRepetitionAndItsSavepointIsToldAfterTheJobHasFinished() {
    Instant before = Instant.now();
    String savepoint = stopWithSavepoint();

    assertThat(savepoint)
        .startsWith(folder.resolve(attempt).toUri().toString().replace("///", "/"));
    assertThat(state()).isEqualTo(JobState.FINISHED);
    assertThat(engine.stop(at, job, TriggerId.of(attempt), directory(), SavepointFormat.NATIVE))
        .isEqualTo(new Answer.Accepted());
    assertThat(engine.savepoint(at, job, TriggerId.of(attempt)))
        .isEqualTo(Reading.known(new SavepointView.Completed(savepoint)));
    assertThat(engine.stoppedAt(at, job, savepoint).optional())
        .hasValueSatisfying(stopped -> assertThat(stopped).isBetween(before, Instant.now()));
    assertThat(engine.stoppedAt(at, job, savepoint + "-another")).isEqualTo(Reading.absent());
    Eventually.until(
        "the run has finished",
        SOON,
        () -> engine.application(at, application),
        view -> view.equals(Reading.known(new ApplicationView.Finished())));
    assertThat(engine.submit(at, run("job.jar"))).isEqualTo(new Answer.Accepted());
    assertThat(state()).isEqualTo(JobState.FINISHED);
  }

  @Test
  void aStopOfAJobThatIsNotThereIsAcceptedAndFails() {
    TriggerId trigger = TriggerId.of(attempt);

    assertThat(engine.stop(at, job, trigger, directory(), SavepointFormat.NATIVE))
        .isEqualTo(new Answer.Accepted());

    Reading<SavepointView> view =
        Eventually.until(
            "the stop has failed",
            SOON,
            () -> engine.savepoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof SavepointView.Failed);
    assertThat(view.toString()).contains("Could not find Flink job");
  }

  @Test
  void aNewVersionIsRestoredFromTheSavepointOnTheSameCluster() {
    String savepoint = stopWithSavepoint();
    next("v2");

    engine.submit(at, run("v2.jar", "io.streamjob.examples.wordcount.WordCountV2", savepoint));

    awaitAllRunning();
    Checkpoints checkpoints = awaitCheckpoint();
    assertThat(checkpoints.restoredFrom()).contains(savepoint);
    assertThat(checkpoints.latestCheckpoint()).isPresent();
  }

  @Test
  void aCheckpointIsTakenOnceAndOutlivesTheCancelledJob() {
    Instant before = Instant.now();
    engine.submit(at, run("job.jar"));
    awaitAllRunning();
    TriggerId trigger = TriggerId.of(attempt);

    assertThat(engine.takeCheckpoint(at, job, trigger)).isEqualTo(new Answer.Accepted());
    assertThat(engine.takeCheckpoint(at, job, trigger)).isEqualTo(new Answer.Accepted());

    Reading<CheckpointView> taken =
        Eventually.until(
            "the checkpoint is complete",
            SOON,
            () -> engine.checkpoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof CheckpointView.Completed);
    assertThat(engine.takeCheckpoint(at, job, trigger)).isEqualTo(new Answer.Accepted());
    assertThat(engine.checkpoint(at, job, trigger)).isEqualTo(taken);
    assertThat(engine.checkpoint(at, job, TriggerId.of("another"))).isEqualTo(Reading.absent());
    engine.cancel(at, job);
    awaitState(JobState.CANCELED);
    Checkpoints.Completed newest =
        engine.checkpoints(at, job).optional().flatMap(Checkpoints::latestCheckpoint).orElseThrow();
    assertThat(newest.id())
        .isGreaterThanOrEqualTo(((CheckpointView.Completed) taken.optional().orElseThrow()).id());
    assertThat(newest.location()).endsWith("/" + job + "/chk-" + newest.id());
    assertThat(engine.checkpointRules(at, job))
        .isEqualTo(Reading.known(new CheckpointRules(true, false)));
    assertThat(engine.stoppedAt(at, job, newest.location()).optional())
        .hasValueSatisfying(stopped -> assertThat(stopped).isBetween(before, Instant.now()));
    next("v2");
    engine.submit(
        at, run("v2.jar", "io.streamjob.examples.wordcount.WordCountV2", newest.location()));
    awaitAllRunning();
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom))
        .contains(newest.location());
  }

  @ParameterizedTest
  @EnumSource(SavepointFormat.class)
  void aSavepointIsTakenOnceAndTheJobRunsOn(SavepointFormat format) {
    engine.submit(at, run("job.jar"));
    awaitAllRunning();
    TriggerId trigger = TriggerId.of(attempt);
    String directory = directory();

    assertThat(engine.takeSavepoint(at, job, trigger, directory, format))
        .isEqualTo(new Answer.Accepted());
    assertThat(engine.takeSavepoint(at, job, trigger, directory, format))
        .isEqualTo(new Answer.Accepted());

    Reading<SavepointView> taken =
        Eventually.until(
            "the savepoint is complete",
            SOON,
            () -> engine.savepoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof SavepointView.Completed);
    assertThat(((SavepointView.Completed) taken.optional().orElseThrow()).location())
        .contains(URI.create(directory).getRawPath() + "/savepoint-");
    assertThat(engine.takeSavepoint(at, job, trigger, directory, format))
        .isEqualTo(new Answer.Accepted());
    assertThat(engine.savepoint(at, job, trigger)).isEqualTo(taken);
    assertThat(state()).isEqualTo(JobState.RUNNING);
    assertThat(engine.version(at)).isEqualTo(Reading.known("2.3.0"));
  }

  @Test
  void aSavepointOfAJobThatIsNotThereFails() {
    TriggerId trigger = TriggerId.of(attempt);

    Answer answer = engine.takeSavepoint(at, job, trigger, directory(), SavepointFormat.NATIVE);

    if (answer instanceof Answer.Refused(EngineFailure failure)) {
      assertThat(failure.message()).contains("not find");
    } else {
      assertThat(answer).isEqualTo(new Answer.Accepted());
      Eventually.until(
          "the savepoint has failed",
          SOON,
          () -> engine.savepoint(at, job, trigger),
          view -> view.optional().orElse(null) instanceof SavepointView.Failed);
    }
  }

  @Test
  void aCheckpointOfAJobThatIsNotThereIsAcceptedAndFails() {
    TriggerId trigger = TriggerId.of(attempt);

    assertThat(engine.takeCheckpoint(at, job, trigger)).isEqualTo(new Answer.Accepted());

    Reading<CheckpointView> view =
        Eventually.until(
            "the checkpoint has failed",
            SOON,
            () -> engine.checkpoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof CheckpointView.Failed);
    assertThat(view.toString()).contains("Could not find Flink job");
  }

  @Test
  void aVersionWithoutAnOperatorForTheStateFailsBeforeAnyTaskRuns() {
    String savepoint = stopWithSavepoint();
    next("renamed");

    engine.submit(at, run("renamed.jar", null, savepoint));

    assertFails(Kind.STATE_NOT_MAPPABLE, "Cannot map checkpoint/savepoint state for operator");
    assertThat(state()).isEqualTo(JobState.FAILED);
    assertThat(engine.tasks(at, job).optional().map(TasksView::running)).contains(0);
    assertThat(engine.job(at, job).optional().flatMap(JobView::lastFailure))
        .map(EngineFailure::kind)
        .contains(Kind.STATE_NOT_MAPPABLE);
  }

  @Test
  void aCopyOfTheMetadataWithoutThatOperatorIsARestorePointOfTheSameFolder() throws IOException {
    String savepoint = stopWithSavepoint();
    next("renamed");
    engine.submit(at, run("renamed.jar", null, savepoint));
    assertFails(Kind.STATE_NOT_MAPPABLE, "Cannot map checkpoint/savepoint state for operator");
    String operator =
        engine
            .job(at, job)
            .optional()
            .flatMap(JobView::lastFailure)
            .map(EngineFailure::operators)
            .orElseThrow()
            .getFirst();
    next("renamed, without its state");

    engine.submit(at, run("renamed.jar", null, copyWithout(operator, savepoint)));

    awaitAllRunning();
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom))
        .contains(savepoint);
  }

  @Test
  void aCopyOfACheckpointsMetadataIsARestorePointOfTheSameFolder() throws IOException {
    // Every file of state is an object of its own, named by its absolute path.
    options =
        Map.of(
            "execution.checkpointing.interval", "300ms",
            "execution.checkpointing.data-inline-threshold", "0");
    engine.submit(at, run("job.jar"));
    awaitAllRunning();
    awaitCheckpoint();
    engine.cancel(at, job);
    awaitState(JobState.CANCELED);
    String newest =
        engine
            .checkpoints(at, job)
            .optional()
            .flatMap(Checkpoints::latestCheckpoint)
            .map(Checkpoints.Completed::location)
            .orElseThrow();
    next("its copy without nothing");

    engine.submit(at, run("job.jar", null, copyWithout("no such operator", newest)));

    awaitAllRunning();
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom))
        .contains(newest);
  }

  @Test
  void anotherStateBackendReadsTheCanonicalFormat() {
    String savepoint = stopWithSavepoint(SavepointFormat.CANONICAL);
    next("on the heap");
    options = onHeap();

    engine.submit(at, run("v2.jar", "io.streamjob.examples.wordcount.WordCountV2", savepoint));

    awaitAllRunning();
    awaitCheckpoint();
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom))
        .contains(savepoint);
  }

  @Test
  void anotherStateBackendDoesNotReadTheNativeFormat() {
    String savepoint = stopWithSavepoint();
    next("on the heap");
    options = onHeap();

    engine.submit(at, run("v2.jar", "io.streamjob.examples.wordcount.WordCountV2", savepoint));

    assertFails(Kind.STATE_NOT_READABLE, "Unexpected state handle type");
  }

  private static Map<String, String> onHeap() {
    return Map.of(
        "execution.checkpointing.interval", "300ms",
        "execution.checkpointing.incremental", "false",
        "state.backend.type", "hashmap");
  }

  @Test
  void aMainMethodThatStartsTwoJobsFailsAndNoneRuns() {
    engine.submit(at, run("two-jobs.jar"));

    assertFails(Kind.PROGRAM_FAILED, "Cannot have more than 1 streaming jobs");
    awaitState(JobState.CANCELED);
  }

  @Test
  void aJobThatFailsAfterItsSavepointIsCompleteHasEndedAndTheSavepointServes() throws IOException {
    engine.submit(at, run("fails-at-end.jar"));
    awaitAllRunning();
    TriggerId trigger = TriggerId.of(attempt);

    engine.stop(at, job, trigger, directory(), SavepointFormat.NATIVE);

    Reading<SavepointView> view =
        Eventually.until(
            "the stop has failed",
            SOON,
            () -> engine.savepoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof SavepointView.Failed);
    assertThat(view.optional())
        .hasValueSatisfying(
            failed ->
                assertThat(((SavepointView.Failed) failed).failure().kind())
                    .isEqualTo(Kind.FAILED_WHILE_STOPPING));
    String told = ((SavepointView.Failed) view.optional().orElseThrow()).complete().orElseThrow();
    awaitState(JobState.FAILED);
    assertThat(engine.job(at, job).optional().flatMap(JobView::lastFailure))
        .hasValueSatisfying(last -> assertThat(last.kind()).isEqualTo(Kind.FAILED_WHILE_STOPPING));
    String savepoint = onlySavepointBelow(folder.resolve(attempt));
    assertThat(told).isEqualTo(savepoint);
    next("another version");
    engine.submit(at, run("job.jar", null, savepoint));
    awaitAllRunning();
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom))
        .contains(savepoint);
  }

  private static String onlySavepointBelow(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return "file:"
          + found
              .reduce(
                  (one, other) -> fail("expected one savepoint, found " + one + " and " + other))
              .orElseThrow();
    }
  }

  private static String copyWithout(String operator, String savepoint) throws IOException {
    Path folder = Path.of(URI.create(savepoint));
    Path copy = folder.resolve("without-a-2");
    ClassLoader loader = FlinkEngineContractTest.class.getClassLoader();
    try (var in = new DataInputStream(Files.newInputStream(folder.resolve("_metadata")));
        var out = Files.newOutputStream(copy)) {
      var whole =
          org.apache.flink.runtime.checkpoint.Checkpoints.loadCheckpointMetadata(
              in, loader, savepoint);
      org.apache.flink.runtime.checkpoint.Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(
              whole.getCheckpointId(),
              whole.getOperatorStates().stream()
                  .filter(state -> !state.getOperatorID().toString().equals(operator))
                  .toList(),
              whole.getMasterStates(),
              whole.getCheckpointProperties()),
          out);
    }
    return copy.toUri().toString();
  }

  @Test
  void aVersionThatCannotReadItsStateRestartsAndFails() {
    String savepoint = stopWithSavepoint();
    next("incompatible");

    engine.submit(at, run("incompatible.jar", null, savepoint));

    assertFails(Kind.STATE_NOT_READABLE, "StateMigrationException");
    JobView view = engine.job(at, job).optional().orElseThrow();
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.restarts()).isEqualTo(2);
    assertThat(view.lastFailure().orElseThrow().kind()).isEqualTo(Kind.STATE_NOT_READABLE);
  }

  @Test
  void aRestorePointThatIsNotThereFails() {
    engine.submit(at, run("job.jar", null, folder.resolve("nowhere").toUri().toString()));

    assertFails(Kind.RESTORE_POINT_UNREADABLE, "Cannot find checkpoint or savepoint");
  }

  @Test
  void aDryRunOfAVersionThatFitsLeavesAStandIn() {
    String savepoint = stopWithSavepoint();
    next("tried");
    Submission tried = run("v2.jar", "io.streamjob.examples.wordcount.WordCountV2", savepoint);

    assertThat(engine.submit(at, tried.dry())).isEqualTo(new Answer.Accepted());
    assertThat(engine.submit(at, tried.dry())).isEqualTo(new Answer.Accepted());

    // There are workers here, which it needs not; it is over as soon as it meets one.
    awaitState(JobState.FINISHED);
    assertThat(engine.tasks(at, job).optional().map(TasksView::total)).contains(1);
    assertThat(engine.checkpoints(at, job).optional().flatMap(Checkpoints::restoredFrom)).isEmpty();
  }

  @Test
  void aDryRunNamesEveryOperatorWithoutAPlaceAndStartsNothing() {
    String savepoint = stopWithSavepoint();
    next("renamed");

    engine.submit(at, run("renamed.jar", null, savepoint).dry());

    EngineFailure failure =
        assertFails(Kind.STATE_NOT_MAPPABLE, "expected an operator for each state, found none for");
    assertThat(failure.operators()).containsExactly(OperatorIds.ofUid("count-words"));
    assertThat(engine.job(at, job)).isEqualTo(Reading.absent());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDryRunFindsAnotherMaximumParallelismAsTheEngineDoes(boolean dry) {
    options = with("pipeline.max-parallelism", "128");
    String savepoint = stopWithSavepoint();
    next("smaller");
    options = with("pipeline.max-parallelism", "64");
    Submission smaller = run("job.jar", null, savepoint);

    engine.submit(at, dry ? smaller.dry() : smaller);

    assertThat(assertFails(Kind.STATE_NOT_MAPPABLE, "128").message()).contains("64");
  }

  private static Map<String, String> with(String key, String value) {
    return Map.of("execution.checkpointing.interval", "300ms", key, value);
  }

  @Test
  void whatADryRunCannotReadOrStartItTells() {
    engine.submit(at, run("job.jar", null, folder.resolve("nowhere").toUri().toString()).dry());
    assertFails(Kind.RESTORE_POINT_UNREADABLE, "Cannot find checkpoint or savepoint");

    next("throws");
    engine.submit(at, run("throws.jar").dry());
    assertFails(Kind.PROGRAM_FAILED, "throws in main() on purpose");

    next("no class");
    engine.submit(at, run("job.jar", "no.Such", null).dry());
    assertFails(Kind.ENTRY_CLASS_NOT_FOUND, "no.Such");

    next("no jar");
    engine.submit(at, run("missing.jar").dry());
    assertFails(Kind.JAR_NOT_FOUND, "missing.jar does not exist");
  }

  @Test
  void aMainMethodThatThrowsIsToldByTheApplication() {
    assertThat(engine.submit(at, run("throws.jar"))).isEqualTo(new Answer.Accepted());

    assertFails(Kind.PROGRAM_FAILED, "throws in main() on purpose");
    assertThat(engine.job(at, job)).isEqualTo(Reading.absent());
    assertThat(engine.submit(at, run("throws.jar"))).isEqualTo(new Answer.Accepted());
  }

  @Test
  void aMissingEntryClassAndAMissingJarAreRefusedAndLeaveNothing() {
    Answer noClass = engine.submit(at, run("job.jar", "no.Such", null));
    Answer noJar = engine.submit(at, run("missing.jar"));

    assertThat(((Answer.Refused) noClass).failure().kind()).isEqualTo(Kind.ENTRY_CLASS_NOT_FOUND);
    assertThat(((Answer.Refused) noJar).failure().kind()).isEqualTo(Kind.JAR_NOT_FOUND);
    assertThat(engine.application(at, application)).isEqualTo(Reading.absent());
  }

  @Test
  void aCancelledJobEndsAndSoDoesItsRun() {
    engine.submit(at, run("job.jar"));
    awaitAllRunning();

    assertThat(engine.cancel(at, job)).isEqualTo(new Answer.Accepted());

    awaitState(JobState.CANCELED);
    assertThat(engine.cancel(at, job)).isEqualTo(new Answer.Accepted());
    Eventually.until(
        "the run is cancelled",
        SOON,
        () -> engine.application(at, application),
        view -> view.equals(Reading.known(new ApplicationView.Canceled())));
  }

  private String stopWithSavepoint() {
    return stopWithSavepoint(SavepointFormat.NATIVE);
  }

  private String stopWithSavepoint(SavepointFormat format) {
    engine.submit(at, run("job.jar"));
    awaitAllRunning();
    TriggerId trigger = TriggerId.of(attempt);
    assertThat(engine.stop(at, job, trigger, directory(), format)).isEqualTo(new Answer.Accepted());
    assertThat(engine.stop(at, job, trigger, directory(), format)).isEqualTo(new Answer.Accepted());
    awaitState(JobState.FINISHED);
    Reading<SavepointView> view =
        Eventually.until(
            "the savepoint is complete",
            SOON,
            () -> engine.savepoint(at, job, trigger),
            answer -> answer.optional().orElse(null) instanceof SavepointView.Completed);
    return ((SavepointView.Completed) view.optional().orElseThrow()).location();
  }

  private void next(String version) {
    attempt = attempt + "/" + version;
    job = JobId.of(attempt);
    application = ApplicationId.of(attempt);
  }

  private String directory() {
    return folder.resolve(attempt).toUri().toString();
  }

  private Submission run(String jar) {
    return run(jar, null, null);
  }

  private Submission run(String jar, @Nullable String entryClass, @Nullable String restoreFrom) {
    return new Submission(
        application,
        Optional.of(job),
        jar,
        Optional.ofNullable(entryClass),
        List.of(
            "--input", folder.resolve("in").toUri().toString(),
            "--output", folder.resolve("out").resolve(job.hex()).toUri().toString()),
        2,
        Optional.ofNullable(restoreFrom),
        options);
  }

  private Instant awaitAllRunning() {
    return Eventually.until(
            "all tasks run",
            SOON,
            () -> engine.tasks(at, job),
            tasks -> tasks.optional().flatMap(TasksView::processingSince).isPresent())
        .optional()
        .flatMap(TasksView::processingSince)
        .orElseThrow();
  }

  private Checkpoints awaitCheckpoint() {
    return Eventually.until(
            "a completed checkpoint",
            SOON,
            () -> engine.checkpoints(at, job),
            answer -> answer.optional().map(c -> c.completed() > 0).orElse(false))
        .optional()
        .orElseThrow();
  }

  private void awaitState(JobState wanted) {
    Eventually.until(
        "the job is " + wanted,
        SOON,
        () -> engine.job(at, job),
        view -> view.optional().map(v -> v.state() == wanted).orElse(false));
  }

  private JobState state() {
    return engine.job(at, job).optional().orElseThrow().state();
  }

  private EngineFailure assertFails(Kind kind, String words) {
    ApplicationView view =
        Eventually.until(
                "the run has failed",
                SOON,
                () -> engine.application(at, application),
                answer -> answer.optional().orElse(null) instanceof ApplicationView.Failed)
            .optional()
            .orElseThrow();
    EngineFailure failure = ((ApplicationView.Failed) view).failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.message()).contains(words);
    return failure;
  }
}
