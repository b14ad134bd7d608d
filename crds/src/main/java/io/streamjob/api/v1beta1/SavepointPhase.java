package io.streamjob.api.v1beta1;

/** Where a StreamSavepoint stands, in one word. */
public enum SavepointPhase {
  /** It waits for its turn. */
  Pending,
  /** The engine writes it. */
  Taking,
  /** It is read back. */
  Verifying,
  /** Every file that it refers to was found with its recorded size. */
  Completed,
  /** It was whole once, and is not any more; nothing is started from it. */
  Broken,
  /** There is none; the condition Verified says why. */
  Failed
}
