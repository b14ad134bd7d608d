package io.streamjob.e2e.crash;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings something down each time that a status was written, before the operator hears of that, so
 * often and not more: what fails by it is tried again, and must succeed in the end.
 */
final class Outages implements Chokepoint.Trap {
  private final Runnable outage;
  private final int most;
  private final AtomicInteger times = new AtomicInteger();

  Outages(Runnable outage, int most) {
    this.outage = outage;
    this.most = most;
  }

  @Override
  public boolean mayLeave(String write) {
    return true;
  }

  @Override
  public boolean mayReturn(String write) {
    if (write.endsWith("/status") && times.get() < most) {
      times.incrementAndGet();
      outage.run();
    }
    return true;
  }

  /** How often it was down. */
  int times() {
    return times.get();
  }
}
