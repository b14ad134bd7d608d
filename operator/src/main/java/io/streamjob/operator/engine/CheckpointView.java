package io.streamjob.operator.engine;

/** How a requested checkpoint stands. */
public sealed interface CheckpointView {

  record InProgress() implements CheckpointView {}

  /** The engine says that the checkpoint of this number is complete. */
  record Completed(long id) implements CheckpointView {}

  record Failed(EngineFailure failure) implements CheckpointView {}
}
