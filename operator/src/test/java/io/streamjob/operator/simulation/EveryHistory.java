package io.streamjob.operator.simulation;

import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.simulation.ScriptedFaults.Line;
import io.streamjob.operator.simulation.Trace.Detail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Every history of one rollout with one fault, or with two: each kind at each write and at each
 * effect, and after it again each kind at each that follows.
 */
final class EveryHistory {
  private final Wish next;
  private final boolean succeeds;
  private final Duration pace;
  private final AtomicLong histories = new AtomicLong();
  private final AtomicLong deaths = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();

  /**
   * @param next the spec that follows on one that runs
   * @param succeeds whether it comes to run in the end; if not, the one before it does
   */
  EveryHistory(Wish next, boolean succeeds, Duration pace) {
    this.next = next;
    this.succeeds = succeeds;
    this.pace = pace;
  }

  /**
   * Plays them all.
   *
   * @param faults how many in one history: 1 or 2
   */
  void play(int faults) {
    List<Line> firsts = lines(play(), 0);
    firsts.stream().parallel().forEach(first -> playFrom(first, faults));
  }

  private void playFrom(Line first, int faults) {
    ScriptedFaults played = play(first);
    if (faults > 1) {
      lines(played, first.point() + 1).forEach(second -> play(first, second));
    }
  }

  /** Each kind of fault at each act from a point on. */
  private static List<Line> lines(ScriptedFaults played, int from) {
    List<Line> lines = new ArrayList<>();
    for (int point = from; point < played.acts().size(); point++) {
      for (Fault fault : played.acts().get(point).faults()) {
        lines.add(new Line(point, fault));
      }
    }
    return lines;
  }

  private ScriptedFaults play(Line... script) {
    ScriptedFaults faults = new ScriptedFaults(script);
    Stage stage = new Stage(faults, Defect.NONE, Detail.NOTHING, pace, 1);
    try {
      stage.apply(Wish.image(Program.GOOD.image(), 1)).settle();
      faults.begin();
      stage.apply(next).settle();
      Outcome outcome = new Outcome(stage.world);
      if (succeeds) {
        outcome.check();
      } else {
        outcome.checkThatOneRuns();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "%s with %s: %s".formatted(next, List.of(script), e.getMessage()), e);
    }
    histories.incrementAndGet();
    deaths.addAndGet(Stream.of(script).filter(line -> isDeath(line.fault())).count());
    steps.addAndGet(stage.looks());
    return faults;
  }

  private static boolean isDeath(Fault fault) {
    return fault == Fault.CRASH_BEFORE || fault == Fault.CRASH_AFTER || fault == Fault.DEPOSED;
  }

  long histories() {
    return histories.get();
  }

  /** How often an operator died or was deposed, over all of them. */
  long deaths() {
    return deaths.get();
  }

  long steps() {
    return steps.get();
  }
}
