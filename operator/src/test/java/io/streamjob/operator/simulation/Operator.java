package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.Planner;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The shell around the planner: look, decide, write, act; after a crash it knows nothing. */
final class Operator {
  static final Limits LIMITS = Limits.DEFAULT;
  private static final Duration RESTART = Duration.ofSeconds(2);

  private final World world;
  private final Faults faults;
  private final Trace trace;
  private final Map<ApplicationId, EngineFailure> refused = new HashMap<>();
  private int looks;

  Operator(World world, Faults faults, Trace trace) {
    this.world = world;
    this.faults = faults;
    this.trace = trace;
  }

  int looks() {
    return looks;
  }

  /** One look and what follows from it; tells when to look again. */
  Duration look() {
    try {
      return lookOnce();
    } catch (Faults.Crash crash) {
      refused.clear();
      return RESTART;
    }
  }

  private Duration lookOnce() {
    looks++;
    long version = world.version();
    Observation seen = new Look(world, faults, refused).observe();
    Plan plan = Planner.plan(seen, LIMITS);
    world.invariants.afterDeciding(seen, plan);
    if (!plan.status().equals(seen.status())) {
      faults.mayCrash();
      boolean written = world.write(plan.status(), version);
      faults.mayCrash();
      if (!written || faults.losesAnswer()) {
        // Never repeated: whatever was written is read again.
        return Duration.ofMillis(10);
      }
      trace.written();
    }
    trace.decided(seen, plan);
    for (Effect effect : plan.effects()) {
      faults.mayCrash();
      act(effect, seen);
      faults.mayCrash();
    }
    return plan.lookAgainAfter();
  }

  private void act(Effect effect, Observation seen) {
    if (faults.losesRequest()) {
      return;
    }
    Answer answer = world.apply(effect, seen);
    if (faults.repeats()) {
      world.apply(effect, seen);
    }
    if (faults.losesAnswer()) {
      return;
    }
    if (answer instanceof Answer.Refused(EngineFailure failure)
        && effect instanceof Effect.Submit submit) {
      refused.put(submit.submission().application(), failure);
    }
  }
}
