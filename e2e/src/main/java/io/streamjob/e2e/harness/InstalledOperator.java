package io.streamjob.e2e.harness;

import java.time.Duration;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * The operator that {@link Product#install} has installed.
 *
 * @param kubectl its cluster
 */
public record InstalledOperator(Kubectl kubectl) {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /**
   * Does something once its pods are gone; brings it back whatever comes of that, and waits until
   * it is ready.
   */
  public void runWithout(Runnable act) {
    getWithout(
        () -> {
          act.run();
          return true;
        });
  }

  /** The same, with a result. */
  public <T> T getWithout(Supplier<T> act) {
    stop();
    try {
      return act.get();
    } finally {
      start();
    }
  }

  private void stop() {
    scale(0);
    Awaitility.await("the operator to be gone")
        .atMost(LIMIT)
        .until(() -> kubectl.run("-n", Product.NAMESPACE, "get", "pods", "-o", "name").isBlank());
  }

  private void start() {
    scale(1);
    kubectl.awaitRollout(Product.NAMESPACE, Product.DEPLOYMENT, LIMIT);
  }

  private void scale(int replicas) {
    kubectl.run(
        "-n",
        Product.NAMESPACE,
        "scale",
        "deployment",
        Product.DEPLOYMENT,
        "--replicas=" + replicas);
  }
}
