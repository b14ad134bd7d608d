package io.streamjob.operator.engine;

/**
 * A job's state in the engine's words (Flink {@code JobStatus}); a word that this version does not
 * know is read as unknown, never as one of these.
 */
public enum JobState {
  INITIALIZING(false),
  CREATED(false),
  RUNNING(false),
  FAILING(false),
  FAILED(true),
  CANCELLING(false),
  CANCELED(true),
  FINISHED(true),
  RESTARTING(false),
  SUSPENDED(false),
  RECONCILING(false);

  private final boolean terminal;

  JobState(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether the job has ended for good and will never run a task again. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Whether it has ended for good, and not because its work was done. */
  public boolean isOverByFailure() {
    return this == FAILED || this == CANCELED;
  }
}
