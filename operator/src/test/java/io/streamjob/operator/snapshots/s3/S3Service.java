package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.snapshots.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real S3 service (S3Proxy) as a process of its own; its buckets are folders. */
final class S3Service implements AutoCloseable {
  static final Storage.Credentials CREDENTIALS =
      new Storage.Credentials("streamjob", "streamjob-secret");

  private static final Pattern LISTENS = Pattern.compile("Started .*ServerConnector.*:(\\d+)}");

  private final Process process;
  private final Path folder;
  private final URI endpoint;

  private S3Service(Process process, Path folder, URI endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  /** Starts a service whose buckets lie in {@code folder}. */
  static S3Service start(Path folder, boolean isReadOnly) throws IOException {
    String jar = System.getProperty("streamjob.test.s3proxy");
    if (jar == null || !Files.isReadable(Path.of(jar))) {
      throw new IllegalStateException(
          "expected the S3Proxy jar in the system property streamjob.test.s3proxy, found " + jar);
    }
    Path settings = Files.createTempFile("s3proxy", ".conf");
    Files.writeString(
        settings,
        """
        s3proxy.endpoint=http://127.0.0.1:0
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        s3proxy.read-only-blobstore=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(
                CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey(), isReadOnly, folder));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar,
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    return new S3Service(process, folder, awaitEndpoint(process));
  }

  // Its output must be read to the end, or it blocks.
  private static URI awaitEndpoint(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    List<String> seen = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.add(line);
      Matcher matcher = LISTENS.matcher(line);
      if (matcher.find()) {
        Thread.ofPlatform().daemon().start(() -> discard(output));
        return URI.create("http://127.0.0.1:" + matcher.group(1));
      }
    }
    throw new IllegalStateException("S3Proxy ended: " + String.join("\n", seen));
  }

  private static void discard(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The process has ended, and nobody wants to know its last words.
    }
  }

  Storage storage(String bucket, String prefix) {
    return storage(bucket, prefix, CREDENTIALS);
  }

  Storage storage(String bucket, String prefix, Storage.Credentials credentials) {
    return new Storage(
        bucket, prefix, Optional.of(endpoint), "us-east-1", true, Optional.of(credentials));
  }

  Path path(String bucket, String key) {
    return folder.resolve(bucket).resolve(key);
  }

  void createBucket(String bucket) throws IOException {
    Files.createDirectories(folder.resolve(bucket));
  }

  /** Copies a folder of test resources to a key. */
  void put(String bucket, String key, Path source) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path target = path(bucket, key).resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** The keys of everything in a bucket. */
  List<String> keys(String bucket) {
    Path root = folder.resolve(bucket);
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
