package io.streamjob.api.v1beta1;

/** The steps of a rollout. */
public enum RolloutStep {
  /** The new cluster comes up and is tested; the old job runs on. */
  Preparing,
  /** The old job takes its last savepoint and stops. */
  Stopping,
  /** The savepoint is read back. */
  Verifying,
  /** The new job is submitted. */
  Starting,
  /** The new job must show where it restored from, and complete checkpoints. */
  Confirming,
  /** The replaced cluster is deleted. */
  Retiring,
  /** The old revision is started again from the verified savepoint. */
  RollingBack,
  /** A person must decide; waitingFor says what. */
  Blocked
}
