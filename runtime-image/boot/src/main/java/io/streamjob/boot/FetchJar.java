package io.streamjob.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.ParameterTool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a job's jar before a coordinator starts, and proves that it is the one that was meant.
 *
 * <p>Arguments: {@code --from} its address, {@code https://host/path.jar} or {@code
 * s3://bucket/key.jar}; {@code --sha256} of it, in 64 hexadecimal digits of lower case; {@code
 * --to} the file, which is there afterwards as a whole or not at all; {@code --configDir} folder of
 * the engine's {@code config.yaml}, which says how S3-compatible storage is reached; {@code
 * --max-bytes} how large it may be, 1 GiB if not given; {@code --limit-seconds} how long all of it
 * may take, 240 if not given; {@code --termination-log} file for the reason of a failure, if it can
 * be written, {@code /dev/termination-log} if not given. A file that is there already and is the
 * one that was meant is not fetched again.
 *
 * <p>Exit status 0, or 1 with the reason in one line on standard output. What may pass (no answer,
 * HTTP 408, 429 and 5xx) is tried five times. No credential is printed.
 */
public final class FetchJar {
  private static final long DEFAULT_MAX_BYTES = 1L << 30;

  /** Below the operator's --preparing-deadline of 5 minutes: the reason is to be known by then. */
  private static final int DEFAULT_LIMIT_SECONDS = 240;

  private static final int ATTEMPTS = 5;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_MESSAGE = 2_000;
  private static final Logger LOG = LoggerFactory.getLogger(FetchJar.class);

  private final JarSource source;
  private final String sha256;
  private final Path target;
  private final long maxBytes;
  private final Duration firstPause;

  /**
   * What is to be fetched.
   *
   * @param firstPause before the second attempt; each further one is twice as long
   */
  FetchJar(JarSource source, String sha256, Path target, long maxBytes, Duration firstPause) {
    this.source = source;
    this.sha256 = sha256;
    this.target = target;
    this.maxBytes = maxBytes;
    this.firstPause = firstPause;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    ParameterTool options = ParameterTool.fromArgs(args);
    String address = options.getRequired("from");
    try {
      FetchJar fetch =
          new FetchJar(
              source(address, options),
              options.getRequired("sha256"),
              Path.of(options.getRequired("to")),
              options.getLong("max-bytes", DEFAULT_MAX_BYTES),
              Duration.ofSeconds(1));
      fetch.within(Duration.ofSeconds(options.getInt("limit-seconds", DEFAULT_LIMIT_SECONDS)));
    } catch (Exception e) {
      String reason = oneLine(reason(e) + " at " + address);
      System.out.println("error: the jar was not fetched: " + reason);
      Path log = Path.of(options.get("termination-log", "/dev/termination-log"));
      if (Files.isWritable(log)) {
        Files.writeString(log, reason);
      }
      System.exit(1);
    }
    // No thread of a file system is waited for.
    System.exit(0);
  }

  private static JarSource source(String address, ParameterTool options) throws IOException {
    if (address.startsWith("https://")) {
      return new HttpsJar(URI.create(address));
    }
    if (address.startsWith("s3://")) {
      return new S3Jar(address, options.getRequired("configDir"));
    }
    throw JarException.forGood("expected an address of https or s3, found another one");
  }

  /** Fetches, and gives up when the time is over, whatever it waits for then. */
  private void within(Duration limit) throws Exception {
    FutureTask<Path> task = new FutureTask<>(this::fetch);
    Thread thread = new Thread(task, "fetch-jar");
    thread.setDaemon(true);
    thread.start();
    try {
      Deadline.in(limit).get("it was there (limit " + limit.toSeconds() + " s)", task);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /**
   * Fetches it, unless it is there.
   *
   * @return the file
   * @throws IOException if each attempt has failed, or no other would end otherwise
   */
  Path fetch() throws IOException, InterruptedException {
    if (isThere()) {
      LOG.info("{} is there already", target);
      return target;
    }
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt();
      } catch (IOException e) {
        boolean forGood = e instanceof JarException told && !told.mayPass();
        if (forGood || attempt == ATTEMPTS) {
          throw e;
        }
        LOG.warn("attempt {} of {}: {}", attempt, ATTEMPTS, oneLine(reason(e)));
        Thread.sleep(pause.toMillis());
        pause = pause.multipliedBy(2);
      }
    }
  }

  private boolean isThere() throws IOException {
    if (!Files.exists(target)) {
      return false;
    }
    MessageDigest digest = digest();
    try (InputStream content = Files.newInputStream(target)) {
      copy(content, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }
    return hex(digest).equals(sha256);
  }

  private Path attempt() throws IOException, InterruptedException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    MessageDigest digest = digest();
    try {
      long bytes;
      try (InputStream content = source.open();
          OutputStream file = new DigestOutputStream(Files.newOutputStream(part), digest)) {
        bytes = copy(content, file);
      }
      String found = hex(digest);
      if (!found.equals(sha256)) {
        throw JarException.forGood(
            "expected SHA-256 %s, found %s (%d bytes)".formatted(sha256, found, bytes));
      }
      return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long copy(InputStream content, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      bytes += read;
      if (bytes > maxBytes) {
        throw JarException.forGood("expected at most %d bytes, found more".formatted(maxBytes));
      }
      to.write(buffer, 0, read);
    }
    return bytes;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What went wrong, without the id of the request, which would be another one each time. */
  private static String reason(Exception thrown) {
    if (thrown instanceof JarException || thrown instanceof TimeoutException) {
      return String.valueOf(thrown.getMessage());
    }
    String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
    return "expected an answer, found "
        + thrown.getClass().getSimpleName()
        + message.replaceAll("(?s) \\(Service: .*", "");
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
  }
}
