package io.streamjob.examples.wordcount;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Lets at most so many words per second and subtask pass. Chained to the source, it delays a
 * checkpoint's barrier by the words of one line at most.
 */
final class Throttle implements MapFunction<String, String> {

  private static final long serialVersionUID = 1L;

  /** Shorter waits than this are put together: a thread cannot be parked for less than it takes. */
  private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final long nanosPerWord;
  private transient long nextNanos;

  /**
   * @param wordsPerSecond more than 0
   */
  Throttle(double wordsPerSecond) {
    nanosPerWord = (long) (TimeUnit.SECONDS.toNanos(1) / wordsPerSecond);
  }

  @Override
  public String map(String word) throws InterruptedException {
    long now = System.nanoTime();
    if (nextNanos == 0 || nextNanos - now < -nanosPerWord) {
      nextNanos = now; // idle until now: what was not used is not made up for
    }
    while (nextNanos - now >= SHORTEST_WAIT_NANOS) {
      LockSupport.parkNanos(nextNanos - now);
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled between two words");
      }
      now = System.nanoTime();
    }
    nextNanos += nanosPerWord;
    return word;
  }
}
