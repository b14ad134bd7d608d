package io.streamjob.operator.engine.flink;

/** The coordinator did not answer, or not in a way that makes sense; the message says which. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String why) {
    super(why);
  }

  NoAnswerException(String why, Throwable cause) {
    super(why, cause);
  }
}
