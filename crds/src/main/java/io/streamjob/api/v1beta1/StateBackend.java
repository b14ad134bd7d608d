package io.streamjob.api.v1beta1;

/** What holds keyed state while a job runs. */
public enum StateBackend {
  /** On the worker's disk, larger than memory. */
  RocksDB,
  /** As objects on the worker's heap. */
  HashMap
}
