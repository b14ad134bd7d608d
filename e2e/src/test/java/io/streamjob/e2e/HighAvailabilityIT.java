package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.InstalledOperator;
import io.streamjob.e2e.harness.Nemesis;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A coordinator is lost, whether or not an operator runs, and the next one brings the job back: the
 * same job, from its newest checkpoint, and every record counts once. What has ended stays ended,
 * and nothing is left of a revision that is retired.
 */
class HighAvailabilityIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** Longer than a coordinator takes to bring back what it would bring back. */
  private static final Duration NOTHING_FOR = Duration.ofSeconds(15);

  private final Stage stage = Stage.get();

  @Test
  void theNextCoordinatorBringsTheJobBackWithoutTheOperator() {
    try (WordCountRun run = start("e2e-ha-one", 1);
        Coordinators coordinators = new Coordinators(run, stage)) {
      Scene scene = new Scene(run, stage.store());
      String job = scene.job().at("/status/job/id").asText();
      coordinators.awaitCheckpoint(job);

      withoutOperator(() -> coordinators.lose("pod deleted", job, coordinators::delete));
      coordinators.awaitCheckpoint(job);
      // The operator leaves it to the engine.
      coordinators.lose("process killed", job, coordinators::kill);
      JsonNode after = run.awaitRunning(Scene.LIMIT);
      assertThat(after.at("/status/job/id").asText()).isEqualTo(job);
      assertThat(after.at("/status/history").size()).isEqualTo(1);

      run.release("2");
      awaitEnd(scene, 2, "Completed");
      assertThat(scene.job().at("/status/current/image").asText()).endsWith(":2");
      assertNothingIsLeftOf(scene, 1);
      assertThat(coordinators.records(2)).isNotEmpty();
      scene.assertExact();

      scene.delete("streamjob", WordCountRun.JOB);
      Awaitility.await("the engine's records to go with their StreamJob")
          .atMost(LIMIT)
          .until(() -> coordinators.records(2).isEmpty());
    }
  }

  @Test
  void theCoordinatorThatStandsByTakesOverAndWhatHasEndedStaysEnded() {
    try (WordCountRun run = start("e2e-ha-two", 2);
        Coordinators coordinators = new Coordinators(run, stage)) {
      Scene scene = new Scene(run, stage.store());
      String first = scene.job().at("/status/job/id").asText();
      coordinators.awaitTwo();
      assertThat(scene.kubectl("get", "poddisruptionbudgets", "-o", "name"))
          .contains("word-count-1-coordinator");
      coordinators.awaitCheckpoint(first);
      withoutOperator(() -> coordinators.lose("leader deleted", first, coordinators::delete));

      run.release("incompatible");
      String second = awaitEnd(scene, 2, "RolledBack").at("/status/job/id").asText();
      run.awaitRunning(Scene.LIMIT);
      assertThat(second).isNotEqualTo(first);
      assertNothingIsLeftOf(scene, 2);
      coordinators.awaitTwo();
      coordinators.awaitCheckpoint(second);
      withoutOperator(
          () -> {
            coordinators.lose("leader killed", second, coordinators::kill);
            assertThat(coordinators.rest().state(first)).as("the job before").isEmpty();
            scene.assertExact();

            coordinators.stop(second);
            coordinators.loseLeader(coordinators::delete);
            Awaitility.await("no job that has ended comes back")
                .during(NOTHING_FOR)
                .atMost(NOTHING_FOR.plus(LIMIT))
                .until(() -> coordinators.jobs().isEmpty());
          });
    }
  }

  private WordCountRun start(String name, int coordinators) {
    Text text = Text.read("", 3 << 20, 16 << 10);
    WordCountRun run =
        stage.run(
            name,
            text,
            sample ->
                sample.replace(
                    "  coordinator:\n",
                    "  coordinator:\n    highAvailability: Kubernetes\n    replicas: %d\n"
                        .formatted(coordinators)));
    run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);
    return run;
  }

  private static JsonNode awaitEnd(Scene scene, int attempt, String outcome) {
    JsonNode job =
        scene.await(
            "the end of attempt " + attempt,
            it ->
                it.at("/status/history/0/attempt").asInt() == attempt
                    && it.at("/status/rollout").isMissingNode());
    assertThat(job.at("/status/history/0/outcome").asText()).isEqualTo(outcome);
    System.err.printf(
        Locale.ROOT,
        "e2e ha: attempt %d, %s: downtime_ms=%d timings=%s%n",
        attempt,
        outcome,
        job.at("/status/history/0/downtimeMillis").asLong(),
        job.at("/status/history/0/timings"));
    return job;
  }

  /** Neither in Kubernetes nor in the bucket. */
  private static void assertNothingIsLeftOf(Scene scene, int revision) {
    scene.awaitNoPods("streamjob.io/name=word-count,streamjob.io/revision=" + revision);
    assertThat(
            scene.kubectl(
                "get",
                "configmaps,serviceaccounts,roles,rolebindings",
                "-l",
                "streamjob.io/name=word-count,streamjob.io/revision=" + revision,
                "-o",
                "name"))
        .isBlank();
    JsonNode job = scene.job();
    String uid = job.at("/metadata/uid").asText().substring(0, 8);
    assertThat(
            scene.kubectl(
                "get",
                "configmaps",
                "-l",
                "app=word-count-%d-%s".formatted(revision, uid),
                "-o",
                "name"))
        .isBlank();
    String name = scene.run().namespace();
    assertThat(
            scene.objects(
                "s3://%s/%s/state/%s/word-count-%s/ha/r-%d/"
                    .formatted(WordCountRun.BUCKET, name, name, uid, revision)))
        .isEmpty();
  }

  /** Whatever happens meanwhile, the engine does by itself. */
  private void withoutOperator(Runnable act) {
    new InstalledOperator(stage.cluster().kubectl()).runWithout(act);
  }

  /**
   * The coordinators of a word count's only, or current, revision.
   *
   * @param rest of whichever is reached, the one that stands by included
   */
  private record Coordinators(WordCountRun run, Stage stage, EngineRest rest)
      implements AutoCloseable {
    private static final String LEADER =
        "jsonpath={range"
            + " .items[*]}{.metadata.annotations.control-plane\\.alpha\\.kubernetes\\.io/leader}{end}";
    private static final String ADDRESS =
        "jsonpath={range .items[*]}{.data.org\\.apache\\.flink\\.k8s\\.leader\\.dispatcher}{end}";

    /** Waits until the job runs: before, no Service leads to them. */
    Coordinators(WordCountRun run, Stage stage) {
      this(run, stage, rest(run, stage));
    }

    private static EngineRest rest(WordCountRun run, Stage stage) {
      run.awaitRunning(Scene.LIMIT);
      return new EngineRest(stage.cluster().route(run.namespace(), WordCountRun.JOB, 8081));
    }

    private String kubectl(String... arguments) {
      return new Scene(run, stage.store()).kubectl(arguments);
    }

    /** Names of what the engine has written down of a revision. */
    List<String> records(int revision) {
      return kubectl("get", "configmaps", "-l", "type=flink-native-kubernetes", "-o", "name")
          .lines()
          .filter(name -> name.contains("word-count-%d-".formatted(revision)))
          .toList();
    }

    private String leader(String output) {
      return kubectl("get", "configmaps", "-l", "type=flink-native-kubernetes", "-o", output);
    }

    /** The name that the leading process has given itself; empty while none leads. */
    private String process() {
      return leader(LEADER).replaceFirst("(?s).*\"holderIdentity\":\"([^\"]*)\".*", "$1");
    }

    private String pod() {
      String address = leader(ADDRESS).replaceFirst("(?s).*@([0-9.]+):.*", "$1");
      return kubectl(
              "get",
              "pods",
              "-o",
              "jsonpath={.items[?(@.status.podIP=='%s')].metadata.name}".formatted(address))
          .strip();
    }

    void delete(String pod) {
      kubectl("delete", "pod", pod, "--grace-period=0", "--force");
    }

    void kill(String pod) {
      new Nemesis(stage.cluster()).killIn(run.namespace(), pod);
    }

    /** Waits until both have been started and answer. */
    void awaitTwo() {
      Awaitility.await("two coordinators")
          .atMost(LIMIT)
          .until(
              () ->
                  kubectl(
                          "get",
                          "pods",
                          "-l",
                          "app.kubernetes.io/component=coordinator",
                          "-o",
                          "jsonpath={.items[*].status.containerStatuses[0].ready}")
                      .strip(),
              "true true"::equals);
    }

    /** Waits for one that is completed after this call. */
    void awaitCheckpoint(String job) {
      long before = completed(job);
      Awaitility.await("a checkpoint of " + job)
          .atMost(LIMIT)
          .pollInterval(LOOK_EVERY)
          .until(() -> completed(job) > before);
    }

    private long completed(String job) {
      return rest.get("/jobs/" + job + "/checkpoints").at("/counts/completed").asLong();
    }

    /**
     * The leader is lost, and another process brings this job back from a checkpoint of its own.
     */
    void lose(String how, String job, Consumer<String> loss) {
      long lostAt = loseLeader(loss);
      Awaitility.await("job " + job + " to be brought back")
          .atMost(LIMIT)
          .pollInterval(LOOK_EVERY)
          .until(
              () ->
                  rest.state(job).equals("RUNNING")
                      && rest.restoredFrom(job).contains("/checkpoints/" + job + "/chk-"));
      System.err.printf(
          Locale.ROOT,
          "e2e ha: %s: recovery_ms=%d%n",
          how,
          (System.nanoTime() - lostAt) / 1_000_000);
    }

    /** Returns once another process leads; the result is when the first one was lost. */
    long loseLeader(Consumer<String> loss) {
      String process = process();
      String pod = pod();
      assertThat(process).isNotEmpty();
      assertThat(pod).startsWith("word-count-");
      long lostAt = System.nanoTime();
      loss.accept(pod);
      Awaitility.await("another leader")
          .atMost(LIMIT)
          .pollInterval(LOOK_EVERY)
          .until(() -> !process().isEmpty() && !process().equals(process));
      return lostAt;
    }

    /** Stops a job with a savepoint, as a person would past the operator. */
    void stop(String job) {
      rest.post("/jobs/" + job + "/stop", "{\"drain\": false}");
      Awaitility.await("job " + job + " to end, and its records to go")
          .atMost(LIMIT)
          .pollInterval(LOOK_EVERY)
          .until(
              () ->
                  rest.state(job).equals("FINISHED")
                      && records(1).stream().noneMatch(name -> name.contains(job)));
    }

    /** Those that a coordinator which answers knows of; one that nobody tells, while none does. */
    List<String> jobs() {
      JsonNode overview = rest.get("/jobs/overview");
      return overview.isMissingNode()
          ? List.of("nobody tells")
          : overview.path("jobs").findValuesAsText("jid");
    }

    @Override
    public void close() {
      rest.close();
    }
  }
}
