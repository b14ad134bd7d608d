package io.streamjob.operator.simulation;

import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;

/** What goes wrong between the operator and the world: nothing, by chance, or by a script. */
interface Faults {
  /** What befalls this act. */
  Fault strike(Act act);

  /** What was seen, or Unknown if nobody could see it. */
  <T> Reading<T> blur(Reading<T> seen, Instant now);

  /** How late something is that is late. */
  Duration delay();

  /** How old something is that is stale. */
  Duration age();

  /** How many have struck so far. */
  int struck();

  /** From now on nothing goes wrong. */
  void stop();

  static Faults none() {
    return new ScriptedFaults();
  }

  /** The process is gone, and with it all that it knew. */
  final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }
}
