package io.streamjob.operator.engine;

import java.util.Optional;

/**
 * How a job stands.
 *
 * @param state the engine's own, uncached word; {@code RESTARTING} as well while tasks of a job
 *     that runs wait for slots
 * @param restarts how often the engine has restarted the job's tasks since it was submitted
 * @param lastFailure the newest failure that the engine recorded, if any
 */
public record JobView(JobState state, int restarts, Optional<EngineFailure> lastFailure) {
  /** Whether its coordinator is still preparing it: it has no tasks and no checkpoints yet. */
  public boolean isBeingSetUp() {
    return state == JobState.INITIALIZING;
  }

  /** Whether its tasks process records, or are about to. */
  public boolean isRunning() {
    return state == JobState.RUNNING;
  }
}
