package io.streamjob.api.v1beta1;

/** How the old job's state comes to the new one. */
public enum StateHandover {
  /** It stops with a savepoint. */
  Savepoint,
  /** It takes a checkpoint, and is cancelled. */
  Checkpoint,
  /** It is over already, and the newest checkpoint that it has completed is in the bucket. */
  LastCheckpoint,
  /** It is cancelled, and its state is given up. */
  None
}
