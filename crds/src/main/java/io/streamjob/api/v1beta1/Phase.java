package io.streamjob.api.v1beta1;

/** Where a StreamJob stands, in one word. */
public enum Phase {
  /** Nothing was started yet. */
  Pending,
  /** The first revision is coming up. */
  Starting,
  /** The job runs. */
  Running,
  /** The engine restarts the job's tasks after a failure; no records are processed meanwhile. */
  Restarting,
  /** The job was lost or has failed, and is being started again from its newest checkpoint. */
  Recovering,
  /** The job is being moved to a new revision. */
  Upgrading,
  /** The engine is about to rescale the running job. */
  Rescaling,
  /** The job is being moved back to the revision before. */
  RollingBack,
  /** The job takes its savepoint, and its pods go; they come back when it is resumed. */
  Suspending,
  /** Nothing runs, as wished; the state is in a verified savepoint. */
  Suspended,
  /** The job ended by itself, its input being bounded; its pods are gone. */
  Finished,
  /** The engine gave the job up. */
  Failed,
  /** A person must decide; waitingFor says what. */
  Blocked
}
