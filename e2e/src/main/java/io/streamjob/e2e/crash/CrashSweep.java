package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.InstalledOperator;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Parts;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.harness.SelfBuiltCluster;
import io.streamjob.e2e.wordcount.Flow;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * {@code make crash-sweep}: kills the operator before and after each of its writes, in upgrades of
 * each kind and in rollbacks; lets answers get lost, API server and store die, and leaders freeze;
 * kills coordinators and workers at each step, with and without high availability; and counts
 * records afterwards.
 *
 * <p>The deaths of a rollout follow each other: before a write, after it, before the next one. Each
 * operator finds what the one before it has left. Paths that have most of their writes in common
 * with another one are struck at each second write.
 *
 * <p>Environment: {@link Parts}, of {@code deaths,faults,coordinators,workers}.
 */
public final class CrashSweep {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration OUTAGES_LIMIT = Duration.ofMinutes(10);
  private static final Duration DOWN = Duration.ofSeconds(1);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int MOST_OUTAGES = 12;
  private static final int EACH = 1;

  /** Where a path has most of its writes in common with another one. */
  private static final int EACH_SECOND = 2;

  /** Steps of every path. Later ones may be left out as a death leads elsewhere. */
  private static final Set<String> STEPS_OF_ALL =
      Set.of("Preparing", "Stopping", "Verifying", "Starting");

  private static final String DEATHS = "deaths";
  private static final String FAULTS = "faults";
  private static final String COORDINATORS = "coordinators";
  private static final String WORKERS = "workers";

  /**
   * A rollout to be crashed.
   *
   * @param stride which of its writes an operator dies of; 1 is its first
   */
  private record Scenario(
      String name, String version, String strategy, String state, String outcome, int stride) {

    Scenario withStride(int other) {
      return new Scenario(name, version, strategy, state, outcome, other);
    }
  }

  private static final Scenario WARM =
      new Scenario("warm upgrade", "2", "Warm", "Savepoint", "Completed", EACH);

  private static final List<Scenario> OTHERS =
      List.of(
          new Scenario("cold upgrade", "1", "Cold", "Savepoint", "Completed", EACH),
          new Scenario(
              "upgrade by checkpoint", "2", "Warm", "Checkpoint", "Completed", EACH_SECOND),
          new Scenario("rollback", "incompatible", "Warm", "Savepoint", "RolledBack", EACH),
          new Scenario(
              "cold rollback", "incompatible", "Cold", "Savepoint", "RolledBack", EACH_SECOND));

  private final CrashStage stage;
  private final Set<String> struckOnce = new HashSet<>();
  private int points;

  private CrashSweep(CrashStage stage) {
    this.stage = stage;
  }

  /**
   * What a sweep has shown.
   *
   * @param points places in which something died, was lost or froze; all of them were survived
   * @param errors what is lost or doubled of all that was fed
   */
  public record Survey(int points, Flow.Errors errors) {
    private static final Survey NONE = new Survey(0, new Flow.Errors(0, 0, 0));

    private Survey and(Survey other) {
      return new Survey(points + other.points, errors.and(other.errors));
    }
  }

