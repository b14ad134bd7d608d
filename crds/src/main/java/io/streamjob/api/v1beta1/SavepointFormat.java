package io.streamjob.api.v1beta1;

/** In which form a savepoint is written. */
public enum SavepointFormat {
  /** The state backend's own: fast, and restored with the same backend. */
  Native,
  /** The engine's common one: slower, written by and restored with any backend but ForSt. */
  Canonical
}
