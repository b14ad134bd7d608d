package io.streamjob.operator.snapshots;

/** Whether the storage can be used. */
public sealed interface StorageProbe {

  /** A small object was written, read and removed. */
  record Usable() implements StorageProbe {}

  /** The storage answered that it cannot be used; {@code message} is one line without secrets. */
  record Unusable(Kind kind, String message) implements StorageProbe {}

  /** What is wrong with it. */
  enum Kind {
    BUCKET_MISSING,
    CREDENTIALS_REFUSED,
    UNREACHABLE,
    NOT_WRITABLE
  }
}
