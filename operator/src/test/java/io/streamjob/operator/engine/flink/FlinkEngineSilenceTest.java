package io.streamjob.operator.engine.flink;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.streamjob.operator.engine.flink.Recorded.answer;
import static io.streamjob.operator.engine.flink.Recorded.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Silence and nonsense are never read as absence, acceptance or refusal. */
class FlinkEngineSilenceTest {
  @RegisterExtension
  static final WireMockExtension COORDINATOR = WireMockExtension.newInstance().build();

  private static final JobId JOB = JobId.of("orders-1");
  private static final TriggerId TRIGGER = TriggerId.of("orders-1");
  private static final ApplicationId APPLICATION = ApplicationId.of("orders-1");
  private static final int ANSWER_BYTES = 100_000;
  private static final Duration READ = Duration.ofMillis(400);

  private FlinkEngine engine;
  private URI at;

  @BeforeEach
  void connect() {
    engine = new FlinkEngine(new FlinkLimits(READ, READ, READ, ANSWER_BYTES, 64));
    at = URI.create(COORDINATOR.baseUrl());
  }

  @AfterEach
  void disconnect() {
    engine.close();
  }

  /** Everything that is no answer, whatever was asked. */
  private static Map<String, ResponseDefinitionBuilder> noAnswers() {
    Map<String, ResponseDefinitionBuilder> all = new LinkedHashMap<>();
    all.put("a 404 of a proxy", answer(404, "<html>404 Not Found</html>"));
    all.put("a 404 without a body", aResponse().withStatus(404));
    all.put("a 404 of some other JSON service", answer(404, "{\"errors\":[\"not found\"]}"));
    all.put("a 404 for an endpoint", answer("no-such-endpoint.404"));
    all.put("a 404 for another job", answer("unknown-exceptions.404"));
    all.put("a 404 with errors that are no list", answer(404, "{\"errors\":{\"job\":\"gone\"}}"));
    all.put("a 500 for another job", answer("unknown-status.500"));
    all.put("a 500 for another application", answer("unknown-application.500"));
    all.put("a 500 without a reason", answer(500, "{\"errors\":[\"Internal server error.\"]}"));
    all.put(
        "a 503",
        answer(
            503,
            "{\"errors\":[\"Service temporarily unavailable due to an ongoing leader election. Please refresh.\"]}"));
    all.put("a time-out inside of the engine", answer(400, ENGINE_TIMEOUT));
    all.put("a redirect", aResponse().withStatus(302).withHeader("Location", "/overview"));
    all.put("a redirect with JSON", answer(307, "{}").withHeader("Location", "/overview"));
    all.put("an empty object", answer(200, "{}"));
    all.put("an empty list", answer(200, "[]"));
    all.put("an empty body", answer(200, ""));
    all.put("a number", answer(200, "42"));
    all.put("cut JSON", answer(200, "{\"status\":\"RUN"));
    all.put("JSON and more", answer(200, "{} {}"));
    all.put("an HTML page", answer(200, "<html>hello</html>"));
    all.put("deep nesting", answer(200, "[".repeat(5_000) + "]".repeat(5_000)));
    all.put("too much", answer(200, "{\"x\":\"" + "x".repeat(ANSWER_BYTES) + "\"}"));
    all.put("an unknown state word", answer(200, "{\"status\":\"THRIVING\"}"));
    all.put("a state in lower case", answer(200, "{\"status\":\"running\"}"));
    all.put("a state that is null", answer(200, "{\"status\":null}"));
    all.put("an unknown savepoint state", answer(200, "{\"status\":{\"id\":\"LOST\"}}"));
    all.put(
        "a completed savepoint with nothing",
        answer(200, "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":null}"));
    all.put(
        "a completed savepoint nowhere",
        answer(200, "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{}}"));
    all.put("a late answer", answer(200, "{}").withFixedDelay(2_000));
    all.put(
        "a dripping answer", answer(200, body("overview.200")).withChunkedDribbleDelay(20, 4_000));
    all.put("a broken connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    all.put("an empty response", aResponse().withFault(Fault.EMPTY_RESPONSE));
    all.put("garbage in the body", aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));
    all.put("garbage instead of HTTP", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));
    return all;
  }

  private static final String ENGINE_TIMEOUT =
      "{\"errors\":[\"org.apache.flink.runtime.rest.handler.RestHandlerException: Could not submit"
          + " application.\\n\\tat x.Y.z(Y.java:1)\\nCaused by:"
          + " java.util.concurrent.TimeoutException: Invocation of [x] timed out.\\n\"]}";

