package io.streamjob.operator.snapshots.s3;

import java.time.Duration;

/**
 * How long and how much the storage may answer. Whatever exceeds a limit leaves the question open.
 *
 * @param connect longest wait for a connection
 * @param read longest silence on a connection
 * @param call longest duration of one request with its repetitions
 * @param attempts how often a request is sent before it counts as failed
 * @param metadataBytes largest {@code _metadata} that is read
 * @param tableBytes largest table that is read through; it lies in the temporary folder meanwhile
 * @param objects most objects that one question may touch
 * @param clients most clients (one per endpoint and credentials) that are kept
 */
public record S3Limits(
    Duration connect,
    Duration read,
    Duration call,
    int attempts,
    int metadataBytes,
    long tableBytes,
    int objects,
    int clients) {

  /** 2 s, 5 s, 10 s, 2 attempts, 64 MiB, 256 MiB, 100,000 objects, 32 clients. */
  public static final S3Limits DEFAULT =
      new S3Limits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          2,
          64 << 20,
          256L << 20,
          100_000,
          32);

  public S3Limits {
    if (!connect.isPositive() || !read.isPositive() || !call.isPositive()) {
      throw new IllegalArgumentException("time limits of the storage client must be positive");
    }
    if (attempts < 1 || metadataBytes < 1 || tableBytes < 1 || objects < 1 || clients < 1) {
      throw new IllegalArgumentException("limits of the storage client must be at least 1");
    }
  }
}