  public static void main(String[] args) {
    Parts parts = Parts.wished(List.of(DEATHS, FAULTS, COORDINATORS, WORKERS));
    SelfBuiltCluster cluster = ofThisMachine(Cluster.start());
    Product product = new Product(cluster);
    product.provideImages(List.of("1", "2", "incompatible"));
    Survey survey;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      survey =
          new InstalledOperator(cluster.kubectl()).getWithout(() -> whole(cluster, store, parts));
    }
    Flow.Errors errors = survey.errors();
    System.out.printf(
        "crash-sweep: %s points=%d survived=%d words=%d lost=%d doubled=%d%n",
        errors.none() ? "ok" : "failed",
        survey.points(),
        survey.points(),
        errors.words(),
        errors.lost(),
        errors.doubled());
    System.exit(errors.none() ? 0 : 1);
  }

  private static SelfBuiltCluster ofThisMachine(Cluster cluster) {
    if (cluster instanceof SelfBuiltCluster ours) {
      return ours;
    }
    throw new IllegalStateException(
        "crash-sweep: expected the self-built cluster, whose Services this machine reaches; unset "
            + Cluster.KUBECONFIG_VARIABLE);
  }

  private static Survey whole(SelfBuiltCluster cluster, ObjectStore store, Parts parts) {
    Survey all = Survey.NONE;
    if (parts.include(DEATHS, FAULTS)) {
      all =
          sweep(
              cluster,
              store,
              "crash-operator",
              UnaryOperator.identity(),
              sweep -> {
                if (parts.include(DEATHS)) {
                  sweep.crash(WARM);
                  OTHERS.forEach(sweep::crash);
                }
                if (parts.include(FAULTS)) {
                  sweep.loseAnswers();
                  sweep.restartApiServer();
                  sweep.restartStore();
                  sweep.freezeLeaders();
                }
              });
    }
    return parts.include(COORDINATORS, WORKERS) ? all.and(pods(cluster, store, parts)) : all;
  }

  /** The pods of two jobs die side by side: most of that time is spent waiting for new ones. */
  private static Survey pods(SelfBuiltCluster cluster, ObjectStore store, Parts parts) {
    Callable<Survey> byOperator =
        () ->
            sweep(
                cluster,
                store,
                "crash-pods",
                UnaryOperator.identity(),
                sweep -> {
                  if (parts.include(COORDINATORS)) {
                    sweep.killPods(Component.COORDINATOR);
                  }
                  if (parts.include(WORKERS)) {
                    sweep.killPods(Component.WORKER);
                  }
                });
    // A lost worker is the engine's business in any case.
    Callable<Survey> byEngine =
        () ->
            parts.include(COORDINATORS)
                ? sweep(
                    cluster,
                    store,
                    "crash-pods-ha",
                    CrashSweep::highlyAvailable,
                    sweep -> sweep.killPods(Component.COORDINATOR))
                : Survey.NONE;
    try (ExecutorService jobs = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Survey> first = jobs.submit(byOperator);
      Future<Survey> second = jobs.submit(byEngine);
      return first.get().and(second.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the pods of one job were not survived", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pods die", e);
    }
  }

  private static String highlyAvailable(String sample) {
    return sample.replace("  coordinator:\n", "  coordinator:\n    highAvailability: Kubernetes\n");
  }

  /**
   * One Warm upgrade in which no operator lives longer than for some writes.
   *
   * @param stride which of its writes an operator dies of; 1 is its first
   */
  public static Survey warmUpgrade(Cluster cluster, ObjectStore store, int stride) {
    return new InstalledOperator(cluster.kubectl())
        .getWithout(
            () ->
                sweep(
                    ofThisMachine(cluster),
                    store,
                    "crash-operator",
                    UnaryOperator.identity(),
                    sweep -> sweep.crash(WARM.withStride(stride))));
  }

  private static Survey sweep(
      SelfBuiltCluster cluster,
      ObjectStore store,
      String name,
      UnaryOperator<String> change,
      Consumer<CrashSweep> acts) {
    try (CrashStage stage = new CrashStage(cluster, store, name, change)) {
      CrashSweep sweep = new CrashSweep(stage);
      acts.accept(sweep);
      return new Survey(sweep.points, stage.errors());
    }
  }

  /** One rollout in which each operator dies of its next write, or of one of the next. */
  private void crash(Scenario scenario) {
    struckOnce.clear();
    stage.rollouts().begin(scenario.version(), scenario.strategy(), scenario.state());
    int deaths = 0;
    while (dies(deaths % 2 == 0 ? Strike.CRASH_BEFORE : Strike.CRASH_AFTER, scenario, deaths)) {
      deaths++;
    }
    stage.rollouts().awaitEnd(scenario.outcome(), LOOK_EVERY);
    System.err.printf("crash-sweep: %s: survived %d deaths%n", scenario.name(), deaths);
    points += deaths;
  }

  /** Lets an operator live to one of its next writes. Returns false if the rollout ends before. */
  private boolean dies(Strike strike, Scenario scenario, int deaths) {
    Ambush ambush = new Ambush(strike, struckOnce, scenario.stride() - 1);
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

  /** A Warm upgrade in which half of the answers get lost. */
  private void loseAnswers() {
    LostAnswers lost = new LostAnswers();
    stage.operated(lost, () -> rollOut("1"));
    survived("lost answers", lost.lost());
  }

  /** A Warm upgrade in which the API server and its own store die in turn, one at each step. */
  private void restartApiServer() {
    AtomicInteger turns = new AtomicInteger();
    Outages outages =
        new Outages(
            () -> {
              if (turns.getAndIncrement() % 2 == 0) {
                stage.cluster().restartApiServer(DOWN);
              } else {
                stage.cluster().restartEtcd(DOWN);
              }
            },
            Integer.MAX_VALUE);
    stage.operated(outages, () -> rollOut("2"));
    survived("restarts of the API server and of etcd", outages.times());
  }

  /**
   * A Warm upgrade in which the store dies at each step, and is back after about a second. The
   * savepoint may fail by it: then the job runs on, and another attempt follows.
   */
  private void restartStore() {
    Outages outages = new Outages(stage.cluster()::killStore, MOST_OUTAGES);
    stage.operated(
        outages,
        () -> {
          stage.rollouts().begin("1", "Warm", "Savepoint");
          stage.rollouts().awaitVersion("1", OUTAGES_LIMIT);
        });
    survived("restarts of the store", outages.times());
  }

  /** A Warm upgrade in which the leader is frozen at each step, and thaws under a new one. */
  private void freezeLeaders() {
    try (Rivals rivals = new Rivals(stage)) {
      stage.rollouts().begin("2", "Warm", "Savepoint");
      long deadline = System.nanoTime() + OUTAGES_LIMIT.toNanos();
      while (!stage.rollouts().isOver()) {
        rivals.replaceTheDead();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("no end of the upgrade within " + OUTAGES_LIMIT);
        }
        pause();
      }
      stage.rollouts().awaitEnd("Completed", LOOK_EVERY);
      survived("frozen leaders", rivals.freezes());
    }
  }

  private void killPods(Component component) {
    killPods(WARM, component);
    OTHERS.forEach(scenario -> killPods(scenario, component));
  }

  /**
   * A rollout in which all pods of one kind die at each of its steps. It may be given up by that,
   * and tried again; or rolled back, and refused until it is wished anew: then the version of
   * before runs on, and the next upgrade is to the other one again.
   */
  private void killPods(Scenario scenario, Component component) {
    boolean completes = scenario.outcome().equals("Completed");
    String version = completes ? stage.rollouts().otherVersion() : scenario.version();
    PodKills kills = new PodKills(stage.run(), component);
    stage.operated(
        kills,
        () -> {
          stage.rollouts().begin(version, scenario.strategy(), scenario.state());
          boolean done = stage.rollouts().awaitVersionOrRefusal(version, OUTAGES_LIMIT);
          if (done && !completes) {
            throw new IllegalStateException(
                "expected version %s to be refused, found it current".formatted(version));
          }
          stage.run().awaitRunning(OUTAGES_LIMIT);
        });
    Set<String> steps = kills.steps();
    if (!steps.containsAll(STEPS_OF_ALL)) {
      throw new IllegalStateException(
          "%s: expected each %s to die in all of %s, found %s"
              .formatted(
                  scenario.name(),
                  component.label(),
                  new TreeSet<>(STEPS_OF_ALL),
                  new TreeSet<>(steps)));
    }
    System.err.printf(
        "crash-sweep: %s: survived %d kills of each %s%n",
        scenario.name(), steps.size(), component.label());
    points += steps.size();
  }

  private void rollOut(String version) {
    stage.rollouts().begin(version, "Warm", "Savepoint");
    stage.rollouts().awaitEnd("Completed", OUTAGES_LIMIT);
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
