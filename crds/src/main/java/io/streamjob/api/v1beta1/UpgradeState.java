package io.streamjob.api.v1beta1;

/** What a new version starts from. */
public enum UpgradeState {
  /** From a fresh, verified savepoint. */
  Savepoint,
  /**
   * From a fresh checkpoint, after which the old job is cancelled: incremental with RocksDB, so
   * that what is uploaded meanwhile does not grow with the state.
   */
  Checkpoint,
  /** From nothing: state is left behind on purpose. */
  None
}
