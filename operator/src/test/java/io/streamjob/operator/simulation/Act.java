package io.streamjob.operator.simulation;

import java.util.List;

/** What the operator does where something can go wrong, and what that can be. */
enum Act {
  READ,
  WRITE,
  EFFECT;

  private static final List<Fault> OF_READ = List.of(Fault.STALE);
  private static final List<Fault> OF_WRITE =
      List.of(
          Fault.CRASH_BEFORE,
          Fault.CRASH_AFTER,
          Fault.REQUEST_LOST,
          Fault.ANSWER_LOST,
          Fault.DELAYED,
          Fault.CONFLICT,
          Fault.DEPOSED);
  private static final List<Fault> OF_EFFECT =
      List.of(
          Fault.CRASH_BEFORE,
          Fault.CRASH_AFTER,
          Fault.REQUEST_LOST,
          Fault.ANSWER_LOST,
          Fault.DELAYED,
          Fault.REPEATED,
          Fault.DEPOSED);

  List<Fault> faults() {
    return switch (this) {
      case READ -> OF_READ;
      case WRITE -> OF_WRITE;
      case EFFECT -> OF_EFFECT;
    };
  }
}
