package io.streamjob.operator.engine;

/** How a requested savepoint stands. */
public sealed interface SavepointView {

  record InProgress() implements SavepointView {}

  /** The engine says it is complete; {@code location} is the folder that holds its _metadata. */
  record Completed(String location) implements SavepointView {}

  record Failed(EngineFailure failure) implements SavepointView {}
}
