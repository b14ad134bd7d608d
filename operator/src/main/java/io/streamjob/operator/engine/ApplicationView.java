package io.streamjob.operator.engine;

/** How a run of a main method stands. */
public sealed interface ApplicationView {

  /** It runs, or one of its jobs does. */
  record Running() implements ApplicationView {}

  /** It and its jobs have ended well. */
  record Finished() implements ApplicationView {}

  /** It was cancelled. */
  record Canceled() implements ApplicationView {}

  /** It or one of its jobs failed. */
  record Failed(EngineFailure failure) implements ApplicationView {}
}
