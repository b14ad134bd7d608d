package io.streamjob.operator.plan.savepoint;

import java.time.Duration;

/**
 * How long a StreamSavepoint waits, and how often it is looked at. What concerns the user's job
 * stands in spec.savepoints instead.
 *
 * @param waiting how long it waits for a StreamJob that does not exist
 * @param grace between the mark of retention and the removal
 * @param removal how long the storage may refuse or be silent before the object is let go
 * @param operators whose state is listed in status
 * @param lookSoon pause between looks while something is under way
 * @param lookWaiting pause between looks while others have to act; they wake it as well
 * @param lookLater pause between looks while it is just kept
 */
public record SavepointLimits(
    Duration waiting,
    Duration grace,
    Duration removal,
    int operators,
    Duration lookSoon,
    Duration lookWaiting,
    Duration lookLater) {

  /** 10 min, 10 min, 10 min, 100, 500 ms, 5 s, 10 min. */
  public static final SavepointLimits DEFAULT =
      new SavepointLimits(
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          100,
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10));
}
