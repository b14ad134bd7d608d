package io.streamjob.e2e.wordcount;

import io.streamjob.e2e.harness.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the job has written, record by record. Each {@code (word, n)} must come once, for n from 1
 * to the number of times that the word was read.
 */
public final class Ledger {
  private static final String FINAL = ".tsv";
  private static final int FIELDS_OF_VERSION_1 = 3;

  private final ObjectStore store;
  private final String bucket;
  private final String prefix;
  private final Set<String> read = new HashSet<>();
  private final Map<String, BitSet> seen = new HashMap<>();
  private final Emissions emissions = new Emissions(Instant.now());
  private long records;
  private long doubled;
  private long lastOfVersion1 = Long.MIN_VALUE;
  private long firstOfVersion2 = Long.MAX_VALUE;

  public Ledger(ObjectStore store, String bucket, String prefix) {
    this.store = store;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /** Reads the files that have come since the last time; a visible file is final. */
  public Ledger refresh() {
    for (String key : store.list(bucket, prefix).keySet()) {
      // The store shows an object under a passing name while it is being written.
      if (key.endsWith(FINAL) && !read.contains(key)) {
        byte[] content = store.get(bucket, key);
        read.add(key);
        new String(content, StandardCharsets.US_ASCII).lines().forEach(this::enter);
      }
    }
    return this;
  }

  private void enter(String line) {
    String[] fields = line.split("\t", -1);
    int n = Integer.parseInt(fields[1]);
    long emittedAt = Long.parseLong(fields[2]);
    BitSet numbers = seen.computeIfAbsent(fields[0], word -> new BitSet());
    if (numbers.get(n)) {
      doubled++;
    }
    numbers.set(n);
    emissions.add(emittedAt);
    records++;
    if (fields.length == FIELDS_OF_VERSION_1) {
      lastOfVersion1 = Math.max(lastOfVersion1, emittedAt);
    } else {
      firstOfVersion2 = Math.min(firstOfVersion2, emittedAt);
    }
  }

  /** Records that were written, doubled ones included. */
  public long records() {
    return records;
  }

  /** Records that were written a second time. */
  public long doubled() {
    return doubled;
  }

  /** Expected {@code (word, n)} that are missing, plus those that nobody expected. */
  public long lost(Map<String, Integer> expected) {
    long missing = 0;
    for (Map.Entry<String, Integer> word : expected.entrySet()) {
      BitSet numbers = seen.getOrDefault(word.getKey(), new BitSet());
      missing += word.getValue() - numbers.get(1, word.getValue() + 1).cardinality();
      missing += numbers.cardinality() - numbers.get(1, word.getValue() + 1).cardinality();
    }
    return missing + seen.keySet().stream().filter(word -> !expected.containsKey(word)).count();
  }

  /** The longest time without a record in a span of time, by the time stamps in the records. */
  public Duration longestSilence(Instant from, Instant to) {
    return emissions.longestSilence(from, to);
  }

  /** When the newest record was emitted, by its time stamp. */
  public Instant newest() {
    return emissions.newest();
  }

  /**
   * Milliseconds from the last record of version 1 to the first of version 2, by the time stamps in
   * the records; empty if one of them wrote nothing.
   */
  public OptionalLong gapMillis() {
    return lastOfVersion1 == Long.MIN_VALUE || firstOfVersion2 == Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(firstOfVersion2 - lastOfVersion1);
  }
}
