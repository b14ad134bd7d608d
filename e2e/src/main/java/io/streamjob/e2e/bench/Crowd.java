package io.streamjob.e2e.bench;

import io.streamjob.e2e.harness.Kubectl;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Many StreamJobs that stand still: the operator decides on each of them, and none takes the
 * processors from what is measured beside them.
 */
final class Crowd implements AutoCloseable {
  private static final String NAMESPACE = "bench-crowd";
  private static final int AT_ONCE = 100;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Each look reads all of them. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Kubectl kubectl;
  private final int size;
  private int edits;

  /** Applies them, over whatever an earlier run has left. */
  Crowd(Kubectl kubectl, int size) {
    this.kubectl = kubectl;
    this.size = size;
    kubectl.deleteNamespace(NAMESPACE);
    kubectl.run("create", "namespace", NAMESPACE);
    edit();
  }

  /** Edits the spec of each. */
  void edit() {
    edits++;
    for (int first = 0; first < size; first += AT_ONCE) {
      kubectl.apply(
          IntStream.range(first, Math.min(size, first + AT_ONCE))
              .mapToObj(this::manifest)
              .collect(Collectors.joining("---\n")));
    }
  }

  private String manifest(int number) {
    return """
        apiVersion: streamjob.io/v1beta1
        kind: StreamJob
        metadata: {name: crowd-%d, namespace: %s}
        spec:
          suspend: true
          image: streamjob/word-count:1
          job: {jar: "local:///opt/streamjob/job/word-count.jar", args: [--edit, "%d"]}
          state:
            storage: s3://streamjob/crowd/%d
            s3: {endpoint: "http://s3.streamjob-s3.svc.cluster.local:9000", pathStyleAccess: true}
        """
        .formatted(number, NAMESPACE, edits, number);
  }

  /** Waits until the status of each answers its spec. */
  void awaitDecided() {
    String wished = edits + " Suspended";
    Awaitility.await("the status of all of %d StreamJobs: %s".formatted(size, wished))
        .atMost(LIMIT)
        .pollInterval(LOOK_EVERY)
        .until(
            () ->
                kubectl
                        .run(
                            "-n",
                            NAMESPACE,
                            "get",
                            "streamjobs",
                            "-o=jsonpath={range .items[*]}{.status.observedGeneration} "
                                + "{.status.phase}{\"\\n\"}{end}")
                        .lines()
                        .filter(wished::equals)
                        .count()
                    == size);
  }

  /** Deletes them; throws if one does not go. */
  @Override
  public void close() {
    kubectl.deleteNamespace(NAMESPACE);
  }
}
