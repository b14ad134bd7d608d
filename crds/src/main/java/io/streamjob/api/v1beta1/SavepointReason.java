package io.streamjob.api.v1beta1;

/** Who asked for a savepoint. */
public enum SavepointReason {
  /** A person, by this object or by the annotation streamjob.io/savepoint. */
  Manual,
  /** spec.savepoints.schedule of the StreamJob. */
  Scheduled,
  /** An upgrade, which stopped the job with it. */
  Upgrade,
  /** A suspension, which stopped the job with it. */
  Suspend,
  /** The deletion of the StreamJob, before which the job was stopped with it. */
  Delete
}
