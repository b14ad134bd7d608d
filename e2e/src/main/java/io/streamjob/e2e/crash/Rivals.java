package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two operators that share a lease. Whoever writes a status is frozen in that moment, for longer
 * than the lease lasts, and then goes on where it was.
 */
final class Rivals implements AutoCloseable {
  private static final Duration LONGER_THAN_THE_LEASE = Duration.ofSeconds(13);

  private final CrashStage stage;
  private final AtomicInteger freezes = new AtomicInteger();
  private final List<HostOperator> operators = new ArrayList<>();

  Rivals(CrashStage stage) {
    this.stage = stage;
    operators.add(rival());
    operators.add(rival());
  }

  private HostOperator rival() {
    AtomicReference<HostOperator> itself = new AtomicReference<>();
    Outages trap = new Outages(() -> freeze(itself.get()), Integer.MAX_VALUE);
    HostOperator operator =
        stage.operator(trap, "--leader-election=true", "--lease-namespace=" + Product.NAMESPACE);
    itself.set(operator);
    return operator;
  }

  private void freeze(HostOperator operator) {
    freezes.incrementAndGet();
    operator.signal("STOP");
    try {
      Thread.sleep(LONGER_THAN_THE_LEASE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (operator.isAlive()) {
      operator.signal("CONT");
    }
  }

  /**
   * Puts a new operator in the place of each that has ended, as it must when it loses the lease.
   */
  void replaceTheDead() {
    operators.replaceAll(
        operator -> {
          if (operator.isAlive()) {
            return operator;
          }
          operator.close();
          return rival();
        });
  }

  /** How often one of them was frozen. */
  int freezes() {
    return freezes.get();
  }

  @Override
  public void close() {
    operators.forEach(HostOperator::close);
  }
}
