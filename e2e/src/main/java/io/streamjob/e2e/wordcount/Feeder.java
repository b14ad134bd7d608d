package io.streamjob.e2e.wordcount;

import io.streamjob.e2e.harness.ObjectStore;
import java.util.List;

/** Puts pieces of text where the job reads them, one object each. */
public final class Feeder {
  private final ObjectStore store;
  private final String bucket;
  private final String prefix;
  private final List<byte[]> pieces;
  private int next;

  public Feeder(ObjectStore store, String bucket, String prefix, Text text) {
    this.store = store;
    this.bucket = bucket;
    this.prefix = prefix;
    this.pieces = text.pieces();
  }

  /** Feeds pieces until so much of the text has been fed, from 0 to 1. */
  public void feedUpTo(double part) {
    int until = (int) Math.round(pieces.size() * part);
    while (next < until) {
      store.put(bucket, "%s/piece-%06d.txt".formatted(prefix, next), pieces.get(next));
      next++;
    }
  }
}
