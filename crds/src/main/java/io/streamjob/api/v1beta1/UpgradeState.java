package io.streamjob.api.v1beta1;

/** What a new version starts from. */
public enum UpgradeState {
  /** From a fresh, verified savepoint. */
  Savepoint,
  /** From nothing: state is left behind on purpose. */
  None
}
