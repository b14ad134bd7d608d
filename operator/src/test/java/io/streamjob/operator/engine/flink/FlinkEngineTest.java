package io.streamjob.operator.engine.flink;

import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.streamjob.operator.engine.flink.Recorded.answer;
import static io.streamjob.operator.engine.flink.Recorded.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointHealth;
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
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the adapter makes of answers that a real coordinator gave. */
class FlinkEngineTest {
  @RegisterExtension
  static final WireMockExtension COORDINATOR = WireMockExtension.newInstance().build();

  private static final JobId JOB = new JobId("b1111111111111111111111111111111");
  private static final JobId UNKNOWN_JOB = new JobId("b0000000000000000000000000000000");
  private static final ApplicationId APPLICATION =
      new ApplicationId("a1111111111111111111111111111111");

  /** The greatest of start-time + DEPLOYING + INITIALIZING of the four recorded subtasks. */
  private static final Instant PROCESSING = Instant.ofEpochMilli(1795366136390L);

  private FlinkEngine engine;
  private URI at;

  @BeforeEach
  void connect() {
    engine = new FlinkEngine(FlinkLimits.DEFAULT);
    at = URI.create(COORDINATOR.baseUrl());
  }

  @AfterEach
  void disconnect() {
    engine.close();
  }

  private static void given(String path, String recorded) {
    COORDINATOR.stubFor(get(urlEqualTo(path)).willReturn(answer(recorded)));
  }

  @Test
  void slotsAreReadFromTheOverview() {
    given("/overview", "overview.200");

    assertThat(engine.slots(at)).isEqualTo(Reading.known(new Slots(1, 2, 2)));
  }

