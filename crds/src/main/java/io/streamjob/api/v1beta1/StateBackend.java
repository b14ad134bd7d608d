package io.streamjob.api.v1beta1;

/** What holds keyed state while a job runs. */
public enum StateBackend {
  /** On the worker's disk, larger than memory. */
  RocksDB,
  /** As objects on the worker's heap. */
  HashMap,
  /**
   * Tables on the worker's disk, or in the bucket for programs that use the engine's asynchronous
   * State API. It writes and reads its own native format only (Flink 2.3).
   */
  ForSt
}
