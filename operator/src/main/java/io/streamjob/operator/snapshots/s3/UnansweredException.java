package io.streamjob.operator.snapshots.s3;

/** A question stays open, for a reason that no exception of the SDK gives. */
final class UnansweredException extends Exception {
  private static final long serialVersionUID = 1L;

  UnansweredException(String why) {
    super(why);
  }
}
