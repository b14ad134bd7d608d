package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.harness.SelfBuiltCluster;
import io.streamjob.e2e.wordcount.Flow;
import java.time.Duration;
import java.util.List;

/**
 * {@code make crash-sweep}: kills the operator before and after each of its writes, in a Warm
 * upgrade, a Cold one and a rollback, and lets answers get lost; counts records afterwards.
 *
 * <p>The deaths of a rollout follow each other: before a write, after it, before the next one. Each
 * operator finds what the one before it has left.
 */
public final class CrashSweep {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration FREEZES_LIMIT = Duration.ofMinutes(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A rollout to be crashed. */
  private record Scenario(String name, String version, String strategy, String outcome) {}

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("warm upgrade", "2", "Warm", "Completed"),
          new Scenario("cold upgrade", "1", "Cold", "Completed"),
          new Scenario("rollback", "incompatible", "Warm", "RolledBack"),
          new Scenario("cold rollback", "incompatible", "Cold", "RolledBack"));

  private final CrashStage stage;
  private int points;

  private CrashSweep(CrashStage stage) {
    this.stage = stage;
  }

  public static void main(String[] args) {
    if (!(Cluster.start() instanceof SelfBuiltCluster cluster)) {
      throw new IllegalStateException(
          "crash-sweep: expected the self-built cluster, whose Services this machine reaches; unset "
              + Cluster.KUBECONFIG_VARIABLE);
    }
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2", "incompatible"));
    int points;
    Flow.Errors errors;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      try (CrashStage stage = new CrashStage(cluster, store)) {
        CrashSweep sweep = new CrashSweep(stage);
        SCENARIOS.forEach(sweep::crash);
        sweep.loseAnswers();
        sweep.restartApiServer();
        sweep.freezeLeaders();
        points = sweep.points;
        errors = stage.errors();
      }
    }
    System.out.printf(
        "crash-sweep: %s points=%d survived=%d words=%d lost=%d doubled=%d%n",
        errors.none() ? "ok" : "failed",
        points,
        points,
        errors.words(),
        errors.lost(),
        errors.doubled());
    System.exit(errors.none() ? 0 : 1);
  }

  /** One rollout in which no operator lives longer than to its next write. */
  private void crash(Scenario scenario) {
    stage.rollouts().begin(scenario.version(), scenario.strategy());
    int deaths = 0;
    while (dies(deaths % 2 == 0 ? Strike.CRASH_BEFORE : Strike.CRASH_AFTER, scenario, deaths)) {
      deaths++;
    }
    stage.rollouts().awaitEnd(scenario.outcome(), LOOK_EVERY);
    System.err.printf("crash-sweep: %s: survived %d deaths%n", scenario.name(), deaths);
    points += deaths;
  }

  /** Lets an operator live to its next write. Returns false if the rollout ends before. */
  private boolean dies(Strike strike, Scenario scenario, int deaths) {
    Ambush ambush = new Ambush(strike);
    try (HostOperator operator = stage.operator(ambush, CrashStage.ALONE)) {
      ambush.lieInWaitFor(operator);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!ambush.hasStruck(LOOK_EVERY)) {
        if (stage.rollouts().isOver()) {
          return false;
        }
        if (!ambush.hasStruck(Duration.ZERO)) {
          operator.checkAlive();
        }
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "expected a write or the end of the %s within %s, found neither: %s"
                  .formatted(
                      scenario.name(),
                      LIMIT,
                      stage.run().jobs().get("word-count").path("status").toPrettyString()));
        }
      }
    }
    System.err.printf(
        "crash-sweep: %s %d: %s %s%n", scenario.name(), deaths + 1, strike, ambush.at());
    return true;
  }

  /** A Warm upgrade in which every second answer gets lost. */
  private void loseAnswers() {
    LostAnswers lost = new LostAnswers();
    stage.operated(lost, () -> rollOut("1"));
    survived("lost answers", lost.lost());
  }

  /** A Warm upgrade in which the API server dies at each step. */
  private void restartApiServer() {
    EachStatus outages =
        new EachStatus(() -> stage.cluster().restartApiServer(Duration.ofSeconds(1)));
    stage.operated(outages, () -> rollOut("2"));
    survived("restarts of the API server", outages.times());
  }

  /** A Warm upgrade in which the leader is frozen at each step, and thaws under a new one. */
  private void freezeLeaders() {
    try (Rivals rivals = new Rivals(stage)) {
      stage.rollouts().begin("1", "Warm");
      long deadline = System.nanoTime() + FREEZES_LIMIT.toNanos();
      while (!stage.rollouts().isOver()) {
        rivals.replaceTheDead();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("no end of the upgrade within " + FREEZES_LIMIT);
        }
        pause();
      }
      stage.rollouts().awaitEnd("Completed", LOOK_EVERY);
      survived("frozen leaders", rivals.freezes());
    }
  }

  private void rollOut(String version) {
    stage.rollouts().begin(version, "Warm");
    stage.rollouts().awaitEnd("Completed", LIMIT);
  }

  private void survived(String what, int times) {
    System.err.printf("crash-sweep: warm upgrade: survived %d %s%n", times, what);
    points += times;
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a rollout", e);
    }
  }
}
