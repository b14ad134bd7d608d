package io.streamjob.operator.simulation;

import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Faults by a script, which says at which act, counted from the beginning, which one strikes. */
final class ScriptedFaults implements Faults {
  /** Long enough for whoever takes over to be some steps ahead. */
  private static final Duration DELAY = Duration.ofSeconds(4);

  private static final Duration AGE = Duration.ofSeconds(1);

  /**
   * A line of the script.
   *
   * @param point number of the act, from 0; a stale read is no point, as no look differs from
   *     others
   */
  record Line(int point, Fault fault) {}

  private final List<Line> script;
  private final List<Act> acts = new ArrayList<>();
  private boolean begun;
  private int struck;

  ScriptedFaults(Line... script) {
    this.script = List.of(script);
  }

  /** From now on acts are counted, and the script is followed. */
  void begin() {
    begun = true;
  }

  /** What was done since it began, in order; only writes and effects count. */
  List<Act> acts() {
    return acts;
  }

  @Override
  public Fault strike(Act act) {
    if (!begun || act == Act.READ) {
      return Fault.NONE;
    }
    int point = acts.size();
    acts.add(act);
    for (Line line : script) {
      if (line.point() == point) {
        struck++;
        return line.fault();
      }
    }
    return Fault.NONE;
  }

  @Override
  public <T> Reading<T> blur(Reading<T> seen, Instant now) {
    return seen;
  }

  @Override
  public Duration delay() {
    return DELAY;
  }

  @Override
  public Duration age() {
    return AGE;
  }

  @Override
  public int struck() {
    return struck;
  }

  @Override
  public void stop() {
    // A script ends by itself.
  }
}
