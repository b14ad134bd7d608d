package io.streamjob.operator.simulation;

import io.streamjob.operator.plan.Obstacle;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How slow and how reliable the world is, whoever operates in it; fair unless somebody changes it.
 */
final class Weather {
  /** Time from the request of a savepoint until its {@code _metadata} is written. */
  Duration savepointTakes = Duration.ofMillis(300);

  /** The engine cannot write savepoints: credentials expired, store throttled. */
  boolean savepointsFail;

  /** Time from a savepoint's {@code _metadata} until its job has ended. */
  Duration finishTakes = Duration.ZERO;

  /** A savepoint is complete, and its job fails instead of finishing. */
  boolean finishFails;

  /** Time from a request to cancel until the job has ended. */
  Duration cancelTakes = Duration.ZERO;

  /** Time until a pod that was created does its work. */
  Duration podStarts = Duration.ofSeconds(3);

  /** Time until a pod that is deleted ends, and again until it is no longer listed. */
  Duration podEnds = Duration.ofSeconds(1);

  /** Age from which on a listing shows a savepoint. */
  Duration listingLags = Duration.ZERO;

  /** The bucket answers nobody. */
  boolean bucketDown;

  /** The bucket answers that it cannot be used. */
  Optional<Obstacle> storageObstacle = Optional.empty();

  private final Map<Integer, Instant> cutOff = new HashMap<>();

  /** Nobody reaches a revision's coordinator until then; its job does not mind. */
  void cutOff(int revision, Instant until) {
    cutOff.put(revision, until);
  }

  boolean isCutOff(int revision, Instant now) {
    Instant until = cutOff.get(revision);
    return until != null && now.isBefore(until);
  }

  /** It clears up: nothing fails or lags any more. */
  void clear() {
    savepointTakes = Duration.ofMillis(300);
    savepointsFail = false;
    finishTakes = Duration.ZERO;
    finishFails = false;
    cancelTakes = Duration.ZERO;
    podStarts = Duration.ofSeconds(3);
    podEnds = Duration.ofSeconds(1);
    listingLags = Duration.ZERO;
    bucketDown = false;
    storageObstacle = Optional.empty();
    cutOff.clear();
  }
}
