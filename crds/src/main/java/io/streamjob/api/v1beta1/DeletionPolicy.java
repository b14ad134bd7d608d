package io.streamjob.api.v1beta1;

/** What becomes of the state of a StreamJob that is deleted. */
public enum DeletionPolicy {
  /** It stays as it is: the job ends where it stands, its newest checkpoints stay in the bucket. */
  Keep,
  /** The job is stopped with a savepoint first, which a StreamSavepoint records. */
  Savepoint,
  /** Its checkpoints and StreamSavepoints are deleted, but for those to be retained. */
  Discard
}
