package io.streamjob.operator.engine;

import java.util.List;

/**
 * Why the engine did not do something.
 *
 * @param kind what class of failure it is
 * @param message the root cause in one line, secrets removed, at most 500 characters
 * @param operators ids of the operators in the restore point whose state has none to go to, if that
 *     is why, as far as they are told
 */
public record EngineFailure(Kind kind, String message, List<String> operators) {
  public EngineFailure {
    operators = List.copyOf(operators);
  }

  public EngineFailure(Kind kind, String message) {
    this(kind, message, List.of());
  }

  /** Classes of failures that lead to different advice. */
  public enum Kind {
    /** The job's jar is not in the image. */
    JAR_NOT_FOUND,
    /** The entry class is not in the jar, or the jar names none. */
    ENTRY_CLASS_NOT_FOUND,
    /** The image was built from a runtime image that lacks what this operator relies on. */
    RUNTIME_IMAGE_TOO_OLD,
    /** The main method threw, or ended without starting a job. */
    PROGRAM_FAILED,
    /** State in the restore point has no operator to go to, or its maximum parallelism differs. */
    STATE_NOT_MAPPABLE,
    /** State was mapped, but a task could not read it (such as an incompatible serializer). */
    STATE_NOT_READABLE,
    /** Files of the restore point are missing or cannot be read. */
    RESTORE_POINT_UNREADABLE,
    /**
     * The savepoint that a job was stopped with is complete, and the job failed at its end: it has
     * run no further, and results that it has not committed are committed by who starts from there.
     */
    FAILED_WHILE_STOPPING,
    /** Anything else. */
    OTHER
  }
}
