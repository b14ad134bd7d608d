package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import io.streamjob.operator.plan.savepoint.SavepointPlan;
import io.streamjob.operator.plan.savepoint.SavepointPlanner;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The shell around the planner of StreamSavepoints, in the process of an {@link Operator}. */
final class SavepointOperator {
  /** Short enough for a savepoint to be taken, kept and removed within one history. */
  private static final SavepointLimits LIMITS =
      new SavepointLimits(
          Duration.ofMinutes(1),
          Duration.ofSeconds(3),
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          100,
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private static final Duration RETRY = Duration.ofMillis(10);

  private final World world;
  private final Faults faults;
  private final Wire wire;
  private final Trace trace;
  private final Defect defect;
  private final Map<String, Savepoint> latest = new HashMap<>();
  private final Map<String, Looked> looked = new HashMap<>();
  private int looks;

  SavepointOperator(World world, Faults faults, Wire wire, Trace trace, Defect defect) {
    this.world = world;
    this.faults = faults;
    this.wire = wire;
    this.trace = trace;
    this.defect = defect;
  }

  /**
   * How an object stood after it was looked at.
   *
   * @param version the newest that this process knew then
   * @param itsTurn whether its StreamJob had given it its turn
   * @param again when to look again, even if nothing happens
   */
  private record Looked(long version, boolean itsTurn, Instant again) {}

  int looks() {
    return looks;
  }

  /** The process is gone, and with it all that it knew. */
  void forget() {
    latest.clear();
    looked.clear();
  }

  /**
   * One look at each that has changed, or has waited long enough; tells when the next one has.
   *
   * @param least time between two looks at one, whatever its plan says
   */
  Instant look(Duration least) {
    Instant next = Instant.MAX;
    for (Savepoint it : world.savepoints().all()) {
      Looked before = looked.get(it.uid());
      Looked after = before == null || isDue(it, before) ? look(it, least) : before;
      next = after.again().isBefore(next) ? after.again() : next;
    }
    return next;
  }

  private boolean isDue(Savepoint it, Looked before) {
    return !before.again().isAfter(world.now())
        || it.version() > before.version()
        || (!before.itsTurn() && isItsTurn(it));
  }

  /** A StreamJob wakes the one whose turn it is. */
  private boolean isItsTurn(Savepoint it) {
    SavepointStatus turn = world.status().savepoint();
    return turn != null && it.uid().equals(turn.uid()) && it.phase() == SavepointPhase.Pending;
  }

  private Looked look(Savepoint delivered, Duration least) {
    looks++;
    boolean turn = isItsTurn(delivered);
    Savepoint it = read(delivered);
    Duration pause = step(it);
    Duration longest = pause.compareTo(least) < 0 ? least : pause;
    long known = latest.getOrDefault(it.uid(), it).version();
    Looked after = new Looked(known, turn, world.now().plus(longest));
    looked.put(it.uid(), after);
    return after;
  }

  /** What a watch has delivered, unless this process knows of something newer. */
  private Savepoint read(Savepoint delivered) {
    Savepoint seen =
        wire.isStale()
            ? world.savepoints().asOf(delivered, world.now().minus(faults.age()))
            : delivered;
    Savepoint own = latest.getOrDefault(seen.uid(), seen);
    Savepoint newer = own.version() > seen.version() ? own : seen;
    latest.put(newer.uid(), newer);
    return newer;
  }

  /** Tells when to look again. */
  private Duration step(Savepoint it) {
    SavepointObservation seen = defect.sees(new SavepointLook(world, faults, it).observe());
    SavepointPlan plan = SavepointPlanner.plan(seen, LIMITS);
    world.invariants.custody().afterDeciding(it, plan);
    if (!plan.status().equals(it.status()) && !wire.send(intent(it, plan))) {
      // Never repeated: whatever was written is read again.
      return RETRY;
    }
    trace.decided(it, plan);
    Savepoint written = latest.getOrDefault(it.uid(), it);
    plan.effect().ifPresent(effect -> wire.send(act(effect, written)));
    return plan.lookAgainAfter();
  }

  private Wire.Write intent(Savepoint it, SavepointPlan plan) {
    return new Wire.Write() {
      @Override
      public boolean carryOut() {
        boolean stands = world.savepoints().write(plan.status(), it);
        if (stands) {
          world.savepoints().newest(it).ifPresent(own -> latest.put(own.uid(), own));
        }
        return stands;
      }

      @Override
      public void forestall() {
        world.savepoints().touch(it);
      }

      @Override
      public void wake() {
        if (world.savepoints().write(plan.status(), it)) {
          Savepoint written = world.savepoints().newest(it).orElseThrow();
          plan.effect().ifPresent(effect -> world.savepoints().apply(effect, written));
        }
      }
    };
  }

  private Wire.Request act(SavepointEffect effect, Savepoint it) {
    return new Wire.Request() {
      @Override
      public Answer carryOut() {
        return world.savepoints().apply(effect, it);
      }

      @Override
      public void carryOutLater(Duration delay) {
        world.savepoints().applyLater(delay, effect, it);
      }
    };
  }
}
