package io.streamjob.api.v1beta1;

/** How a rollout ended. */
public enum RolloutOutcome {
  /** The new revision has proven itself. */
  Completed,
  /** The old revision runs again, from the state it was stopped with. */
  RolledBack,
  /** Given up before the old job was touched. */
  Abandoned
}
