package io.streamjob.e2e.wordcount;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;

/** When records were emitted, to the millisecond. Holds 24 days. */
final class Emissions {
  private final long openedAt;
  private final BitSet busy = new BitSet(); // milliseconds since openedAt in which a record came

  /**
   * Nothing yet.
   *
   * @param openedAt no record is older
   */
  Emissions(Instant openedAt) {
    this.openedAt = openedAt.toEpochMilli();
  }

  void add(long epochMillis) {
    busy.set((int) (epochMillis - openedAt));
  }

  /** When the newest record was emitted; when these were opened, if there is none. */
  Instant newest() {
    return Instant.ofEpochMilli(openedAt + Math.max(0, busy.length() - 1));
  }

  /**
   * The longest time between two records that follow each other. The ends of the span count as
   * records.
   */
  Duration longestSilence(Instant from, Instant to) {
    int end = (int) (to.toEpochMilli() - openedAt);
    int last = (int) (from.toEpochMilli() - openedAt);
    int longest = 0;
    while (last < end) {
      int next = busy.nextSetBit(last + 1);
      next = next < 0 ? end : Math.min(next, end);
      longest = Math.max(longest, next - last);
      last = next;
    }
    return Duration.ofMillis(longest);
  }
}
