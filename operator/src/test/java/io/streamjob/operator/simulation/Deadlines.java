package io.streamjob.operator.simulation;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.plan.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Rule 7: no step of an upgrade lasts longer than its own deadline and the longest misfortune. */
final class Deadlines {
  /** Silence, a frozen operator, and a pod that ends slowly, one after the other. */
  private static final Duration MISFORTUNE = Duration.ofMinutes(5);

  /** {@code upgrade.confirm.within} of every spec in the simulation. */
  private static final Duration CONFIRM = Duration.ofMinutes(5);

  private final World world;
  private Instant since = Instant.MIN;

  Deadlines(World world) {
    this.world = world;
  }

  /** Another step began, or the StreamJob anew. */
  void restart() {
    since = world.now();
  }

  /** Misfortune that lasts for longer than any deadline is no fault of the operator. */
  void extend(Duration time) {
    since = since.plus(time);
  }

  void afterEachStep() {
    if (!since.plus(MISFORTUNE).isBefore(world.now())) {
      return;
    }
    RolloutStatus rollout = world.status().rollout();
    if (rollout == null
        || RolloutStrategy.Initial.name().equals(rollout.strategy())
        || RolloutStrategy.Recovery.name().equals(rollout.strategy())
        || RolloutOutcome.RolledBack.name().equals(rollout.outcome())) {
      // A first start, a recovery and a way back have nothing better to turn to.
      return;
    }
    Duration most =
        switch (RolloutStep.valueOf(Objects.requireNonNull(rollout.step()))) {
          case Preparing -> Limits.DEFAULT.preparing();
          case Starting, Confirming -> CONFIRM;
          case Retiring, RollingBack -> Duration.ZERO;
          // The engine ends a savepoint's wait; a damaged bucket and a person take as long as they
          // take.
          case Stopping, Verifying, Blocked -> Duration.ofDays(1);
        };
    if (since.plus(MISFORTUNE).plus(most).isBefore(world.now()) && !isSilenceTold()) {
      throw new Invariants.Violation(
          "rule 7: the step has no end, at " + world.now() + " since " + since + " in " + rollout);
    }
  }

  /** Rule 8 before rule 7: nobody can end a wait for one who may be alive, but it is told. */
  private boolean isSilenceTold() {
    return Objects.requireNonNullElse(world.status().conditions(), List.<Condition>of()).stream()
        .anyMatch(it -> Reason.CoordinatorUnreachable.name().equals(it.getReason()));
  }
}
