package io.streamjob.operator.snapshots;

/** The outcome of reading a savepoint back. */
public sealed interface Verification {

  /** Everything it refers to is there with the recorded size; both figures include _metadata. */
  record Whole(int files, long bytes) implements Verification {}

  /**
   * Something is missing or differs; {@code defect} names the object, the expected and the found.
   */
  record Broken(String defect) implements Verification {}
}
