package io.streamjob.api.v1beta1;

/** Who decides that the old revision is started again after the new one failed. */
public enum RollbackPolicy {
  /** The operator does. */
  Automatic,
  /** A person does, with the annotation streamjob.io/rollback. */
  Manual
}
