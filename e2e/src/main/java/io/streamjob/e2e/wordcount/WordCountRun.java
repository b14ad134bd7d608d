package io.streamjob.e2e.wordcount;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One word count in a namespace and a bucket prefix of its own, from the sample manifest.
 *
 * @param namespace its namespace, deleted and made anew
 * @param jobs the StreamJobs of that namespace
 * @param feeder brings text to it
 * @param ledger what it has written
 * @param expected how often each word occurs in the text
 * @param manifest of the StreamJob, as it was applied first
 */
public record WordCountRun(
    String namespace,
    StreamJobs jobs,
    Feeder feeder,
    Ledger ledger,
    Map<String, Integer> expected,
    String manifest)
    implements AutoCloseable {
  /** Name of the StreamJob. */
  public static final String JOB = "word-count";

  /** Bucket of the sample. */
  public static final String BUCKET = "streamjob";

  private static final String SAMPLE_PREFIX = "s3://streamjob/demo/";
  private static final Duration SHOW_EVERY = Duration.ofSeconds(10);
  private static final Duration STALL_LIMIT = Duration.ofSeconds(60);

  /**
   * Applies the sample, over whatever an earlier run has left.
   *
   * @param change what to change in the manifest; the demo changes nothing
   */
  public static WordCountRun apply(
      Cluster cluster,
      ObjectStore store,
      String namespace,
      String prefix,
      Text text,
      UnaryOperator<String> change) {
    Kubectl kubectl = cluster.kubectl();
    kubectl.deleteNamespace(namespace);
    store.createBucket(BUCKET);
    store.delete(BUCKET, prefix + "/");
    kubectl.run("create", "namespace", namespace);
    kubectl.run(
        "-n",
        namespace,
        "create",
        "secret",
        "generic",
        "word-count-s3",
        "--from-literal=AWS_ACCESS_KEY_ID=" + ObjectStore.ACCESS_KEY,
        "--from-literal=AWS_SECRET_ACCESS_KEY=" + ObjectStore.SECRET_KEY);
    WordCountRun run =
        new WordCountRun(
            namespace,
            new StreamJobs(kubectl, namespace),
            new Feeder(store, BUCKET, prefix + "/input", text),
            new Ledger(store, BUCKET, prefix + "/output"),
            text.countByTools(),
            change.apply(
                sample()
                    .replace(SAMPLE_PREFIX, "s3://" + BUCKET + "/" + prefix + "/")
                    .replace(
                        "  name: word-count\n",
                        "  name: word-count\n  namespace: " + namespace + "\n")));
    run.feeder.feedUpTo(0.02);
    kubectl.apply(run.manifest);
    return run;
  }

  /**
   * The sample with other arguments.
   *
   * @param wordsPerSecond what each of the two subtasks reads
   * @param bytesPerWord what the job keeps with the count of each word
   */
  public static String sized(String sample, int wordsPerSecond, int bytesPerWord) {
    String sized =
        sample.replaceFirst(
            "--rate, \"\\d+\"",
            "--rate, \"%d\", --bytes-per-word, \"%d\", --discovery-interval, \"1000\""
                .formatted(wordsPerSecond, bytesPerWord));
    if (sized.equals(sample)) {
      throw new IllegalStateException("expected a --rate in the sample, found none");
    }
    return sized;
  }

  private static String sample() {
    try {
      return Files.readString(Repository.path("docs/samples/word-count.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the sample", e);
    }
  }

  /** Ends the job: what runs on would take the processor from what comes next. */
  @Override
  public void close() {
    feeder.close();
    jobs.kubectl().deleteNamespace(namespace);
  }

  /** Total number of words in the text. */
  public long words() {
    return expected.values().stream().mapToLong(Integer::longValue).sum();
  }

  public JsonNode awaitRunning(Duration limit) {
    return jobs.awaitRunning(JOB, limit);
  }

  /** Sets the image's tag: what a release does. */
  public void release(String version) {
    jobs.patch(JOB, "{\"spec\":{\"image\":\"streamjob/word-count:" + version + "\"}}");
  }

  /** Kills all pods of one kind, without a word of warning. */
  public void kill(Component component) {
    jobs.kubectl()
        .run(
            "-n",
            namespace,
            "delete",
            "pod",
            "-l",
            "streamjob.io/name=%s,app.kubernetes.io/component=%s".formatted(JOB, component.label()),
            "--grace-period=0",
            "--force",
            "--wait=false");
  }

  /** Waits until as many records are written as the whole text has words. */
  public Ledger awaitOutput() {
    return awaitOutput(words());
  }

  /**
   * Waits until so many records are written; gives up when nothing comes any more. What is missing
   * then is for the caller to judge.
   */
  public Ledger awaitOutput(long words) {
    long last = -1;
    long shown = 0;
    long deadline = System.nanoTime() + STALL_LIMIT.toNanos();
    while (ledger.refresh().records() < words && System.nanoTime() < deadline) {
      if (ledger.records() != last) {
        last = ledger.records();
        deadline = System.nanoTime() + STALL_LIMIT.toNanos();
      }
      if (System.nanoTime() - shown > SHOW_EVERY.toNanos()) {
        shown = System.nanoTime();
        System.err.printf("output: %d of %d words%n", last, words);
      }
      pause();
    }
    return ledger;
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for output", e);
    }
  }
}
