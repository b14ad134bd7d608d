package io.streamjob.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Component;
import io.streamjob.e2e.harness.Nemesis;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Parts;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.harness.Route;
import io.streamjob.e2e.harness.SelfBuiltCluster;
import io.streamjob.e2e.wordcount.Flow;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code make bench-recovery}: how long the sink of a running word count is silent when something
 * that it needs is killed: while it just runs, while it takes a checkpoint, and while it comes back
 * from another loss. And how long when the engine rescales a job from one worker to two and back.
 *
 * <p>Environment: {@code REPETITIONS}, kills of the coordinator and of the worker of a job that
 * just runs, 7 if unset; of each other kind half as many. {@link Parts}: names of figures such as
 * {@code coordinator_running}, and {@code rescale}.
 */
public final class RecoveryBench {
  private static final String NAME = "bench-recovery";
  private static final String RESCALE = "rescale";
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int TEXT_BYTES = 1 << 20; // the flow repeats it without end
  private static final int PIECE_BYTES = 32 << 10;
  private static final int WORDS_PER_SECOND = 2_000;
  private static final long WORDS_AHEAD = 60_000;

  /** By then it has been noticed and told, if it is to be. */
  private static final Duration NOTICED = Duration.ofSeconds(8);

  /** A killed worker is missed by then, and not made good for yet. */
  private static final Duration LOST = Duration.ofMillis(1_500);

  private static final Duration DOWN = Duration.ofSeconds(1);

  private final SelfBuiltCluster cluster;
  private final WordCountRun run;
  private final Flow flow;

  private RecoveryBench(SelfBuiltCluster cluster, WordCountRun run, Flow flow) {
    this.cluster = cluster;
    this.run = run;
    this.flow = flow;
  }

  /** What is killed. */
  private enum Victim {
    COORDINATOR,
    WORKER,
    OPERATOR,
    STORE,
    API_SERVER;

    boolean isPodOfTheJob() {
      return this == COORDINATOR || this == WORKER;
    }
  }

  /** When it is killed. */
  private enum Moment {
    RUNNING,
    CHECKPOINTING,
    RESTORING
  }

  public static void main(String[] args) {
    int repetitions = Integer.parseInt(System.getenv().getOrDefault("REPETITIONS", "7"));
    Parts parts = Parts.wished(names());
    if (!(Cluster.start() instanceof SelfBuiltCluster cluster)) {
      throw new IllegalStateException(
          "bench-recovery: expected the self-built cluster, whose processes this machine can kill; unset "
              + Cluster.KUBECONFIG_VARIABLE);
    }
    Product product = new Product(cluster);
    product.provideImages(List.of("1"));
    List<Series> series = new ArrayList<>();
    Flow.Errors errors;
    try (ObjectStore store = ObjectStore.install(cluster)) {
      product.install();
      errors = measure(cluster, store, parts, repetitions, series);
      if (parts.include(RESCALE)) {
        errors = errors.and(rescale(cluster, store, repetitions, series));
      }
    }
    Report report = new Report(series);
    System.err.printf("%n%s: %s%n%s%n", report.write("recovery"), Machine.name(), report.table());
    StringBuilder line =
        new StringBuilder("bench-recovery: ").append(errors.none() ? "ok" : "failed");
    series.forEach(one -> line.append(" %s_ms=%d".formatted(one.name(), one.median())));
    System.out.printf(
        "%s lost=%d doubled=%d repetitions=%d%n",
        line, errors.lost(), errors.doubled(), repetitions);
    System.exit(errors.none() ? 0 : 1);
  }

  private static Flow.Errors measure(
      SelfBuiltCluster cluster, ObjectStore store, Parts parts, int repetitions, List<Series> to) {
    Text text = Text.read("", TEXT_BYTES, PIECE_BYTES);
    try (WordCountRun run =
        WordCountRun.apply(
            cluster,
            store,
            NAME,
            NAME,
            text,
            sample -> WordCountRun.sized(sample, WORDS_PER_SECOND, 0))) {
      run.awaitRunning(LIMIT);
      try (Flow flow = new Flow(run, WORDS_AHEAD)) {
        flow.awaitWords(run.words());
        RecoveryBench bench = new RecoveryBench(cluster, run, flow);
        for (Moment moment : Moment.values()) {
          for (Victim victim : Victim.values()) {
            boolean main = moment == Moment.RUNNING && victim.isPodOfTheJob();
            if (parts.include(name(victim, moment))) {
              to.add(
                  bench.kills(victim, moment, main ? repetitions : Math.max(1, repetitions / 2)));
            }
          }
        }
        Flow.Errors errors = flow.end();
        System.err.printf("bench-recovery: %s%n", errors);
        return errors;
      }
    }
  }

