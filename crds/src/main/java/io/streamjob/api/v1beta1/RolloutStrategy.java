package io.streamjob.api.v1beta1;

/** How a rollout goes; see the transitions of the planner. */
public enum RolloutStrategy {
  /** Nothing ran before. */
  Initial,
  /** New pods are up before the old job stops. */
  Warm,
  /** Old pods go before new ones come. */
  Cold,
  /** The job stops with a savepoint, its pods go, and none come. */
  Suspend,
  /**
   * The job was lost or has failed: it starts again on the pods of its revision, from its newest
   * checkpoint.
   */
  Recovery,
  /** The job has ended by itself: its pods go. */
  Finish,
  /** The engine rescales the running job on the pods of its revision. */
  Rescale
}
