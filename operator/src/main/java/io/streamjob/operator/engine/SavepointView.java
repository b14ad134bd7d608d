package io.streamjob.operator.engine;

import java.util.Optional;

/** How a requested savepoint stands. */
public sealed interface SavepointView {

  record InProgress() implements SavepointView {}

  /** The engine says it is complete; {@code location} is the folder that holds its _metadata. */
  record Completed(String location) implements SavepointView {}

  /**
   * There is none, or it is complete and its job failed instead of ending with it.
   *
   * @param complete where it lies, if the engine says that it is complete
   */
  record Failed(EngineFailure failure, Optional<String> complete) implements SavepointView {
    public Failed(EngineFailure failure) {
      this(failure, Optional.empty());
    }
  }
}