  /** Another job, as only one scheduler of the engine can do that. */
  private static Flow.Errors rescale(
      SelfBuiltCluster cluster, ObjectStore store, int repetitions, List<Series> to) {
    Text text = Text.read("", TEXT_BYTES, PIECE_BYTES);
    try (WordCountRun run =
        WordCountRun.apply(
            cluster,
            store,
            NAME,
            NAME,
            text,
            sample ->
                WordCountRun.sized(sample, WORDS_PER_SECOND, 0)
                    .replace("    parallelism: 2\n", "")
                    .replace("    slots: 2\n", "    slots: 1\n"))) {
      run.awaitRunning(LIMIT);
      try (Flow flow = new Flow(run, WORDS_AHEAD)) {
        flow.awaitWords(run.words());
        RecoveryBench bench = new RecoveryBench(cluster, run, flow);
        List<Series.Sample> grown = new ArrayList<>();
        List<Series.Sample> shrunk = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
          grown.add(bench.rescale(2));
          shrunk.add(bench.rescale(1));
        }
        to.add(new Series("rescale_1_to_2", grown));
        to.add(new Series("rescale_2_to_1", shrunk));
        return flow.end();
      }
    }
  }

  private Series.Sample rescale(int workers) {
    int before = attempt(run.jobs().get(WordCountRun.JOB));
    Instant began = Instant.now();
    run.jobs()
        .patch(WordCountRun.JOB, "{\"spec\":{\"worker\":{\"replicas\":%d}}}".formatted(workers));
    JsonNode job = await("a rescaled job", it -> attempt(it) > before && isReady(it));
    pause(NOTICED);
    Duration gap = flow.longestSilence(began, Instant.now());
    JsonNode newest = job.at("/status/history/0");
    if (!newest.path("outcome").asText().equals("Completed")) {
      throw new IllegalStateException("expected a rescaled job, found " + newest);
    }
    Series.Sample sample =
        new Series.Sample(
            gap.toMillis(), newest.path("downtimeMillis").asLong(-1), Series.parts(newest));
    System.err.printf(
        "bench-recovery: %d worker(s): gap_ms=%d told_ms=%d %s%n",
        workers, sample.gapMillis(), sample.toldMillis(), sample.parts());
    return sample;
  }

  private static int attempt(JsonNode job) {
    return job.at("/status/history/0/attempt").asInt();
  }

  private Series kills(Victim victim, Moment moment, int repetitions) {
    List<Series.Sample> samples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      samples.add(kill(victim, moment));
    }
    return new Series(name(victim, moment), samples);
  }

  private static String name(Victim victim, Moment moment) {
    return "%s_%s".formatted(victim, moment).toLowerCase(Locale.ROOT).replace("api_", "api");
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(List.of(RESCALE));
    for (Victim victim : Victim.values()) {
      for (Moment moment : Moment.values()) {
        names.add(name(victim, moment));
      }
    }
    return names;
  }

  private Series.Sample kill(Victim victim, Moment moment) {
    Instant began = Instant.now();
    switch (moment) {
      case RUNNING -> {}
      case CHECKPOINTING -> takeCheckpoint();
      case RESTORING -> {
        run.kill(Component.WORKER);
        pause(LOST);
      }
    }
    strike(victim);
    pause(NOTICED);
    JsonNode job = await("a job that runs again", RecoveryBench::isReady);
    Duration gap = flow.longestSilence(began, Instant.now());
    JsonNode newest = job.at("/status/history/0");
    boolean byOperator =
        newest.path("strategy").asText().equals("Recovery")
            && Instant.parse(newest.path("startedAt").asText()).isAfter(began);
    Series.Sample sample =
        new Series.Sample(
            gap.toMillis(),
            byOperator ? newest.path("downtimeMillis").asLong(-1) : -1,
            byOperator ? Series.parts(newest) : Map.of());
    System.err.printf(
        "bench-recovery: killed %s, %s: gap_ms=%d told_ms=%d %s%n",
        victim, moment, sample.gapMillis(), sample.toldMillis(), sample.parts());
    return sample;
  }

  private void strike(Victim victim) {
    switch (victim) {
      case COORDINATOR -> run.kill(Component.COORDINATOR);
      case WORKER -> run.kill(Component.WORKER);
      case OPERATOR -> new Nemesis(cluster).replaceOperator();
      case STORE -> cluster.killStore();
      case API_SERVER -> cluster.restartApiServer(DOWN);
    }
  }

  /** Returns as soon as the engine has begun it. */
  private void takeCheckpoint() {
    String id = run.jobs().get(WordCountRun.JOB).at("/status/job/id").asText();
    try (Route route = cluster.route(NAME, WordCountRun.JOB, 8081);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(route.address().resolve("/jobs/" + id + "/checkpoints"))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 202) {
        throw new IllegalStateException(
            "expected 202 for a checkpoint, found %d: %s"
                .formatted(response.statusCode(), response.body()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the coordinator does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private JsonNode await(String what, Predicate<JsonNode> wish) {
    return run.jobs().await(WordCountRun.JOB, what, LIMIT, wish);
  }

  private static boolean isReady(JsonNode job) {
    return "True".equals(job.at("/status/ready").asText())
        && job.at("/status/rollout").isMissingNode();
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
