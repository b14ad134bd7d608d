package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Repository;
import io.streamjob.e2e.harness.SelfBuiltCluster;
import io.streamjob.e2e.wordcount.Flow;
import io.streamjob.e2e.wordcount.Rollouts;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A running word count whose operators live outside of the cluster and reach everything through a
 * chokepoint. The installed operator is to be away meanwhile.
 */
final class CrashStage implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int TEXT_BYTES = 1 << 20;
  private static final int WORDS_PER_SECOND = 200; // it runs for as long as operators take to die
  private static final int PIECE_BYTES = 4 << 10;
  private static final long WORDS_AHEAD = 6_000; // nobody measures how long it waits for text

  /** The argument of an operator that has no other beside it. */
  static final String ALONE = "--leader-election=false";

  private final SelfBuiltCluster cluster;
  private final OperatorAccount account;
  private final Path folder;
  private final WordCountRun run;
  private final Flow flow;
  private final Rollouts rollouts;

  /**
   * Starts the job.
   *
   * @param name its namespace; what its operators leave goes to {@code target/crash/NAME}
   * @param change what to change in its manifest
   */
  CrashStage(
      SelfBuiltCluster cluster, ObjectStore store, String name, UnaryOperator<String> change) {
    this.cluster = cluster;
    folder = Repository.path("target/crash").resolve(name);
    clearFolder();
    account = OperatorAccount.of(cluster.kubectl());
    run =
        WordCountRun.apply(
            cluster,
            store,
            name,
            name,
            Text.read("", TEXT_BYTES, PIECE_BYTES),
            sample -> change.apply(WordCountRun.sized(sample, WORDS_PER_SECOND, 0)));
    try (HostOperator first = operator(Chokepoint.Trap.NONE, ALONE)) {
      run.awaitRunning(LIMIT);
      first.end();
    }
    rollouts = new Rollouts(run);
    flow = new Flow(run, WORDS_AHEAD);
  }

  /**
   * Starts an operator that looks after the job, and after no other.
   *
   * @param trap what befalls its writes
   * @param arguments whether it needs a lease
   */
  HostOperator operator(Chokepoint.Trap trap, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--watch-namespaces=" + run.namespace(),
                // Any: nobody asks for its health here.
                "--port=0",
                // Each death takes its time from these.
                "--preparing-deadline=20m",
                "--pod-problem-grace=60s",
                "--retry-after=1s"));
    all.addAll(List.of(arguments));
    Chokepoint chokepoint = new Chokepoint(account.apiServer(), account.tls(), this::address, trap);
    return new HostOperator(
        chokepoint, account.kubeconfig(chokepoint.address(), folder), folder, all);
  }

  /** Does something while one operator looks after the job; throws if that ends by itself. */
  void operated(Chokepoint.Trap trap, Runnable act) {
    try (HostOperator operator = operator(trap, ALONE)) {
      act.run();
      operator.checkAlive();
    }
  }

  Rollouts rollouts() {
    return rollouts;
  }

  WordCountRun run() {
    return run;
  }

  SelfBuiltCluster cluster() {
    return cluster;
  }

  /** What is lost or doubled of all that was fed. */
  Flow.Errors errors() {
    return flow.end();
  }

  /** The cluster's name service keeps a hosts file; this machine does not ask it. */
  private String address(String host) {
    if (host.matches("[0-9.]+")) {
      return host; // of a pod, such as the coordinator that leads
    }
    Path hosts = cluster.state().resolve("dns").resolve("hosts");
    try {
      return Files.readAllLines(hosts).stream()
          .map(line -> line.split(" "))
          .filter(fields -> List.of(fields).contains(host))
          .map(fields -> fields[0])
          .findFirst()
          .orElse("0.0.0.0"); // nobody answers there: as if the name were not known
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + hosts, e);
    }
  }

  private void clearFolder() {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> leftOver = Files.list(folder)) {
        for (Path file : leftOver.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + folder, e);
    }
  }

  /** Deletes the job in good order. */
  @Override
  public void close() {
    flow.close();
    operated(Chokepoint.Trap.NONE, run::close);
  }
}
