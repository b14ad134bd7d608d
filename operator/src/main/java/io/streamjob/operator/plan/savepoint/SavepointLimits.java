package io.streamjob.operator.plan.savepoint;

import java.time.Duration;

/**
 * How long a StreamSavepoint waits, and how often it is looked at. What concerns the user's job
 * stands in spec.savepoints instead.
 *
 * @param waiting how long it waits for a StreamJob that does not exist
 * @param grace between the mark of retention and the removal
 * @param removal how long the storage may refuse or be silent before the object is let go
 * @param farewell how long the pods of a StreamJob that is gone may still write
 * @param operators whose state is listed in status
 * @param lookSoon pause between looks while something is under way
 * @param lookWaiting pause between looks while others have to act; they wake it as well
 * @param lookUnderWay pause between looks while its tables are read through
 * @param lookLater pause between looks while it is just kept
 */
public record SavepointLimits(
    Duration waiting,
    Duration grace,
    Duration removal,
    Duration farewell,
    int operators,
    Duration lookSoon,
    Duration lookWaiting,
    Duration lookUnderWay,
    Duration lookLater) {

  /** 10 min, 10 min, 10 min, 1 min, 100, 500 ms, 5 s, 1 min, 10 min. */
  public static final SavepointLimits DEFAULT =
      new SavepointLimits(
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          100,
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10));
}