  @TestFactory
  Stream<DynamicTest> noAnswerIsNeverRead() {
    return noAnswers().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> everyQuestionIsUnanswered(entry.getValue())));
  }

  private void everyQuestionIsUnanswered(ResponseDefinitionBuilder answer) {
    COORDINATOR.resetAll();
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer));
    List<Reading<?>> readings =
        List.of(
            engine.slots(at),
            engine.job(at, JOB),
            engine.tasks(at, JOB),
            engine.checkpoints(at, JOB),
            engine.application(at, APPLICATION),
            engine.savepoint(at, JOB, TRIGGER));
    List<Answer> answers =
        List.of(
            engine.submit(at, submission()),
            engine.stop(at, JOB, TRIGGER, "s3://b/x", SavepointFormat.NATIVE));

    assertThat(readings)
        .allSatisfy(
            reading -> {
              assertThat(reading).isInstanceOf(Reading.Unknown.class);
              assertThat(((Reading.Unknown<?>) reading).why())
                  .contains(at.toString())
                  .doesNotContain("\n")
                  .hasSizeLessThan(600);
            });
    assertThat(answers).allSatisfy(a -> assertThat(a).isInstanceOf(Answer.Unanswered.class));
  }

  @Test
  void noRedirectIsFollowed() {
    COORDINATOR.stubFor(
        get(urlEqualTo("/overview"))
            .willReturn(aResponse().withStatus(302).withHeader("Location", "/elsewhere")));

    engine.slots(at);

    COORDINATOR.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
  }

  @Test
  void aCancellationWithoutAnAnswerMayOrMayNotHaveBeenTaken() {
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer(500, "{\"errors\":[]}")));

    assertThat(engine.cancel(at, JOB)).isInstanceOf(Answer.Unanswered.class);
  }

  @Test
  void aCoordinatorThatDoesNotListenIsUnknown() {
    Reading<?> job = engine.job(URI.create("http://127.0.0.1:1"), JOB);

    assertThat(job).isInstanceOf(Reading.Unknown.class);
    assertThat(((Reading.Unknown<?>) job).why()).contains("127.0.0.1:1").contains("Connect");
  }

  @Test
  void anAddressThatIsNoneIsUnknown() {
    assertThat(engine.job(URI.create("orders-1"), JOB).isUnknown()).isTrue();
  }

  @Test
  void allRequestsOfOneQuestionShareItsTimeLimit() {
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer("running-status.200").withFixedDelay(250)));
    long before = System.nanoTime();

    assertThat(engine.job(at, JOB).isUnknown()).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(READ.multipliedBy(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "counts",
        "latest",
        "restored",
        "completed",
        "discarded",
        "external_path",
        "trigger_timestamp",
        "latest_ack_timestamp",
        "id"
      })
  void aMissingFieldOfTheCheckpointStatisticsIsNotReadAsNone(String field) {
    String without =
        body("checkpoints-after-savepoint.200").replace("\"" + field + "\":", "\"x\":");
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer(200, without)));

    assertThat(engine.checkpoints(at, JOB)).isInstanceOf(Reading.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"latest", "savepoint", "trigger_timestamp", "tasks", "summary", "start_delay"})
  void aMissingFieldOfTheSavepointStatisticsIsNotReadAsNoDelay(String field) {
    String details = "/jobs/3544b7ab5077e380b9a127c14c644f4a/checkpoints/details/28";
    Map<String, String> files =
        Map.of(
            "/jobs/3544b7ab5077e380b9a127c14c644f4a/checkpoints",
            "stopped-checkpoints.200",
            details,
            "stopped-savepoint.200",
            details + "/subtasks/0e3c93a49b498bbed14315421415fbc0",
            "stopped-savepoint-0e3c.200",
            details + "/subtasks/d9942c1b17aec6477f03cfca86a8e5ea",
            "stopped-savepoint-d994.200");
    files.forEach(
        (path, file) ->
            COORDINATOR.stubFor(
                get(urlEqualTo(path))
                    .willReturn(answer(200, body(file).replace("\"" + field + "\":", "\"x\":")))));

    Reading<Instant> stoppedAt =
        engine.stoppedAt(
            at,
            new JobId("3544b7ab5077e380b9a127c14c644f4a"),
            "s3://streamjob/demo/state/streamjob-demo/word-count-63f9c816/savepoints/a-2/"
                + "savepoint-3544b7-ed93aeb2648b");

    assertThat(stoppedAt).isInstanceOf(Reading.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vertices", "parallelism", "tasks", "RUNNING"})
  void aMissingFieldOfTheJobsDetailsIsNotReadAsNone(String field) {
    String without = body("running-job.200").replace("\"" + field + "\":", "\"x\":");
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer(200, without)));

    assertThat(engine.tasks(at, JOB)).isInstanceOf(Reading.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subtasks",
        "status",
        "start-time",
        "status-duration",
        "INITIALIZING",
        "DEPLOYING"
      })
  void aMissingFieldOfATaskIsNotReadAsNone(String field) {
    String without = body("vertex-0e3c.200").replace("\"" + field + "\":", "\"x\":");
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer(200, without)));
    COORDINATOR.stubFor(get(urlEqualTo("/jobs/" + JOB)).willReturn(answer("job.200")));

    assertThat(engine.tasks(at, JOB)).isInstanceOf(Reading.Unknown.class);
  }

  @Test
  void aVertexIdThatIsNoneIsNotAskedFor() {
    String hostile = body("job.200").replaceAll("\"id\":\"[0-9a-f]{32}\"", "\"id\":\"../../x\"");
    COORDINATOR.stubFor(get(urlEqualTo("/jobs/" + JOB)).willReturn(answer(200, hostile)));

    assertThat(engine.tasks(at, JOB)).isInstanceOf(Reading.Unknown.class);
  }

  @Test
  void aRestoredCheckpointWithoutALocationIsNotReadAsAnEmptyStart() {
    String inMemory =
        body("restored-starting-checkpoints.200")
            .replaceAll(
                "\"external_path\":\"[^\"]*\"",
                "\"external_path\":\"<checkpoint-not-externally-addressable>\"");
    COORDINATOR.stubFor(any(anyUrl()).willReturn(answer(200, inMemory)));

    assertThat(engine.checkpoints(at, JOB)).isInstanceOf(Reading.Unknown.class);
  }

  private static Submission submission() {
    return new Submission(
        APPLICATION,
        Optional.of(JOB),
        "job.jar",
        Optional.empty(),
        List.of(),
        1,
        Optional.empty(),
        Map.of());
  }
}
