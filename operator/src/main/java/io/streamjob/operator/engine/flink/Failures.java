package io.streamjob.operator.engine.flink;

import static io.streamjob.operator.engine.EngineFailure.Kind.ENTRY_CLASS_NOT_FOUND;
import static io.streamjob.operator.engine.EngineFailure.Kind.FAILED_WHILE_STOPPING;
import static io.streamjob.operator.engine.EngineFailure.Kind.JAR_NOT_FOUND;
import static io.streamjob.operator.engine.EngineFailure.Kind.OTHER;
import static io.streamjob.operator.engine.EngineFailure.Kind.PROGRAM_FAILED;
import static io.streamjob.operator.engine.EngineFailure.Kind.RESTORE_POINT_UNREADABLE;
import static io.streamjob.operator.engine.EngineFailure.Kind.RUNTIME_IMAGE_TOO_OLD;
import static io.streamjob.operator.engine.EngineFailure.Kind.STATE_NOT_MAPPABLE;
import static io.streamjob.operator.engine.EngineFailure.Kind.STATE_NOT_READABLE;
import static java.util.Objects.requireNonNullElse;

import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.engine.flink.CauseChain.Cause;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From the engine's exceptions to classes of failures, by the words of Flink 2.3. */
final class Failures {
  private static final int MAX_MESSAGE_CHARS = 500;

  /** A cause whose type ends with, and whose message contains, these words is of this kind. */
  private record Rule(Kind kind, String typeEnd, String text) {}

  /** The first rule that fits any cause decides. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(FAILED_WHILE_STOPPING, "StopWithSavepointStoppingException", ""),
          // These three are the preflight's own; a program may have exceptions of such names.
          new Rule(STATE_NOT_MAPPABLE, "io.streamjob.boot.UnmappableStateException", ""),
          new Rule(RESTORE_POINT_UNREADABLE, "io.streamjob.boot.UnreadableStateException", ""),
          new Rule(JAR_NOT_FOUND, "io.streamjob.boot.MissingJarException", ""),
          new Rule(STATE_NOT_MAPPABLE, "", "Cannot map checkpoint/savepoint state for operator"),
          new Rule(STATE_NOT_MAPPABLE, "", "Max parallelism mismatch between checkpoint/savepoint"),
          new Rule(STATE_NOT_READABLE, "StateMigrationException", ""),
          new Rule(STATE_NOT_READABLE, "", "Unexpected state handle type"),
          new Rule(STATE_NOT_READABLE, "FlinkRuntimeException", "Failed to deserialize value"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Cannot find checkpoint or savepoint file"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Cannot find meta data file '_metadata'"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Unexpected magic number. This can"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Invalid savepoint reference"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Unrecognized checkpoint version number"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Could not restore keyed state backend"),
          new Rule(RESTORE_POINT_UNREADABLE, "", "Could not restore operator state backend"),
          new Rule(JAR_NOT_FOUND, "RestHandlerException", "Jar file "),
          new Rule(
              RUNTIME_IMAGE_TOO_OLD,
              "ProgramInvocationException",
              "entry point class 'io.streamjob.boot."),
          new Rule(ENTRY_CLASS_NOT_FOUND, "ProgramInvocationException", "entry point class"),
          new Rule(ENTRY_CLASS_NOT_FOUND, "ProgramInvocationException", "'Main-Class'"),
          new Rule(ENTRY_CLASS_NOT_FOUND, "ProgramInvocationException", "does not have a main("),
          new Rule(OTHER, "ProgramInvocationException", "Error while opening jar file"));

  private static final List<String> TRANSIENT =
      List.of(
          "TimeoutException",
          "RecipientUnreachableException",
          "FencingTokenException",
          "LeadershipLostException",
          "EndpointNotStartedException",
          "RpcConnectionException",
          "ConnectException");

  /** With high availability: before anything runs, it is written to the storage and the API. */
  private static final List<String> UNRECORDED =
      List.of("Could not persist application", "Could not upload jar file to blob server");

  private static final Pattern UNMAPPED =
      Pattern.compile(
          "state for operator ([0-9a-f]{32}) to the new program, because the operator"
              + "|an operator for each state, found none for ([0-9a-f]{32}(?:, [0-9a-f]{32})*)");
  private static final Pattern ADVICE =
      Pattern.compile("[.] If you want to allow to skip this, .*", Pattern.DOTALL);

  private Failures() {}

  static EngineFailure of(CauseChain chain) {
    for (Rule rule : RULES) {
      Optional<Cause> found = chain.find(cause -> cause.matches(rule.typeEnd(), rule.text()));
      if (found.isPresent()) {
        String message = describe(found.get(), chain, rule.kind());
        return rule.kind() == STATE_NOT_MAPPABLE
            ? notMappable(message)
            : failure(rule.kind(), message);
      }
    }
    return failure(
        cannotOpenRestorePoint(chain)
            ? RESTORE_POINT_UNREADABLE
            : isProgramFailure(chain) ? PROGRAM_FAILED : OTHER,
        chain.root().map(Cause::describe).orElse("the engine gave no reason"));
  }

  /** Without the advice to skip state as a whole, which is no choice here. */
  private static EngineFailure notMappable(String message) {
    Matcher unmapped = UNMAPPED.matcher(message);
    List<String> operators =
        unmapped.find()
            ? List.of(requireNonNullElse(unmapped.group(1), unmapped.group(2)).split(", "))
            : List.of();
    String told = ADVICE.matcher(message).replaceFirst("");
    return new EngineFailure(
        STATE_NOT_MAPPABLE, Redaction.line(told, MAX_MESSAGE_CHARS), operators);
  }

  // A missing class' root cause only repeats its name; elsewhere the root tells why it came so far.
  private static String describe(Cause decisive, CauseChain chain, Kind kind) {
    Cause root = chain.root().orElse(decisive);
    return root.equals(decisive) || kind == ENTRY_CLASS_NOT_FOUND || kind == RUNTIME_IMAGE_TOO_OLD
        ? decisive.describe()
        : decisive.describe() + ", because " + root.describe();
  }

  /** The storage refused while the coordinator opened the restore point: no task has run yet. */
  private static boolean cannotOpenRestorePoint(CauseChain chain) {
    return chain.contains("JobInitializationException", "")
        && (chain.contains("NoSuchBucketException", "")
            || chain.contains("NoSuchKeyException", "")
            || chain.contains("s3a.UnknownStoreException", "")
            || chain.contains("FileNotFoundException", ""));
  }

  /** Whether the engine may answer otherwise if it is asked again: a part of it did not answer. */
  static boolean isTransient(CauseChain chain) {
    return TRANSIENT.stream().anyMatch(type -> chain.contains(type, ""))
        || UNRECORDED.stream().anyMatch(text -> chain.contains("", text));
  }

  private static boolean isProgramFailure(CauseChain chain) {
    boolean engineAtFault =
        chain.contains("JobInitializationException", "")
            || chain.contains("JobSubmissionException", "")
            || chain.contains("JobExecutionException", "");
    return !engineAtFault
        && (chain.contains("ProgramInvocationException", "")
            || chain.contains("ProgramMissingJobException", "")
            || chain.contains("ApplicationExecutionException", ""));
  }

  private static EngineFailure failure(Kind kind, String message) {
    return new EngineFailure(kind, Redaction.line(message, MAX_MESSAGE_CHARS));
  }
}
