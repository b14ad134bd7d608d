package io.streamjob.operator.simulation;

import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** What goes wrong between the operator and the world: a seeded schedule, or nothing at all. */
final class Faults {
  private final Random random;
  private double rate;
  private int struck;
  private Instant silentUntil = Instant.MIN;

  private Faults(Random random, double rate) {
    this.random = random;
    this.rate = rate;
  }

  static Faults none() {
    return new Faults(new Random(0), 0);
  }

  static Faults of(Random random, double rate) {
    return new Faults(random, rate);
  }

  void stop() {
    rate = 0;
    silentUntil = Instant.MIN;
  }

  int struck() {
    return struck;
  }

  /** The operator's process dies here, sometimes. */
  void mayCrash() {
    if (strikes(rate)) {
      throw new Crash();
    }
  }

  boolean losesAnswer() {
    return strikes(rate);
  }

  boolean losesRequest() {
    return strikes(rate);
  }

  boolean repeats() {
    return strikes(rate);
  }

  /** The coordinator of some revision loses its memory. */
  boolean restartsCoordinator() {
    return strikes(rate / 40);
  }

  /** What was seen, unless nobody can see anything for a while. */
  <T> Reading<T> blur(Reading<T> seen, Instant now) {
    if (strikes(rate / 10)) {
      silentUntil = now.plus(Duration.ofMillis(random.nextInt(20_000)));
    }
    boolean silent = now.isBefore(silentUntil) && random.nextInt(4) > 0;
    return silent || strikes(rate / 4) ? Reading.unknown("time limit passed") : seen;
  }

  private boolean strikes(double chance) {
    boolean hit = chance > 0 && random.nextDouble() < chance;
    struck += hit ? 1 : 0;
    return hit;
  }

  /** The process is gone, and with it all that it knew. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }
}
