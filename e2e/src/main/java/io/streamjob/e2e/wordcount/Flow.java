package io.streamjob.e2e.wordcount;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Text for a word count that never ends, always a little ahead of what the job has written; and
 * what the job has written, to see when it was silent.
 */
public final class Flow implements AutoCloseable {
  /** The store may die and come back meanwhile. */
  private static final int MOST_FAILURES_IN_A_ROW = 60;

  /** Each look costs time of the processors that the job is measured on. */
  private static final Duration EVERY = Duration.ofSeconds(2);

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final WordCountRun run;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final ScheduledFuture<?> feeding;
  private final long wordsAhead;
  private long fedWords;
  private int failuresInARow;

  /**
   * Begins to feed.
   *
   * @param wordsAhead more than the job reads between two of its checkpoints: it never waits for
   *     text
   */
  public Flow(WordCountRun run, long wordsAhead) {
    this.run = run;
    this.wordsAhead = wordsAhead;
    fedWords = run.feeder().fed().pieces().stream().mapToLong(Text::words).sum();
    feeding = clock.scheduleWithFixedDelay(this::feed, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void feed() {
    try {
      long written = run.ledger().refresh().records();
      while (fedWords - written < wordsAhead) {
        fedWords += Text.words(run.feeder().feedNext());
      }
      failuresInARow = 0;
    } catch (IllegalStateException e) {
      failuresInARow++;
      if (failuresInARow > MOST_FAILURES_IN_A_ROW) {
        throw e;
      }
    }
  }

  /** Waits until so many records are written. */
  public void awaitWords(long words) {
    long last = 0;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (long now = written(); now < words; now = written()) {
      checkFeeding();
      if (now > last) {
        last = now;
        deadline = System.nanoTime() + LIMIT.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "expected %d records, found %d and no more".formatted(words, now));
      }
      pause();
    }
  }

  /**
   * The longest silence of the sink in a span of time. Waits until records from after the span are
   * there.
   */
  public Duration longestSilence(Instant from, Instant to) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (newest().isBefore(to)) {
      checkFeeding();
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no record came within " + LIMIT + " after " + to);
      }
      pause();
    }
    synchronized (this) {
      return run.ledger().longestSilence(from, to);
    }
  }

  /** Records lost and doubled, once everything that was fed has been written. */
  public Errors end() {
    feeding.cancel(false);
    synchronized (this) {
      Map<String, Integer> expected = run.feeder().fed().countByTools();
      long words = expected.values().stream().mapToLong(Integer::longValue).sum();
      Ledger ledger = run.awaitOutput(words);
      return new Errors(words, ledger.lost(expected), ledger.doubled());
    }
  }

  /**
   * What an exact result has none of.
   *
   * @param words how many were fed
   */
  public record Errors(long words, long lost, long doubled) {
    /** Of both. */
    public Errors and(Errors other) {
      return new Errors(words + other.words, lost + other.lost, doubled + other.doubled);
    }

    /** Whether every word is there exactly once. */
    public boolean none() {
      return lost == 0 && doubled == 0;
    }
  }

  private synchronized long written() {
    return run.ledger().records();
  }

  private synchronized Instant newest() {
    return run.ledger().newest();
  }

  private void checkFeeding() {
    if (feeding.state() == Future.State.FAILED) {
      throw new IllegalStateException("the feeding failed", feeding.exceptionNow());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for records", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
