package io.streamjob.operator.simulation;

import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.savepoint.SavepointObservation;

/**
 * A wrong way to operate, planted around the planner in the simulated operator. Shipped code has no
 * switch for any of it.
 */
interface Defect {
  Defect NONE = new Defect() {};

  /** What the operator takes for what it saw. */
  default Observation sees(Observation seen) {
    return seen;
  }

  /** What it takes for what was decided. */
  default Plan decides(Observation seen, Plan plan) {
    return plan;
  }

  /** What it takes for what it saw on behalf of a StreamSavepoint. */
  default SavepointObservation sees(SavepointObservation seen) {
    return seen;
  }

  /** What it does instead of an effect. */
  default Effect does(Effect effect, Observation seen) {
    return effect;
  }

  /** Whether it takes a request without an answer for one that was refused. */
  default boolean readsSilenceAsRefusal() {
    return false;
  }

  default Limits limits() {
    return Limits.DEFAULT;
  }

  default Discipline discipline() {
    return Discipline.COMPARE_AND_SET;
  }
}
