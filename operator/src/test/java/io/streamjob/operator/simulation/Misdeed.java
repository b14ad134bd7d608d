package io.streamjob.operator.simulation;

import static io.streamjob.operator.simulation.Misreading.isAt;
import static io.streamjob.operator.simulation.Misreading.rollout;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Acts and decisions of a wrong operator, in place of the right ones. */
final class Misdeed {
  private Misdeed() {}

  static Effect newTrigger(Effect effect, Observation seen, int number) {
    return switch (effect) {
      case Effect.StopWithSavepoint stop ->
          Altered.copy(stop, "trigger", TriggerId.of("another/" + number));
      case Effect.TakeCheckpoint take ->
          Altered.copy(take, "trigger", TriggerId.of("another/" + number));
      default -> effect;
    };
  }

  static Effect newJobId(Effect effect, Observation seen, int number) {
    if (!(isStart(seen) && effect instanceof Effect.Submit submit)) {
      return effect;
    }
    Submission other =
        Altered.copy(submit.submission(), "application", ApplicationId.of("another/" + number));
    return Altered.copy(
        submit,
        "submission",
        Altered.copy(other, "job", Optional.of(JobId.of("another/" + number))));
  }

  /** The real job is submitted in Starting, or with the write that leads there. */
  private static boolean isStart(Observation seen) {
    return isAt(seen, RolloutStep.Starting) || isAt(seen, RolloutStep.Verifying);
  }

  static Effect rollBackEmpty(Effect effect, Observation seen, int number) {
    return isOutcome(seen, RolloutOutcome.RolledBack) && effect instanceof Effect.Submit submit
        ? from(submit, Optional.empty())
        : effect;
  }

  static Effect checkpoint(Effect effect, Observation seen, int number) {
    return isStart(seen) && effect instanceof Effect.Submit submit
        ? from(
            submit,
            submit
                .submission()
                .restoreFrom()
                .map(location -> location.replaceAll("savepoints/.*", "checkpoints/old/chk-1")))
        : effect;
  }

  static Effect deleteOld(Effect effect, Observation seen, int number) {
    Optional<Integer> old = rollout(seen).map(RolloutStatus::fromRevision);
    return isOutcome(seen, RolloutOutcome.Abandoned)
            && effect instanceof Effect.DeleteCluster
            && old.isPresent()
        ? new Effect.DeleteCluster(old.get())
        : effect;
  }

  static Plan early(Observation seen, Plan plan) {
    Optional<Integer> old = rollout(seen).map(RolloutStatus::fromRevision);
    return isAt(seen, RolloutStep.Confirming) && old.isPresent()
        ? and(plan, new Effect.DeleteCluster(old.get()))
        : plan;
  }

  static Effect inEarnest(Effect effect, Observation seen, int number) {
    return effect instanceof Effect.Submit submit
        ? Altered.copy(submit, "submission", Altered.copy(submit.submission(), "dryRun", false))
        : effect;
  }

  static Plan tryAgain(Observation seen, Plan plan) {
    return Altered.copy(plan, "status", Altered.copy(plan.status(), "rejected", null));
  }

  /** There is no savepoint; the new job is started nevertheless, with nothing. */
  static Plan startAnyway(Observation seen, Plan plan) {
    RolloutStatus next = plan.status().rollout();
    boolean failed =
        isAt(seen, RolloutStep.Stopping)
            && next != null
            && next.failure() != null
            && Reason.SavepointFailed.name().equals(next.failure().reason())
            && !RolloutStep.Stopping.name().equals(next.step());
    if (!failed || next == null) {
      return plan;
    }
    RolloutStatus innocent = Altered.copy(Altered.copy(next, "failure", null), "outcome", null);
    RolloutStatus starting = Altered.copy(innocent, "step", RolloutStep.Starting.name());
    return Altered.copy(
        Altered.copy(plan, "effects", List.of()),
        "status",
        Altered.copy(plan.status(), "rollout", starting));
  }

  private static boolean isOutcome(Observation seen, RolloutOutcome outcome) {
    return rollout(seen).filter(it -> outcome.name().equals(it.outcome())).isPresent();
  }

  private static Effect from(Effect.Submit submit, Optional<String> location) {
    return Altered.copy(
        submit, "submission", Altered.copy(submit.submission(), "restoreFrom", location));
  }

  private static Plan and(Plan plan, Effect more) {
    return Altered.copy(
        plan, "effects", Stream.concat(plan.effects().stream(), Stream.of(more)).toList());
  }
}
