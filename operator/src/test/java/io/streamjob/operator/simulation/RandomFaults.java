package io.streamjob.operator.simulation;

import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Faults by chance: one seed, one schedule. */
final class RandomFaults implements Faults {
  /** Far below the engine's memory of a trigger, which is what makes a late stop harmless. */
  private static final int LONGEST_DELAY_MILLIS = 120_000;

  private static final int LONGEST_LAG_MILLIS = 2_000;
  private static final int LONGEST_SILENCE_MILLIS = 20_000;

  private final Random random;
  private double rate;
  private int struck;
  private Instant silentUntil = Instant.MIN;

  /**
   * @param rate how likely a fault is at each act
   */
  RandomFaults(Random random, double rate) {
    this.random = random;
    this.rate = rate;
  }

  @Override
  public Fault strike(Act act) {
    if (!hits(rate)) {
      return Fault.NONE;
    }
    List<Fault> faults = act.faults();
    return faults.get(random.nextInt(faults.size()));
  }

  @Override
  public <T> Reading<T> blur(Reading<T> seen, Instant now) {
    if (rate == 0) {
      return seen;
    }
    if (hits(rate / 40)) {
      silentUntil = now.plus(Duration.ofMillis(random.nextInt(LONGEST_SILENCE_MILLIS)));
    }
    boolean silent = now.isBefore(silentUntil) && random.nextInt(4) > 0;
    return silent || hits(rate / 8) ? Reading.unknown("time limit passed") : seen;
  }

  @Override
  public Duration delay() {
    return Duration.ofMillis(random.nextInt(random.nextInt(4) == 0 ? LONGEST_DELAY_MILLIS : 5_000));
  }

  @Override
  public Duration age() {
    return Duration.ofMillis(random.nextInt(LONGEST_LAG_MILLIS));
  }

  @Override
  public int struck() {
    return struck;
  }

  @Override
  public void stop() {
    rate = 0;
  }

  private boolean hits(double chance) {
    boolean hit = chance > 0 && random.nextDouble() < chance;
    struck += hit ? 1 : 0;
    return hit;
  }
}
