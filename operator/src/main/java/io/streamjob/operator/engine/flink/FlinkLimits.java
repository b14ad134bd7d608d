package io.streamjob.operator.engine.flink;

import java.time.Duration;

/**
 * How long and how much a coordinator may answer. Whatever exceeds a limit is no answer.
 *
 * @param connect longest wait for a connection
 * @param read longest duration of one question, all of its requests together
 * @param submit longest duration of a submission; the coordinator opens the jar before it answers
 * @param answerBytes largest answer to one request
 * @param nesting deepest nesting of JSON in an answer
 */
public record FlinkLimits(
    Duration connect, Duration read, Duration submit, int answerBytes, int nesting) {

  /** 2 s, 5 s, 15 s, 4 MiB, 64 levels. */
  public static final FlinkLimits DEFAULT =
      new FlinkLimits(
          Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(15), 4 << 20, 64);

  public FlinkLimits {
    if (connect.isNegative() || connect.isZero() || read.isNegative() || read.isZero()) {
      throw new IllegalArgumentException("time limits of the engine client must be positive");
    }
    if (submit.compareTo(read) < 0 || answerBytes < 1 || nesting < 1) {
      throw new IllegalArgumentException(
          "limits of the engine client: expected submit >= read and positive sizes, found "
              + submit
              + ", "
              + answerBytes
              + " B, "
              + nesting
              + " levels");
    }
  }
}
