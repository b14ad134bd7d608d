package io.streamjob.e2e.wordcount;

import io.streamjob.e2e.harness.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts pieces of text where the job reads them, one object each. */
public final class Feeder implements AutoCloseable {
  private final ObjectStore store;
  private final String bucket;
  private final String prefix;
  private final List<byte[]> pieces;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private int next;
  private @Nullable ScheduledFuture<?> steady;

  public Feeder(ObjectStore store, String bucket, String prefix, Text text) {
    this.store = store;
    this.bucket = bucket;
    this.prefix = prefix;
    this.pieces = text.pieces();
  }

  /**
   * Feeds a piece each {@code pause} from now on, until so much of the text is fed, from 0 to 1.
   */
  public void feedSteadily(Duration pause, double upTo) {
    steady =
        clock.scheduleAtFixedRate(() -> feed(1, upTo), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Feeds at once until so much of the text is fed, from 0 to 1. */
  public void feedUpTo(double part) {
    if (steady != null && steady.state() == Future.State.FAILED) {
      throw new IllegalStateException("the steady feeding failed", steady.exceptionNow());
    }
    feed(pieces.size(), part);
  }

  private synchronized void feed(int most, double upTo) {
    int until = (int) Math.min(next + (long) most, Math.round(pieces.size() * upTo));
    while (next < until) {
      feedNext();
    }
  }

  /** Feeds one piece and returns it; after the last of the text the first comes again. */
  public synchronized byte[] feedNext() {
    byte[] piece = pieces.get(next % pieces.size());
    store.put(bucket, "%s/piece-%06d.txt".formatted(prefix, next), piece);
    next++;
    return piece;
  }

  /** What was fed until now, in order. */
  public synchronized Text fed() {
    return new Text(
        IntStream.range(0, next).mapToObj(piece -> pieces.get(piece % pieces.size())).toList());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
