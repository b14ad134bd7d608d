package io.streamjob.operator.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * A job's checkpoint statistics.
 *
 * @param completed number of checkpoints and savepoints completed since the job was submitted
 * @param failed number of those that failed
 * @param restoredFrom location that the job was last restored from; empty if it started empty
 * @param latestCheckpoint the newest completed checkpoint that has a location in storage
 */
public record Checkpoints(
    long completed,
    long failed,
    Optional<String> restoredFrom,
    Optional<Completed> latestCheckpoint) {

  /**
   * A completed checkpoint.
   *
   * @param location folder that holds its {@code _metadata}
   * @param triggeredAt when the engine began it, on the engine's clock
   * @param acknowledgedAt when its last part arrived, on the engine's clock
   */
  public record Completed(long id, String location, Instant triggeredAt, Instant acknowledgedAt) {}
}
