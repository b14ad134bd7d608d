package io.streamjob.api.v1beta1;

/** The conditions of a StreamJob, and the last one of a StreamSavepoint. */
public enum ConditionType {
  /** The job runs and processes records. */
  Ready,
  /** A rollout is under way. */
  Progressing,
  /** A completed checkpoint or a verified savepoint holds the job's state. */
  StateSafe,
  /** The wished spec is running, or can be rolled out; False says why it is not. */
  UpgradeReady,
  /** Every file that the savepoint refers to was found with its recorded size. */
  Verified
}