  @Test
  void aRunningJobWithoutFailuresHasNeverRestarted() {
    given("/jobs/" + JOB + "/status", "running-status.200");
    given("/jobs/" + JOB, "job.200");
    given("/jobs/" + JOB + "/exceptions", "running-exceptions.200");

    assertThat(engine.job(at, JOB))
        .isEqualTo(Reading.known(new JobView(JobState.RUNNING, 0, Optional.empty())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCHEDULED", "CREATED"})
  void aJobWhoseTasksWaitForSlotsDoesNotRunWhateverItSays(String waiting) {
    given("/jobs/" + JOB + "/status", "running-status.200");
    given("/jobs/" + JOB + "/exceptions", "running-exceptions.200");
    String waits = body("job.200").replaceFirst("\"" + waiting + "\":0", "\"" + waiting + "\":2");
    COORDINATOR.stubFor(get(urlEqualTo("/jobs/" + JOB)).willReturn(answer(200, waits)));

    assertThat(engine.job(at, JOB))
        .isEqualTo(Reading.known(new JobView(JobState.RESTARTING, 0, Optional.empty())));
  }

  @Test
  void aJobThatTheEngineDoesNotKnowIsAbsentThoughTheEngineCallsThatAnInternalError() {
    given("/jobs/" + UNKNOWN_JOB + "/status", "unknown-status.500");

    assertThat(engine.job(at, UNKNOWN_JOB)).isEqualTo(Reading.absent());
  }

  @Test
  void theNotFoundOfAnotherJobIsNoAnswerAboutThisOne() {
    given("/jobs/" + JOB + "/status", "unknown-status.500");

    assertThat(engine.job(at, JOB).isUnknown()).isTrue();
  }

  @Test
  void tasksAndCheckpointsOfAJobThatTheEngineDoesNotKnowAreAbsent() {
    JobId zeros = new JobId("00000000000000000000000000000000");
    given("/jobs/" + zeros, "unknown-job.404");
    given("/jobs/" + UNKNOWN_JOB + "/checkpoints", "unknown-checkpoints.404");

    assertThat(engine.tasks(at, zeros)).isEqualTo(Reading.absent());
    assertThat(engine.checkpoints(at, UNKNOWN_JOB)).isEqualTo(Reading.absent());
  }

  @Test
  void aJobThatFailsAndRestartsTellsHowOftenAndWhy() {
    given("/jobs/" + JOB + "/status", "running-status.200");
    given("/jobs/" + JOB, "job.200");
    given("/jobs/" + JOB + "/exceptions", "incompatible-restarting-exceptions.200");

    JobView job = engine.job(at, JOB).optional().orElseThrow();

    assertThat(job.restarts()).isEqualTo(2);
    assertThat(job.lastFailure().orElseThrow().kind()).isEqualTo(Kind.STATE_NOT_READABLE);
  }

  @Test
  void theFailureThatEndedAJobIsNotARestart() {
    givenFailedJob();
    given("/jobs/" + JOB + "/exceptions", "incompatible-failed-exceptions.200");
    given("/jobs/" + JOB + "/checkpoints", "restored-checkpoints.200");

    assertThat(engine.job(at, JOB).optional().orElseThrow().restarts()).isEqualTo(3);
    assertThat(lastFailure().kind()).isEqualTo(Kind.STATE_NOT_READABLE);
  }

  @Test
  void aJobThatFailedAfterItsSavepointHasDoneNothingSince() {
    givenFailedJob();
    given("/jobs/" + JOB + "/exceptions", "incompatible-failed-exceptions.200");
    given("/jobs/" + JOB + "/checkpoints", "stopped-checkpoints.200");

    assertThat(lastFailure().kind()).isEqualTo(Kind.FAILED_WHILE_STOPPING);
  }

  @Test
  void tasksThatWereStartedAgainAfterASavepointHaveDoneMore() {
    givenFailedJob();
    given("/jobs/" + JOB + "/exceptions", "incompatible-failed-exceptions.200");
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/checkpoints"))
            .willReturn(
                answer(
                    200,
                    body("stopped-checkpoints.200")
                        .replace(
                            "\"restored\":null",
                            "\"restored\":{\"id\":28,\"restore_timestamp\":1795378559000}"))));

    assertThat(lastFailure().kind()).isEqualTo(Kind.STATE_NOT_READABLE);
  }

  @Test
  void aJobWhoseTasksWereNeverDeployedTellsWhyInItsResult() {
    givenFailedJob();
    given("/jobs/" + JOB + "/exceptions", "running-exceptions.200");
    given("/jobs/" + JOB + "/checkpoints", "running-checkpoints.200");
    given("/jobs/" + JOB + "/execution-result", "not-mappable-result.200");

    assertThat(lastFailure().kind()).isEqualTo(Kind.STATE_NOT_MAPPABLE);
    assertThat(lastFailure().operators()).containsExactly("d9942c1b17aec6477f03cfca86a8e5ea");
  }

  private void givenFailedJob() {
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/status"))
            .willReturn(answer(200, "{\"status\":\"FAILED\"}")));
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB)).willReturn(answer(200, "{\"state\":\"FAILED\"}")));
  }

  private EngineFailure lastFailure() {
    return engine.job(at, JOB).optional().flatMap(JobView::lastFailure).orElseThrow();
  }

  @Test
  void aJobWhoseFailureIsNotToldYetIsUnknown() {
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/status"))
            .willReturn(answer(200, "{\"status\":\"FAILED\"}")));
    given("/jobs/" + JOB, "running-job.200");
    given("/jobs/" + JOB + "/exceptions", "running-exceptions.200");

    assertThat(engine.job(at, JOB).isUnknown()).isTrue();
  }

  @Test
  void restartsThatTheEngineNoLongerRemembersAreCountedByItsMetric() {
    String remembered =
        body("history-full-exceptions.200").replace("\"truncated\":false", "\"truncated\":true");
    given("/jobs/" + JOB + "/status", "running-status.200");
    given("/jobs/" + JOB, "job.200");
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/exceptions")).willReturn(answer(200, remembered)));
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/metrics?get=numRestarts"))
            .willReturn(answer(200, "[{\"id\":\"numRestarts\",\"value\":\"170\"}]")));

    assertThat(engine.job(at, JOB).optional().orElseThrow().restarts()).isEqualTo(170);
  }

  @Test
  void recordsPassSinceEachOperatorHadATaskThatHadRestoredItsState() {
    given("/jobs/" + JOB, "job.200");
    given("/jobs/" + JOB + "/vertices/0e3c93a49b498bbed14315421415fbc0", "vertex-0e3c.200");
    given("/jobs/" + JOB + "/vertices/d9942c1b17aec6477f03cfca86a8e5ea", "vertex-d994.200");

    TasksView tasks = engine.tasks(at, JOB).optional().orElseThrow();

    assertThat(tasks.total()).isEqualTo(4);
    assertThat(tasks.running()).isEqualTo(4);
    assertThat(tasks.processingSince()).contains(PROCESSING);
  }

  @Test
  void oneTaskOfAnOperatorIsEnoughForRecordsToPass() {
    given("/jobs/" + JOB, "job.200");
    given("/jobs/" + JOB + "/vertices/0e3c93a49b498bbed14315421415fbc0", "vertex-0e3c.200");
    String oneIsLater =
        body("vertex-d994.200").replaceFirst("\"INITIALIZING\":(\\d+)", "\"INITIALIZING\":1$1");
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/vertices/d9942c1b17aec6477f03cfca86a8e5ea"))
            .willReturn(answer(200, oneIsLater)));

    assertThat(engine.tasks(at, JOB).optional().orElseThrow().processingSince())
        .contains(PROCESSING);
  }

  @Test
  void aJobStopsAsItsLastTaskMeetsTheBarrier() {
    JobId job = new JobId("3544b7ab5077e380b9a127c14c644f4a");
    String savepoint =
        "s3://streamjob/demo/state/streamjob-demo/word-count-63f9c816/savepoints/a-2/"
            + "savepoint-3544b7-ed93aeb2648b";
    String details = "/jobs/" + job + "/checkpoints/details/28";
    given("/jobs/" + job + "/checkpoints", "stopped-checkpoints.200");
    given(details, "stopped-savepoint.200");
    given(details + "/subtasks/0e3c93a49b498bbed14315421415fbc0", "stopped-savepoint-0e3c.200");
    given(details + "/subtasks/d9942c1b17aec6477f03cfca86a8e5ea", "stopped-savepoint-d994.200");

    assertThat(engine.stoppedAt(at, job, savepoint))
        .isEqualTo(Reading.known(Instant.ofEpochMilli(1795378557003L + 446)));
    assertThat(engine.stoppedAt(at, job, savepoint + "0")).isEqualTo(Reading.absent());
  }

  @Test
  void tasksThatAreStillDeployedDoNotRun() {
    given("/jobs/" + JOB, "running-job.200");

    assertThat(engine.tasks(at, JOB))
        .isEqualTo(Reading.known(new TasksView(4, 0, Optional.empty())));
  }

  @Test
  void recordsDoNotPassTheTasksOfAFinishedJob() {
    given("/jobs/" + JOB, "job-finished.200");
    given("/jobs/" + JOB + "/vertices/0e3c93a49b498bbed14315421415fbc0", "vertex-finished.200");
    given("/jobs/" + JOB + "/vertices/d9942c1b17aec6477f03cfca86a8e5ea", "vertex-finished.200");

    assertThat(engine.tasks(at, JOB))
        .isEqualTo(Reading.known(new TasksView(4, 4, Optional.empty())));
  }

  @Test
  void aSourceThatHasReadItsInputToTheEndDoesNotKeepAJobFromRunning() {
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB))
            .willReturn(
                answer(
                    200,
                    body("job.200")
                        .replaceFirst(
                            "\"RUNNING\":2(.*?)\"FINISHED\":0", "\"RUNNING\":0$1\"FINISHED\":2"))));
    given("/jobs/" + JOB + "/vertices/0e3c93a49b498bbed14315421415fbc0", "vertex-finished.200");
    given("/jobs/" + JOB + "/vertices/d9942c1b17aec6477f03cfca86a8e5ea", "vertex-d994.200");

    assertThat(engine.tasks(at, JOB))
        .isEqualTo(Reading.known(new TasksView(4, 4, Optional.of(PROCESSING))));
  }

  @Test
  void beforeTheFirstCheckpointThereIsNone() {
    given("/jobs/" + JOB + "/checkpoints", "running-checkpoints.200");

    assertThat(engine.checkpoints(at, JOB))
        .isEqualTo(Reading.known(new Checkpoints(0, 0, Optional.empty(), Optional.empty())));
  }

  @Test
  void howCheckpointsGoIsToldByTheNewestOfEachKind() {
    given("/jobs/" + JOB + "/checkpoints", "stopped-checkpoints.200");

    assertThat(engine.checkpointHealth(at, JOB))
        .isEqualTo(
            Reading.known(
                new CheckpointHealth(
                    Optional.of(Instant.ofEpochMilli(1795378558197L)),
                    Optional.of(
                        new CheckpointHealth.Failure(
                            Instant.ofEpochMilli(1795378556996L),
                            "Checkpoint Coordinator is suspending.")),
                    Optional.of(Duration.ofMillis(1194)))));
  }

  @Test
  void aJobWithoutCheckpointsTellsOfNone() {
    given("/jobs/" + JOB + "/checkpoints", "running-checkpoints.200");

    assertThat(engine.checkpointHealth(at, JOB))
        .isEqualTo(
            Reading.known(
                new CheckpointHealth(Optional.empty(), Optional.empty(), Optional.empty())));
  }

  @ParameterizedTest
  @CsvSource({"null, no reason given", "'\"password=hunter2\"', password=<redacted>"})
  void whyACheckpointFailedIsOneLineWithoutSecrets(String message, String told) {
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/checkpoints"))
            .willReturn(
                answer(
                    200,
                    body("stopped-checkpoints.200")
                        .replace("\"Checkpoint Coordinator is suspending.\"", message))));

    assertThat(
            engine
                .checkpointHealth(at, JOB)
                .optional()
                .flatMap(CheckpointHealth::lastFailure)
                .map(CheckpointHealth.Failure::message))
        .contains(told);
  }

  @Test
  void aNewerSavepointIsNotTheNewestCheckpoint() {
    given("/jobs/" + JOB + "/checkpoints", "checkpoints-after-savepoint.200");

    Checkpoints checkpoints = engine.checkpoints(at, JOB).optional().orElseThrow();

    assertThat(checkpoints.completed()).isEqualTo(82);
    assertThat(checkpoints.failed()).isEqualTo(1);
    assertThat(checkpoints.latestCheckpoint())
        .contains(
            new Checkpoints.Completed(
                82,
                "s3://flink/checkpoints/b1111111111111111111111111111111/chk-82",
                Instant.ofEpochMilli(1795366216392L),
                Instant.ofEpochMilli(1795366216460L)));
  }

  @Test
  void aRestoredJobNamesTheLocation() {
    given("/jobs/" + JOB + "/checkpoints", "restored-starting-checkpoints.200");

    assertThat(engine.checkpoints(at, JOB).optional().orElseThrow().restoredFrom())
        .contains("s3://flink/sp/native/savepoint-b11111-8fff18a91455");
  }

  @Test
  void aCheckpointThatTheEngineHasDiscardedIsNotOfferedAnyMore() {
    given("/jobs/" + JOB + "/checkpoints", "checkpoints-finished.200");

    Checkpoints checkpoints = engine.checkpoints(at, JOB).optional().orElseThrow();

    assertThat(checkpoints.latestCheckpoint()).isEmpty();
  }

  @Test
  void aCheckpointInTheCoordinatorsMemoryHasNoLocation() {
    String inMemory =
        body("checkpoints-running.200")
            .replaceAll(
                "\"external_path\":\"[^\"]*\"",
                "\"external_path\":\"<checkpoint-not-externally-addressable>\"");
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/checkpoints")).willReturn(answer(200, inMemory)));

    Checkpoints checkpoints = engine.checkpoints(at, JOB).optional().orElseThrow();

    assertThat(checkpoints.completed()).isEqualTo(78);
    assertThat(checkpoints.latestCheckpoint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "same-job-application.200, Running",
    "application-finished.200, Finished",
    "canceled-application.200, Canceled"
  })
  void aRunOfAMainMethodIsToldByItsStatus(String recorded, String expected) {
    given("/applications/" + APPLICATION, recorded);

    ApplicationView view = engine.application(at, APPLICATION).optional().orElseThrow();

    assertThat(view.getClass().getSimpleName()).isEqualTo(expected);
  }

  @Test
  void aMainMethodThatThrewTellsItsException() {
    given("/applications/" + APPLICATION, "throws-application.200");
    given("/applications/" + APPLICATION + "/exceptions", "throws-application-exceptions.200");

    assertThat(engine.application(at, APPLICATION))
        .isEqualTo(
            Reading.known(
                new ApplicationView.Failed(
                    new EngineFailure(
                        Kind.PROGRAM_FAILED,
                        "IllegalStateException: this version throws in main() on purpose"))));
  }

  @Test
  void aMainMethodThatEndsWithoutAJobHasFailedThoughTheEngineCallsItFinished() {
    given("/applications/" + APPLICATION, "no-job-application.200");

    assertThat(engine.application(at, APPLICATION))
        .isEqualTo(
            Reading.known(
                new ApplicationView.Failed(
                    new EngineFailure(
                        Kind.PROGRAM_FAILED, "the main method ended without starting a job"))));
  }

  @Test
  void anApplicationThatTheEngineDoesNotKnowIsAbsent() {
    ApplicationId unknown = new ApplicationId("a0000000000000000000000000000000");
    given("/applications/" + unknown, "unknown-application.500");

    assertThat(engine.application(at, unknown)).isEqualTo(Reading.absent());
  }

  @Test
  void aSavepointIsInProgressThenCompletedWithItsLocation() {
    TriggerId trigger = new TriggerId("33333333333333333333333333333333");
    String path = "/jobs/" + JOB + "/savepoints/" + trigger;

    given(path, "savepoint-in-progress.200");
    assertThat(engine.savepoint(at, JOB, trigger))
        .isEqualTo(Reading.known(new SavepointView.InProgress()));

    given(path, "stop-completed.200");
    assertThat(engine.savepoint(at, JOB, trigger))
        .isEqualTo(
            Reading.known(
                new SavepointView.Completed("s3://flink/sp/native/savepoint-b11111-8fff18a91455")));
  }

  @Test
  void aSavepointThatFailedTellsItsRootCause() {
    TriggerId trigger = new TriggerId("cccccccccccccccccccccccccccccccc");
    given("/jobs/" + JOB + "/savepoints/" + trigger, "stop-without-checkpoints.200");

    SavepointView view = engine.savepoint(at, JOB, trigger).optional().orElseThrow();

    assertThat(view).isInstanceOf(SavepointView.Failed.class);
    assertThat(((SavepointView.Failed) view).failure().message())
        .startsWith("CheckpointException: Checkpoint triggering task")
        .endsWith("Not all required tasks are currently running.");
  }

  @Test
  void aSavepointRequestThatTheEngineDoesNotKnowIsAbsent() {
    JobId zeros = new JobId("00000000000000000000000000000000");
    TriggerId ones = new TriggerId("11111111111111111111111111111111");
    given("/jobs/" + zeros + "/savepoints/" + ones, "unknown-job-savepoint.404");

    assertThat(engine.savepoint(at, zeros, ones)).isEqualTo(Reading.absent());
  }

  @Test
  void aCheckpointThatWasTakenIsToldByItsNumber() {
    TriggerId trigger = TriggerId.of("taken");
    given("/jobs/" + JOB + "/checkpoints/" + trigger, "checkpoint-taken.200");

    assertThat(engine.checkpoint(at, JOB, trigger))
        .isEqualTo(Reading.known(new CheckpointView.Completed(2)));
  }

  @Test
  void aCheckpointThatCouldNotBeTakenTellsWhy() {
    TriggerId trigger = TriggerId.of("failed");
    given("/jobs/" + JOB + "/checkpoints/" + trigger, "checkpoint-of-unknown-job.200");

    CheckpointView view = engine.checkpoint(at, JOB, trigger).optional().orElseThrow();

    assertThat(((CheckpointView.Failed) view).failure().message())
        .contains("Could not find Flink job");
  }

  @Test
  void aCheckpointThatNobodyAskedForIsAbsent() {
    TriggerId another = new TriggerId("0ccec07fe08db9462050283d271f36b3");
    given("/jobs/" + JOB + "/checkpoints/" + another, "unknown-checkpoint-trigger.404");

    assertThat(engine.checkpoint(at, JOB, another)).isEqualTo(Reading.absent());
  }

  @Test
  void howAJobTakesItsCheckpointsIsRead() {
    given("/jobs/" + JOB + "/checkpoints/config", "checkpoint-rules.200");

    assertThat(engine.checkpointRules(at, JOB))
        .isEqualTo(Reading.known(new CheckpointRules(true, false)));
  }

  @Test
  void aCheckpointIsAskedForUnderTheChosenId() {
    TriggerId trigger = TriggerId.of("asked");
    COORDINATOR.stubFor(
        post(urlEqualTo("/jobs/" + JOB + "/checkpoints"))
            .willReturn(answer(202, "{\"request-id\":\"" + trigger + "\"}")));

    assertThat(engine.takeCheckpoint(at, JOB, trigger)).isEqualTo(new Answer.Accepted());

    COORDINATOR.verify(
        postRequestedFor(urlEqualTo("/jobs/" + JOB + "/checkpoints"))
            .withRequestBody(
                equalToJson(
                    "{\"triggerId\": \"%s\", \"checkpointType\": \"CONFIGURED\"}"
                        .formatted(trigger))));
  }

  @Test
  void aSubmissionSaysAllThatTheEngineNeedsAndNeverClaimsTheRestorePoint() {
    COORDINATOR.stubFor(
        post(urlEqualTo("/jars/job.jar/run-application")).willReturn(answer("submit.202")));

    Answer answer = engine.submit(at, submission("job.jar"));

    assertThat(answer).isEqualTo(new Answer.Accepted());
    COORDINATOR.verify(
        postRequestedFor(urlEqualTo("/jars/job.jar/run-application"))
            .withRequestBody(
                equalToJson(
                    """
                    {"applicationId": "a1111111111111111111111111111111",
                     "jobId": "b1111111111111111111111111111111",
                     "entryClass": "shop.Orders", "programArgsList": ["--rate", "1"],
                     "parallelism": 2, "savepointPath": "s3://b/a-1/savepoint-b11111-8fff18a91455/_metadata",
                     "claimMode": "NO_CLAIM",
                     "allowNonRestoredState": false,
                     "flinkConfiguration": {"pipeline.max-parallelism": "128"}}""")));
  }

  @Test
  void aDryRunIsARunOfThePreflight() {
    COORDINATOR.stubFor(
        post(urlEqualTo("/jars/warm-up.jar/run-application")).willReturn(answer("submit.202")));

    Answer answer = engine.submit(at, submission("job.jar").dry());

    assertThat(answer).isEqualTo(new Answer.Accepted());
    COORDINATOR.verify(
        postRequestedFor(urlEqualTo("/jars/warm-up.jar/run-application"))
            .withRequestBody(
                equalToJson(
                    """
                    {"applicationId": "a1111111111111111111111111111111",
                     "jobId": "b1111111111111111111111111111111",
                     "entryClass": "io.streamjob.boot.Preflight",
                     "programArgsList": [
                       "--jar", "job.jar", "--parallelism", "2", "--entry-class", "shop.Orders",
                       "--restore-from", "s3://b/a-1/savepoint-b11111-8fff18a91455/_metadata",
                       "--", "--rate", "1"],
                     "parallelism": 2,
                     "flinkConfiguration": {"pipeline.max-parallelism": "128"}}""")));
  }

  @Test
  void aSubmissionThatTheEngineHasSeenBeforeIsAccepted() {
    COORDINATOR.stubFor(
        post(urlEqualTo("/jars/job.jar/run-application"))
            .willReturn(answer("submit-duplicate.400")));

    assertThat(engine.submit(at, submission("job.jar"))).isEqualTo(new Answer.Accepted());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "submit-jar-missing.500   | JAR_NOT_FOUND         | missing.jar does not exist",
        "submit-class-missing.500 | ENTRY_CLASS_NOT_FOUND | entry point class 'no.Such' was not found",
        "submit-no-main-class.500 | ENTRY_CLASS_NOT_FOUND | Neither a 'Main-Class'",
        "submit-no-main-method.500| ENTRY_CLASS_NOT_FOUND | does not have a main(String[]) method",
        "submit-corrupt-jar.500   | OTHER                 | ZipException: zip END header not found",
        "submit-bad-request.400   | OTHER                 | Cannot deserialize value"
      })
  void aSubmissionThatCanNeverSucceedIsRefused(String recorded, Kind kind, String words) {
    COORDINATOR.stubFor(
        post(urlEqualTo("/jars/job.jar/run-application")).willReturn(answer(recorded)));

    Answer answer = engine.submit(at, submission("job.jar"));

    assertThat(answer).isInstanceOf(Answer.Refused.class);
    EngineFailure failure = ((Answer.Refused) answer).failure();
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.message()).contains(words).doesNotContain("\n");
  }

  @Test
  void aStopNamesItsTriggerItsDirectoryAndItsFormat() {
    TriggerId trigger = new TriggerId("33333333333333333333333333333333");
    COORDINATOR.stubFor(post(urlEqualTo("/jobs/" + JOB + "/stop")).willReturn(answer("stop.202")));

    assertThat(engine.stop(at, JOB, trigger, "s3://b/attempt-1", SavepointFormat.CANONICAL))
        .isEqualTo(new Answer.Accepted());
    COORDINATOR.verify(
        postRequestedFor(urlEqualTo("/jobs/" + JOB + "/stop"))
            .withRequestBody(
                equalToJson(
                    """
                    {"triggerId": "33333333333333333333333333333333",
                     "targetDirectory": "s3://b/attempt-1", "drain": false,
                     "formatType": "CANONICAL"}""")));
  }

  @Test
  void aStopThatIsAnsweredWithAnotherTriggerIsNotAccepted() {
    TriggerId other = new TriggerId("99999999999999999999999999999999");
    COORDINATOR.stubFor(post(urlEqualTo("/jobs/" + JOB + "/stop")).willReturn(answer("stop.202")));

    assertThat(engine.stop(at, JOB, other, "s3://b/x", SavepointFormat.NATIVE))
        .isInstanceOf(Answer.Unanswered.class);
  }

  @Test
  void aStopThatTheEngineCannotReadIsRefused() {
    TriggerId trigger = new TriggerId("33333333333333333333333333333333");
    COORDINATOR.stubFor(
        post(urlEqualTo("/jobs/" + JOB + "/stop")).willReturn(answer("stop-bad-request.400")));

    assertThat(engine.stop(at, JOB, trigger, "s3://b/x", SavepointFormat.NATIVE))
        .isInstanceOf(Answer.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({"cancel.202", "cancel-finished.409", "unknown-job-cancel.404"})
  void aCancellationIsAcceptedAlsoIfTheJobHasEndedOrIsNotKnown(String recorded) {
    JobId zeros = new JobId("00000000000000000000000000000000");
    String path = "/jobs/" + zeros + "?mode=cancel";
    COORDINATOR.stubFor(patch(urlEqualTo(path)).willReturn(answer(recorded)));

    assertThat(engine.cancel(at, zeros)).isEqualTo(new Answer.Accepted());
    COORDINATOR.verify(patchRequestedFor(urlEqualTo(path)));
  }

  private static final String REQUIREMENTS = "/jobs/" + JOB + "/resource-requirements";

  private static void requirements(int status, String body) {
    COORDINATOR.stubFor(get(urlEqualTo(REQUIREMENTS)).willReturn(answer(status, body)));
  }

  private static String wished(int one, int other) {
    return """
        {"0e3c93a49b498bbed14315421415fbc0": {"parallelism": {"lowerBound": 1, "upperBound": %d}},
         "d9942c1b17aec6477f03cfca86a8e5ea": {"parallelism": {"lowerBound": 1, "upperBound": %d}}}"""
        .formatted(one, other);
  }

  @Test
  void theSizeOfAJobIsWhatIsWishedAndWhatRuns() {
    requirements(200, wished(4, 1));
    given("/jobs/" + JOB, "job.200");
    checkpoints("null", "");

    assertThat(engine.scale(at, JOB))
        .isEqualTo(Reading.known(new ScaleView(Set.of(4, 1), Set.of(2), Optional.empty())));
  }

  private static void checkpoints(String restored, String history) {
    COORDINATOR.stubFor(
        get(urlEqualTo("/jobs/" + JOB + "/checkpoints"))
            .willReturn(
                answer(
                    200,
                    "{\"latest\":{\"restored\":%s},\"history\":[%s]}"
                        .formatted(restored, history))));
  }

  @Test
  void aJobWhoseTasksDoNotRunHasNoSize() {
    requirements(200, wished(4, 4));
    String stopped = body("job.200").replace("\"state\":\"RUNNING\"", "\"state\":\"RESTARTING\"");
    COORDINATOR.stubFor(get(urlEqualTo("/jobs/" + JOB)).willReturn(answer(200, stopped)));
    checkpoints("null", "");

    assertThat(engine.scale(at, JOB))
        .isEqualTo(Reading.known(new ScaleView(Set.of(4), Set.of(), Optional.empty())));
  }

  @ParameterizedTest
  @CsvSource({"9, 7000", "8, 9000"})
  void theTasksStoppedWithTheCheckpointThatTheyGoOnFrom(int remembered, long stopped) {
    requirements(200, wished(2, 2));
    given("/jobs/" + JOB, "job.200");
    checkpoints(
        "{\"id\":9,\"restore_timestamp\":9000}",
        "{\"id\":10,\"latest_ack_timestamp\":9500},{\"id\":%d,\"latest_ack_timestamp\":7000}"
            .formatted(remembered));

    assertThat(engine.scale(at, JOB).optional().flatMap(ScaleView::interruptedAt))
        .contains(Instant.ofEpochMilli(stopped));
  }

  @Test
  void aSchedulerThatCannotRescaleIsNoSilence() {
    requirements(
        500,
        "{\"errors\":[\"Internal server error.\",\"<Exception on server side:\\njava.lang.UnsupportedOperationException: This feature is currently only expected to work with the AdaptiveScheduler.\\n\\tat org.apache.flink.runtime.scheduler.SchedulerNG.requestJobResourceRequirements(SchedulerNG.java:225)\\n\\nEnd of exception on server side>\"]}");

    assertThat(engine.scale(at, JOB)).isEqualTo(Reading.absent());
    assertThat(engine.rescale(at, JOB, 2, 4)).isInstanceOf(Answer.Unanswered.class);
  }

  @Test
  void whatIsNoVertexIsNoAnswer() {
    requirements(200, "{\"../config\": {\"parallelism\": {\"upperBound\": 2}}}");
    given("/jobs/" + JOB, "job.200");

    assertThat(engine.scale(at, JOB).isUnknown()).isTrue();
    assertThat(engine.rescale(at, JOB, 2, 4)).isInstanceOf(Answer.Unanswered.class);
  }

  @Test
  void onlyOperatorsOfTheOneSizeGetTheOther() {
    requirements(200, wished(2, 1));
    COORDINATOR.stubFor(put(urlEqualTo(REQUIREMENTS)).willReturn(answer(200, "{}")));

    assertThat(engine.rescale(at, JOB, 2, 4)).isEqualTo(new Answer.Accepted());
    COORDINATOR.verify(
        putRequestedFor(urlEqualTo(REQUIREMENTS)).withRequestBody(equalToJson(wished(4, 1))));
  }

  private static Submission submission(String jar) {
    return new Submission(
        APPLICATION,
        Optional.of(JOB),
        jar,
        Optional.of("shop.Orders"),
        List.of("--rate", "1"),
        2,
        Optional.of("s3://b/a-1/savepoint-b11111-8fff18a91455"),
        Map.of("pipeline.max-parallelism", "128"));
  }
}
