package io.streamjob.operator.snapshots.s3;

import java.net.URI;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/** An object or a folder; {@code key} has no slash at either end. */
record S3Address(String scheme, String bucket, String key) {

  /** Reads {@code s3://bucket/key} and {@code s3a://bucket/key}; empty: it is neither. */
  static Optional<S3Address> parse(String location) {
    try {
      return of(new Path(location).toUri());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<S3Address> of(URI uri) {
    boolean isS3 = "s3".equals(uri.getScheme()) || "s3a".equals(uri.getScheme());
    if (!isS3 || uri.getAuthority() == null || uri.getPath() == null) {
      return Optional.empty();
    }
    String key = uri.getPath().replaceAll("^/+|/+$", "");
    return Optional.of(new S3Address(uri.getScheme(), uri.getAuthority(), key));
  }

  S3Address child(String name) {
    return new S3Address(scheme, bucket, key.isEmpty() ? name : key + "/" + name);
  }

  /** What the keys of everything below begin with. */
  String below() {
    return key.isEmpty() ? "" : key + "/";
  }

  /** The folder of an object. */
  S3Address parent() {
    return new S3Address(scheme, bucket, key.substring(0, Math.max(0, key.lastIndexOf('/'))));
  }

  @Override
  public String toString() {
    return scheme + "://" + bucket + "/" + key;
  }
}
