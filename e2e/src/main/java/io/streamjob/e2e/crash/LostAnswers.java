package io.streamjob.e2e.crash;

import java.util.concurrent.atomic.AtomicInteger;

/** Carries out every write, and lets the answer to every second one get lost. */
final class LostAnswers implements Chokepoint.Trap {
  private final AtomicInteger writes = new AtomicInteger();

  @Override
  public boolean mayLeave(String write) {
    return true;
  }

  @Override
  public boolean mayReturn(String write) {
    return writes.incrementAndGet() % 2 == 0;
  }

  /** Answers that were lost until now. */
  int lost() {
    return (writes.get() + 1) / 2;
  }
}
