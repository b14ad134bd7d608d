package io.streamjob.operator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a job's checkpoints go, on the engine's clock.
 *
 * @param lastCompletedAt when the newest checkpoint or savepoint was completed
 * @param lastFailure the newest one that failed
 * @param lastSavepointTook from the request to its last part
 */
public record CheckpointHealth(
    Optional<Instant> lastCompletedAt,
    Optional<Failure> lastFailure,
    Optional<Duration> lastSavepointTook) {

  /**
   * A checkpoint that failed.
   *
   * @param message why, in one line, secrets removed, at most 200 characters
   */
  public record Failure(Instant at, String message) {}
}
