package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.Answer;
import java.time.Duration;

/** What the process of an operator reads and sends, and what befalls that on its way. */
final class Wire {
  private final World world;
  private final Faults faults;
  private final Trace trace;

  Wire(World world, Faults faults, Trace trace) {
    this.world = world;
    this.faults = faults;
    this.trace = trace;
  }

  /** A write by compare-and-set. */
  interface Write {
    /** Whether it stands. */
    boolean carryOut();

    /** Somebody else writes first. */
    void forestall();

    /** It was deposed in the middle of something, and goes on as if nothing had happened. */
    void wake();
  }

  /** An act on the world. */
  interface Request {
    Answer carryOut();

    /** Carried out later, as far as it still finds what it was meant for. */
    void carryOutLater(Duration delay);
  }

  /** Whether a cache delivers what was written a while ago. */
  boolean isStale() {
    return struck(Act.READ) == Fault.STALE;
  }

  /** Sends a write; tells whether it stands, as far as the sender hears of it. */
  boolean send(Write write) {
    Fault fault = struck(Act.WRITE);
    switch (fault) {
      case CRASH_BEFORE -> throw new Faults.Crash();
      case REQUEST_LOST -> {
        return false;
      }
      case DELAYED -> {
        world.later(faults.delay(), write::carryOut);
        return false;
      }
      case DEPOSED -> {
        world.later(faults.delay(), write::wake);
        throw new Faults.Crash();
      }
      case CONFLICT -> write.forestall();
      case NONE, CRASH_AFTER, ANSWER_LOST, REPEATED, STALE -> {}
    }
    boolean stands = write.carryOut();
    if (fault == Fault.CRASH_AFTER) {
      throw new Faults.Crash();
    }
    return stands && fault != Fault.ANSWER_LOST;
  }

  /** Sends an act; tells the answer, as far as the sender hears of it. */
  Answer send(Request request) {
    Fault fault = struck(Act.EFFECT);
    switch (fault) {
      case CRASH_BEFORE -> throw new Faults.Crash();
      case REQUEST_LOST -> {
        return silence();
      }
      case DELAYED -> {
        request.carryOutLater(faults.delay());
        return silence();
      }
      case DEPOSED -> {
        request.carryOutLater(faults.delay());
        throw new Faults.Crash();
      }
      case REPEATED -> request.carryOut();
      case NONE, CRASH_AFTER, ANSWER_LOST, CONFLICT, STALE -> {}
    }
    Answer answer = request.carryOut();
    if (fault == Fault.CRASH_AFTER) {
      throw new Faults.Crash();
    }
    return fault == Fault.ANSWER_LOST ? silence() : answer;
  }

  private static Answer silence() {
    return new Answer.Unanswered("time limit passed");
  }

  private Fault struck(Act act) {
    Fault fault = faults.strike(act);
    if (fault != Fault.NONE) {
      trace.struck(fault, act);
    }
    return fault;
  }
}
