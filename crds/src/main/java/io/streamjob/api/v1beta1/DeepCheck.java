package io.streamjob.api.v1beta1;

/** How much of a completed savepoint's RocksDB tables is read through, against its checksums. */
public enum DeepCheck {
  /** Nothing: files are compared by name and size. */
  Off,
  /** One table in ten, at least three, others each time. */
  Sample,
  /** Every table. */
  Whole
}
