package io.streamjob.operator.snapshots;

import java.net.URI;
import java.util.Optional;

/**
 * A prefix in S3-compatible storage and how to reach it.
 *
 * @param bucket name of the bucket
 * @param prefix key prefix without a slash at either end; empty: the whole bucket
 * @param endpoint address of the service; empty: AWS
 * @param region region to sign requests for
 * @param pathStyleAccess whether the bucket is part of the path instead of the host name
 * @param credentials static credentials; empty: the process's own identity
 */
public record Storage(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    String region,
    boolean pathStyleAccess,
    Optional<Credentials> credentials) {

  /** Static credentials. Prints without the secret. */
  public record Credentials(String accessKeyId, String secretAccessKey) {
    @Override
    public String toString() {
      return "Credentials[accessKeyId=" + accessKeyId + ", secretAccessKey=<redacted>]";
    }
  }
}
