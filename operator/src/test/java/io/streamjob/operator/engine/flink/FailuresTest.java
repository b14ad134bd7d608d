package io.streamjob.operator.engine.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures of a real engine, told by class and by root cause. */
class FailuresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throws-application-exceptions.200       | PROGRAM_FAILED           | IllegalStateException: this version throws in main() on purpose",
        "not-mappable-application-exceptions.200 | STATE_NOT_MAPPABLE       | Cannot map checkpoint/savepoint state for operator d9942c1b17aec6477f03cfca86a8e5ea",
        "not-mappable-exceptions.200             | STATE_NOT_MAPPABLE       | because the operator is not available in the new program",
        "max-parallelism-exceptions.200          | STATE_NOT_MAPPABLE       | with max parallelism 128 to new program with max parallelism 64",
        "incompatible-failed-exceptions.200      | STATE_NOT_READABLE       | must not be incompatible with the old state serializer",
        "incompatible-restarting-exceptions.200  | STATE_NOT_READABLE       | StateMigrationException: The new state serializer",
        "restore-missing-exceptions.200          | RESTORE_POINT_UNREADABLE | Cannot find checkpoint or savepoint file/directory 's3://flink/sp/nowhere'",
        "restore-no-bucket-exceptions.200        | RESTORE_POINT_UNREADABLE | NoSuchBucketException: The specified bucket does not exist",
        "restore-no-bucket-hadoop-exceptions.200 | RESTORE_POINT_UNREADABLE | AmazonS3Exception: The specified bucket does not exist",
        "sink-state-of-another-plugin-exceptions.200 | STATE_NOT_READABLE | Corrupt data: Unexpected magic number.",
        "restore-garbage-exceptions.200          | RESTORE_POINT_UNREADABLE | IOException: Unexpected magic number",
        "file-missing-exceptions.200             | RESTORE_POINT_UNREADABLE | because NoSuchKeyException: The specified key does not exist.",
        "duplicate-job-application-exceptions.200| OTHER                    | DuplicateJobSubmissionException: Job has already been submitted."
      })
  void aFailureOfTheEngineIsToldByItsClassAndRootCause(String recorded, Kind kind, String words)
      throws JsonProcessingException {
    String trace =
        JsonMapper.builder()
            .build()
            .readTree(Recorded.body(recorded))
            .path("exceptionHistory")
            .path("entries")
            .path(0)
            .path("stacktrace")
            .textValue();

    EngineFailure failure = Failures.of(CauseChain.parse(trace));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.message()).contains(words).doesNotContain("\n").hasSizeLessThan(501);
  }

  @Test
  void aClassOfTheRuntimeImageThatIsNotThereTellsOfAnImageThatIsTooOld() {
    EngineFailure failure =
        Failures.of(
            CauseChain.parse(
                "org.apache.flink.client.program.ProgramInvocationException: The program's entry point class 'io.streamjob.boot.Preflight' was not found in the jar file.\n"
                    + "Caused by: java.lang.ClassNotFoundException: io.streamjob.boot.Preflight"));

    assertThat(failure.kind()).isEqualTo(Kind.RUNTIME_IMAGE_TOO_OLD);
    assertThat(failure.message()).contains("io.streamjob.boot.Preflight");
  }

  @Test
  void stateWithoutAnOperatorIsToldWithTheOperatorAndWithoutTheEnginesAdvice()
      throws JsonProcessingException {
    String trace =
        JsonMapper.builder()
            .build()
            .readTree(Recorded.body("not-mappable-exceptions.200"))
            .path("exceptionHistory")
            .path("entries")
            .path(0)
            .path("stacktrace")
            .textValue();

    EngineFailure failure = Failures.of(CauseChain.parse(trace));

    assertThat(failure.operators()).containsExactly("d9942c1b17aec6477f03cfca86a8e5ea");
    assertThat(failure.message())
        .endsWith("because the operator is not available in the new program")
        .doesNotContain("allowNonRestoredState");
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.RuntimeException: Could not persist application 0a1b to the ApplicationStore., true",
    "org.apache.flink.runtime.rest.handler.RestHandlerException: Could not upload jar file to blob server., true",
    "org.apache.flink.runtime.rpc.exceptions.FencingTokenException: Fencing token mismatch, true",
    "org.apache.flink.client.program.ProgramInvocationException: The main method threw, false"
  })
  void whatCouldNotBeWrittenDownByACoordinatorMayBeAskedForAgain(String cause, boolean again) {
    String trace =
        "org.apache.flink.runtime.rest.handler.RestHandlerException: Could not submit application.\n\tat x.Y.z(Y.java:1)\nCaused by: "
            + cause
            + "\n";

    assertThat(Failures.isTransient(CauseChain.parse(trace))).isEqualTo(again);
  }

  @Test
  void aFailureWithoutAReasonSaysSo() {
    assertThat(Failures.of(CauseChain.parse("")))
        .isEqualTo(new EngineFailure(Kind.OTHER, "the engine gave no reason"));
  }

  @Test
  void aMessageOfManyLinesBecomesOne() {
    String trace =
        "java.lang.IllegalStateException: first\nsecond\n\n third\n\tat x.Y.z(Y.java:1)\n";

    assertThat(Failures.of(CauseChain.parse(trace)).message())
        .isEqualTo("IllegalStateException: first second third");
  }

  @Test
  void aSuppressedExceptionIsNotTheRootCause() {
    String trace =
        """
        a.OuterException: outer
        \tat x.Y.z(Y.java:1)
        \tSuppressed: a.OtherException: other
        \t\tat x.Y.z(Y.java:1)
        \tCaused by: a.DeepException: deep
        Caused by: a.RootException: root
        \t... 3 more
        """;

    assertThat(Failures.of(CauseChain.parse(trace)).message()).isEqualTo("RootException: root");
  }

  @Test
  void aVeryLongMessageIsCut() {
    String trace = "java.lang.Error: " + "x".repeat(100_000);

    assertThat(Failures.of(CauseChain.parse(trace)).message()).hasSize(500).endsWith("…");
  }
}
