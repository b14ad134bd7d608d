package io.streamjob.e2e.crash;

import java.util.concurrent.atomic.AtomicInteger;

/** Does something each time that a status was written, before the operator hears of that. */
final class EachStatus implements Chokepoint.Trap {
  private final Runnable disturbance;
  private final AtomicInteger times = new AtomicInteger();

  EachStatus(Runnable disturbance) {
    this.disturbance = disturbance;
  }

  @Override
  public boolean mayLeave(String write) {
    return true;
  }

  @Override
  public boolean mayReturn(String write) {
    if (write.endsWith("/status")) {
      times.incrementAndGet();
      disturbance.run();
    }
    return true;
  }

  /** How often it was done. */
  int times() {
    return times.get();
  }
}
