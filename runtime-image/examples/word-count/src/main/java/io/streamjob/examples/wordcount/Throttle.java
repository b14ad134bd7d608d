package io.streamjob.examples.wordcount;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Lets at most so many lines per second and subtask pass. Chained to the source, it waits between
 * two lines, where a checkpoint's barrier can pass: it delays a barrier by one line at most.
 */
final class Throttle implements MapFunction<String, String> {

  private static final long serialVersionUID = 1L;

  private final long nanosPerLine;
  private transient long nextNanos;

  /**
   * @param linesPerSecond more than 0
   */
  Throttle(double linesPerSecond) {
    nanosPerLine = (long) (TimeUnit.SECONDS.toNanos(1) / linesPerSecond);
  }

  @Override
  public String map(String line) throws InterruptedException {
    long now = System.nanoTime();
    if (nextNanos == 0 || nextNanos - now < -nanosPerLine) {
      nextNanos = now; // idle until now: what was not used is not made up for
    }
    while (now < nextNanos) {
      LockSupport.parkNanos(nextNanos - now);
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled between two lines");
      }
      now = System.nanoTime();
    }
    nextNanos += nanosPerLine;
    return line;
  }
}
