package io.streamjob.api.v1beta1;

/** How a change of parallelism alone is carried out. */
public enum Scaling {
  /** As any other change: another version of the job takes over. */
  Rollout,
  /** The engine rescales the running job, on the pods that are there and those that join them. */
  InPlace
}
