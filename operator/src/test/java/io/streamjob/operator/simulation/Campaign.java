package io.streamjob.operator.simulation;

import io.streamjob.operator.plan.TransitionTable;
import io.streamjob.operator.simulation.Trace.Detail;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Many histories, on all cores; each is its own world. */
final class Campaign {
  private static final long PROGRESS_EVERY = TimeUnit.SECONDS.toNanos(15);

  private final long first;
  private final long last;
  private final Set<String> transitions = new TreeSet<>();
  private boolean told;
  private long next;
  private long played;
  private long steps;
  private long faults;
  private Custody.Tally savepoints = Custody.Tally.NONE;
  private long busyNanos;
  private long toldAt = System.nanoTime();
  private long failedSeed = Long.MAX_VALUE;
  private Throwable failure = new AssertionError("none");

  Campaign(long first, long seeds) {
    this.first = first;
    this.last = first + seeds - 1;
    this.next = first;
  }

  /** Tells each history as it goes. */
  Campaign told() {
    told = true;
    return this;
  }

  /**
   * Plays them all.
   *
   * @throws AssertionError that names the first seed with a violation, and how to replay it
   */
  void run() {
    int cores = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
      List<Future<?>> all =
          IntStream.range(0, cores)
              .<Future<?>>mapToObj(core -> threads.submit(this::playAll))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a thread of the simulation ended early", e);
    }
    if (failedSeed != Long.MAX_VALUE) {
      throw new AssertionError(
          "seed %d, replay with: make sim SEED=%d; %s"
              .formatted(failedSeed, failedSeed, failure.getMessage()),
          failure);
    }
  }

  private void playAll() {
    long began = System.nanoTime();
    for (long seed = take(); seed <= last; seed = take()) {
      History history = new History(seed, Defect.NONE, told ? Detail.EVERYTHING : Detail.NOTHING);
      try {
        history.play();
        count(history);
      } catch (RuntimeException | AssertionError e) {
        fail(seed, e);
      } finally {
        if (told) {
          history.lines().forEach(System.out::println);
        }
      }
    }
    busy(System.nanoTime() - began);
  }

  /** Seeds beyond one that has failed need not be played. */
  private synchronized long take() {
    return next > failedSeed ? Long.MAX_VALUE : next++;
  }

  private synchronized void count(History history) {
    played++;
    steps += history.steps();
    faults += history.faults();
    savepoints = savepoints.plus(history.savepoints());
    transitions.addAll(history.transitions());
    long now = System.nanoTime();
    if (now - toldAt > PROGRESS_EVERY) {
      toldAt = now;
      System.out.printf(
          "sim: seeds=%d/%d steps=%d faults=%d%n", played, last - first + 1, steps, faults);
    }
  }

  private synchronized void fail(long seed, Throwable violation) {
    if (seed < failedSeed) {
      failedSeed = seed;
      failure = violation;
    }
  }

  private synchronized void busy(long nanos) {
    busyNanos += nanos;
  }

  long faults() {
    return faults;
  }

  /** What became of savepoints, in all histories. */
  Custody.Tally savepoints() {
    return savepoints;
  }

  Set<String> rowsNotTaken() {
    Set<String> rows = new TreeSet<>(TransitionTable.rows());
    rows.removeAll(transitions);
    return rows;
  }

  String speed() {
    return "sim: %d steps a second on one core"
        .formatted(steps * TimeUnit.SECONDS.toNanos(1) / Math.max(1, busyNanos));
  }

  String savepointSummary() {
    return "sim: savepoints completed=%d expired=%d removed=%d"
        .formatted(savepoints.completed(), savepoints.expired(), savepoints.removed());
  }

  String summary() {
    int rows = TransitionTable.rows().size();
    return "sim: ok seeds=%d steps=%d faults=%d violations=0 transitions=%d/%d"
        .formatted(played, steps, faults, rows - rowsNotTaken().size(), rows);
  }
}
