package io.streamjob.api.v1beta1;

/** When the engine restarts a job's tasks after a failure, and when it gives the job up. */
public enum RestartStrategy {
  /** After pauses that grow while failures follow each other. */
  ExponentialDelay,
  /** After the same pause each time. */
  FixedDelay,
  /** After the same pause, unless there were too many failures within a time. */
  FailureRate,
  /** Never: the first failure ends the job. */
  None
}
