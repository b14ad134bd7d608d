package io.streamjob.e2e.crash;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kills an operator at its next write. */
final class Ambush implements Chokepoint.Trap {
  private final Strike strike;
  private final CountDownLatch struck = new CountDownLatch(1);
  private volatile @Nullable HostOperator victim;
  private volatile String at = "";

  /**
   * Waits for a write.
   *
   * @param strike when the victim dies
   */
  Ambush(Strike strike) {
    this.strike = strike;
  }

  /** Names who is to die. Until then nobody does. */
  void lieInWaitFor(HostOperator operator) {
    victim = operator;
  }

  @Override
  public boolean mayLeave(String write) {
    return strike != Strike.CRASH_BEFORE || !strikes(write);
  }

  @Override
  public boolean mayReturn(String write) {
    return strike != Strike.CRASH_AFTER || !strikes(write);
  }

  private boolean strikes(String write) {
    HostOperator operator = victim;
    if (operator == null) {
      return false;
    }
    at = write;
    struck.countDown();
    operator.kill();
    return true;
  }

  /** Waits for the strike. */
  boolean hasStruck(Duration limit) {
    try {
      return struck.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in wait", e);
    }
  }

  /** The write that was struck; empty if none was. */
  String at() {
    return at;
  }
}
