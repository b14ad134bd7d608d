package io.streamjob.e2e.crash;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kills an operator at one of its next writes. Each write of the status leads on, and is struck.
 * Any other may be repeated by each operator that comes next, such as the probe of the storage or
 * the first of several objects: they would all die of it, and so it is struck once until the status
 * changes.
 */
final class Ambush implements Chokepoint.Trap {
  private static final Pattern RANDOM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Strike strike;
  private final Set<String> struckBefore;
  private final AtomicInteger spared;
  private final CountDownLatch struck = new CountDownLatch(1);
  private volatile @Nullable HostOperator victim;
  private volatile String at = "";

  /**
   * Waits for a write.
   *
   * @param strike when the victim dies
   * @param struckBefore writes that others have died of since the status changed; kept up
   * @param spared how many writes the victim survives
   */
  Ambush(Strike strike, Set<String> struckBefore, int spared) {
    this.strike = strike;
    this.struckBefore = struckBefore;
    this.spared = new AtomicInteger(spared);
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
    if (operator == null || isSpent(write) || spared.getAndDecrement() > 0) {
      return false;
    }
    if (write.endsWith("/status") && strike == Strike.CRASH_AFTER) {
      struckBefore.clear();
    }
    at = write;
    struck.countDown();
    operator.kill();
    return true;
  }

  private synchronized boolean isSpent(String write) {
    return !write.endsWith("/status")
        && !struckBefore.add(strike + " " + RANDOM.matcher(write).replaceAll("*"));
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
