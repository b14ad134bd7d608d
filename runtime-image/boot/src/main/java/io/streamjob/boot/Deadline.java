package io.streamjob.boot;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A point in time by which something must have happened; waits for conditions until then. */
final class Deadline {

  private static final long POLL_MILLIS = 20;

  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** How long is left, at least one millisecond: a limit for calls that take one. */
  long millisLeft() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @param what completes the sentence "gave up waiting until ..."
   * @throws TimeoutException if it does not hold in time
   */
  void await(String what, Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      if (System.nanoTime() - endNanos >= 0) {
        throw new TimeoutException("gave up waiting until " + what);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /**
   * Returns the future's value as soon as it is there.
   *
   * @param what completes the sentence "gave up waiting until ..."
   * @throws TimeoutException if it is not there in time
   */
  <T> T get(String what, Future<T> future) throws Exception {
    try {
      return future.get(millisLeft(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      TimeoutException told = new TimeoutException("gave up waiting until " + what);
      told.initCause(e);
      throw told;
    }
  }
}
