package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.Planner;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shell around the planner: look, decide, write, act; after a crash it knows nothing. */
final class Operator {
  private static final Duration RESTART = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(10);

  private final World world;
  private final Faults faults;
  private final Trace trace;
  private final Defect defect;
  private final Map<ApplicationId, EngineFailure> refused = new HashMap<>();
  private Optional<ApiServer.Held> latest = Optional.empty();
  private int looks;

  Operator(World world, Faults faults, Trace trace, Defect defect) {
    this.world = world;
    this.faults = faults;
    this.trace = trace;
    this.defect = defect;
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
      latest = Optional.empty();
      return RESTART;
    }
  }

  private Duration lookOnce() {
    looks++;
    ApiServer.Held held = read();
    Observation seen = defect.sees(new Look(world, faults, held, refused).observe());
    Plan plan = decide(seen);
    world.invariants.afterDeciding(seen, plan, this::decide);
    boolean changed = !plan.status().equals(held.status());
    if (changed && defect.discipline() == Discipline.ACT_FIRST) {
      act(plan.effects(), seen);
    }
    if (changed && !write(held, seen, plan)) {
      // Never repeated: whatever was written is read again.
      return RETRY;
    }
    trace.decided(seen, plan);
    if (!changed || defect.discipline() != Discipline.ACT_FIRST) {
      act(plan.effects(), seen);
    }
    return plan.lookAgainAfter();
  }

  private Plan decide(Observation seen) {
    return defect.decides(seen, Planner.plan(seen, defect.limits()));
  }

  /** What a watch has delivered, unless this process knows of something newer. */
  private ApiServer.Held read() {
    boolean stale = struck(Act.READ) == Fault.STALE;
    ApiServer.Held delivered =
        stale ? world.api().asOf(world.now().minus(faults.age())) : world.newest();
    ApiServer.Held held =
        latest
            .filter(own -> own.life() == delivered.life())
            .filter(own -> own.version() > delivered.version())
            .orElse(delivered);
    latest = Optional.of(held);
    return held;
  }

  private Fault struck(Act act) {
    Fault fault = faults.strike(act);
    if (fault != Fault.NONE) {
      trace.struck(fault, act);
    }
    return fault;
  }

  /** Writes the intent; tells whether it stands, so that the acts may follow. */
  private boolean write(ApiServer.Held held, Observation seen, Plan plan) {
    Fault fault = struck(Act.WRITE);
    switch (fault) {
      case CRASH_BEFORE -> throw new Faults.Crash();
      case REQUEST_LOST -> {
        return false;
      }
      case DELAYED -> {
        world.later(faults.delay(), () -> compareAndSet(held, plan));
        return false;
      }
      case DEPOSED -> {
        world.later(faults.delay(), () -> wake(held, seen, plan));
        throw new Faults.Crash();
      }
      case CONFLICT -> world.touch();
      case NONE, CRASH_AFTER, ANSWER_LOST, REPEATED, STALE -> {}
    }
    boolean stands = compareAndSet(held, plan);
    if (fault == Fault.CRASH_AFTER) {
      throw new Faults.Crash();
    }
    if (stands) {
      trace.written();
    }
    return (stands && fault != Fault.ANSWER_LOST)
        || defect.discipline() == Discipline.ACT_IN_SPITE_OF_LOSS;
  }

  private boolean compareAndSet(ApiServer.Held held, Plan plan) {
    boolean stands = world.write(plan.status(), expected(held, true));
    if (stands) {
      latest = Optional.of(world.newest());
    }
    return stands;
  }

  /** The version that a write is bound to; a right operator binds it to what it has read. */
  private ApiServer.Held expected(ApiServer.Held held, boolean awake) {
    boolean careless =
        switch (defect.discipline()) {
          case OVERWRITE -> true;
          case WRITE_AGAIN -> awake;
          case COMPARE_AND_SET, ACT_IN_SPITE_OF_LOSS, ACT_FIRST -> false;
        };
    return careless && held.life() == world.newest().life() ? world.newest() : held;
  }

  /** It was deposed in the middle of something, and goes on as if nothing had happened. */
  private void wake(ApiServer.Held held, Observation seen, Plan plan) {
    if (world.write(plan.status(), expected(held, false))) {
      plan.effects().forEach(effect -> world.apply(defect.does(effect, seen), seen));
    }
  }

  private void act(List<Effect> effects, Observation seen) {
    for (Effect effect : effects) {
      boolean answered = act(defect.does(effect, seen), seen);
      if (!answered && effect instanceof Effect.LeaveOut) {
        // What comes after it rests on it.
        return;
      }
    }
  }

  /** Whether there was an answer. */
  private boolean act(Effect effect, Observation seen) {
    Fault fault = struck(Act.EFFECT);
    switch (fault) {
      case CRASH_BEFORE -> throw new Faults.Crash();
      case REQUEST_LOST -> {
        answered(effect, new Answer.Unanswered("time limit passed"));
        return false;
      }
      case DELAYED -> {
        world.applyLater(faults.delay(), effect, seen);
        answered(effect, new Answer.Unanswered("time limit passed"));
        return false;
      }
      case DEPOSED -> {
        world.applyLater(faults.delay(), effect, seen);
        throw new Faults.Crash();
      }
      case REPEATED -> world.apply(effect, seen);
      case NONE, CRASH_AFTER, ANSWER_LOST, CONFLICT, STALE -> {}
    }
    Answer answer = world.apply(effect, seen);
    if (fault == Fault.CRASH_AFTER) {
      throw new Faults.Crash();
    }
    boolean lost = fault == Fault.ANSWER_LOST;
    answered(effect, lost ? new Answer.Unanswered("time limit passed") : answer);
    return !lost && !(answer instanceof Answer.Unanswered);
  }

  /** A refusal is remembered, since the engine keeps no record of it. */
  private void answered(Effect effect, Answer answer) {
    if (effect instanceof Effect.Submit submit) {
      ApplicationId run = submit.submission().application();
      switch (answer) {
        case Answer.Refused(EngineFailure failure) -> refused.put(run, failure);
        case Answer.Unanswered(String why) when defect.readsSilenceAsRefusal() ->
            refused.put(run, new EngineFailure(Kind.OTHER, why));
        case Answer.Unanswered silence -> {}
        case Answer.Accepted accepted -> {}
      }
    }
  }
}
