package io.streamjob.e2e.harness;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An S3-compatible store that runs as a pod, seen from outside through a client that the product
 * does not use. Close it to close the way to it; the store itself stays.
 */
public final class ObjectStore implements AutoCloseable {
  /** Key id that the store accepts. */
  public static final String ACCESS_KEY = "streamjob-test";

  /** Secret of {@link #ACCESS_KEY}. It protects nothing: the store lives in a test cluster. */
  public static final String SECRET_KEY = "streamjob-test-secret";

  /** Where pods reach the store; path-style addresses only. */
  public static final String ENDPOINT = "http://s3.streamjob-s3.svc.cluster.local:9000";

  static final String NAMESPACE = "streamjob-s3";
  private static final String IMAGE = "streamjob/s3store:dev";
  private static final int PORT = 9000;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final long PART_BYTES = 5L << 20; // the smallest that S3 allows
  private static final int WRITERS = 5; // as many requests as the client sends at once

  private final Route route;
  private final MinioClient client;

  private ObjectStore(Route route) {
    this.route = route;
    this.client =
        MinioClient.builder()
            .endpoint(route.address().toString())
            .credentials(ACCESS_KEY, SECRET_KEY)
            .build();
    client.setTimeout(ANSWER_LIMIT.toMillis(), ANSWER_LIMIT.toMillis(), ANSWER_LIMIT.toMillis());
  }

  /** Installs the store in the cluster, unless it is there, and waits until it is ready. */
  public static ObjectStore install(Cluster cluster) {
    new Images(cluster)
        .provide(
            Repository.path("e2e/target/s3store"),
            IMAGE,
            Map.of("BASE", Images.Base.JAVA21.image()));
    try {
      cluster.kubectl().apply(Files.readString(Repository.path("e2e/cluster/s3store.yaml")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest of the object store", e);
    }
    cluster.kubectl().awaitRollout(NAMESPACE, "s3", START_LIMIT);
    return new ObjectStore(cluster.route(NAMESPACE, "s3", PORT));
  }

  /** Makes a bucket unless it exists. */
  public void createBucket(String bucket) {
    if (!call(() -> client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build()))) {
      run(() -> client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build()));
    }
  }

  /** Writes one object whole. */
  public void put(String bucket, String key, byte[] content) {
    run(
        () ->
            client.putObject(
                PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        new ByteArrayInputStream(content), content.length, -1)
                    .build()));
  }

  /** Writes a file as one object, in parts if it is larger than 5 MiB. */
  public void put(String bucket, String key, Path file) {
    run(
        () -> {
          try (InputStream content = Files.newInputStream(file)) {
            client.putObject(
                PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        content, Files.size(file), PART_BYTES)
                    .build());
          }
        });
  }

  /** Writes the same to many objects, several at once. */
  public void putAll(String bucket, Collection<String> keys, byte[] content) {
    List<Callable<Object>> writes =
        keys.stream().map(key -> Executors.callable(() -> put(bucket, key, content))).toList();
    run(
        () -> {
          try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            for (Future<Object> write : writers.invokeAll(writes)) {
              write.get();
            }
          }
        });
  }

  /** Reads one object whole; throws if there is none. */
  public byte[] get(String bucket, String key) {
    return call(
        () -> {
          try (InputStream content =
              client.getObject(GetObjectArgs.builder().bucket(bucket).object(key).build())) {
            return content.readAllBytes();
          }
        });
  }

  /** Sizes in bytes of all objects whose key starts with a prefix, by key, in the order of keys. */
  public Map<String, Long> list(String bucket, String prefix) {
    return call(
        () -> {
          Map<String, Long> sizes = new TreeMap<>();
          for (Result<Item> item :
              client.listObjects(
                  ListObjectsArgs.builder()
                      .bucket(bucket)
                      .prefix(prefix)
                      .recursive(true)
                      .build())) {
            sizes.put(item.get().objectName(), item.get().size());
          }
          return sizes;
        });
  }

  /** Deletes all objects whose key starts with a prefix. */
  public void delete(String bucket, String prefix) {
    for (String key : List.copyOf(list(bucket, prefix).keySet())) {
      run(() -> client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot close the client of the object store", e);
    } finally {
      route.close();
    }
  }

  private void run(ThrowingRun request) {
    call(
        () -> {
          request.run();
          return request;
        });
  }

  private <T> T call(Callable<T> request) {
    try {
      return request.call();
    } catch (Exception e) {
      throw new IllegalStateException(
          "the object store at %s did not do what was asked".formatted(route.address()), e);
    }
  }

  private interface ThrowingRun {
    void run() throws Exception;
  }
}
