package io.streamjob.api.v1beta1;

/** What a recovery from a checkpoint guarantees for state. */
public enum CheckpointMode {
  /** Each record counts once. */
  ExactlyOnce,
  /** Each record counts once or more. */
  AtLeastOnce
}
