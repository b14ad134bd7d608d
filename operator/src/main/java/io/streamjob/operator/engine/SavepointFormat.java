package io.streamjob.operator.engine;

/** How a savepoint holds keyed state. */
public enum SavepointFormat {
  /** As the state backend holds it: quick, and only that backend reads it. */
  NATIVE,
  /** One form for all state backends: slower to write and to restore. */
  CANONICAL
}
