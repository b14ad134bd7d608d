package io.streamjob.e2e.crash;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out every write, and lets the answers to half of them get lost. Which ones, a fixed seed
 * says: to lose every second one would hit the same of two writes at each look, for ever.
 */
final class LostAnswers implements Chokepoint.Trap {
  private static final long SEED = 1;

  private final Random random = new Random(SEED);
  private final AtomicInteger lost = new AtomicInteger();

  @Override
  public boolean mayLeave(String write) {
    return true;
  }

  @Override
  public synchronized boolean mayReturn(String write) {
    boolean returns = random.nextBoolean();
    if (!returns) {
      lost.incrementAndGet();
    }
    return returns;
  }

  /** Answers that were lost until now. */
  int lost() {
    return lost.get();
  }
}
