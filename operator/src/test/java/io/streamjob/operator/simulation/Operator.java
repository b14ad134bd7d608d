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
import java.time.Instant;
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
  private final Wire wire;
  private final SavepointOperator savepoints;
  private final Map<ApplicationId, EngineFailure> refused = new HashMap<>();
  private Optional<ApiServer.Held> latest = Optional.empty();
  private Instant up = Instant.MIN;
  private int looks;

  Operator(World world, Faults faults, Trace trace, Defect defect) {
    this.world = world;
    this.faults = faults;
    this.trace = trace;
    this.defect = defect;
    this.wire = new Wire(world, faults, trace);
    this.savepoints = new SavepointOperator(world, faults, wire, trace, defect);
  }

  int looks() {
    return looks + savepoints.looks();
  }

  /** One look and what follows from it; tells when to look again. */
  Duration look() {
    try {
      return isUp() ? lookOnce() : Duration.between(world.now(), up);
    } catch (Faults.Crash crash) {
      restart();
      return RESTART;
    }
  }

  /** One look at each StreamSavepoint whose time has come; tells when the next one's comes. */
  Instant lookAtSavepoints(Duration least) {
    try {
      return isUp() ? savepoints.look(least) : up;
    } catch (Faults.Crash crash) {
      restart();
      return up;
    }
  }

  private boolean isUp() {
    return !world.now().isBefore(up);
  }

  private void restart() {
    refused.clear();
    latest = Optional.empty();
    savepoints.forget();
    up = world.now().plus(RESTART);
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
    ApiServer.Held delivered =
        wire.isStale() ? world.api().asOf(world.now().minus(faults.age())) : world.newest();
    ApiServer.Held held =
        latest
            .filter(own -> own.life() == delivered.life())
            .filter(own -> own.version() > delivered.version())
            .orElse(delivered);
    latest = Optional.of(held);
    return held;
  }

  /** Writes the intent; tells whether it stands, so that the acts may follow. */
  private boolean write(ApiServer.Held held, Observation seen, Plan plan) {
    boolean stands =
        wire.send(
            new Wire.Write() {
              @Override
              public boolean carryOut() {
                return compareAndSet(held, plan);
              }

              @Override
              public void forestall() {
                world.touch();
              }

              @Override
              public void wake() {
                if (world.write(plan.status(), expected(held, false))) {
                  plan.effects().forEach(effect -> world.apply(defect.does(effect, seen), seen));
                }
              }
            });
    if (stands) {
      trace.written();
    }
    return stands || defect.discipline() == Discipline.ACT_IN_SPITE_OF_LOSS;
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
    Answer answer =
        wire.send(
            new Wire.Request() {
              @Override
              public Answer carryOut() {
                return world.apply(effect, seen);
              }

              @Override
              public void carryOutLater(Duration delay) {
                world.applyLater(delay, effect, seen);
              }
            });
    answered(effect, answer);
    return !(answer instanceof Answer.Unanswered);
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
