package io.streamjob.e2e.wordcount;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Rolls one word count out again and again. */
public final class Rollouts {
  private final WordCountRun run;
  private int edits;
  private int attemptsBefore;

  /** Rollouts of this job, by edits of its spec. */
  public Rollouts(WordCountRun run) {
    this.run = run;
  }

  /**
   * Edits the spec. Each edit differs from all before: what was rolled back once is not tried
   * again.
   *
   * @param version tag of the image
   * @param strategy Warm or Cold
   * @param state what the new version starts from: Savepoint or Checkpoint
   */
  public void begin(String version, String strategy, String state) {
    attemptsBefore = lastAttempt(run.jobs().get(WordCountRun.JOB));
    edits++;
    run.jobs()
        .patch(
            WordCountRun.JOB,
            """
            {"spec": {
              "image": "streamjob/word-count:%s",
              "upgrade": {"strategy": "%s", "state": "%s"},
              "config": {"example.edit": "%d"}}}
            """
                .formatted(version, strategy, state, edits));
  }

  /** That of the versions 1 and 2 which is not the current one. */
  public String otherVersion() {
    return runs("1", run.jobs().get(WordCountRun.JOB)) ? "2" : "1";
  }

  /** Whether the rollout that was begun last has ended. */
  public boolean isOver() {
    return isOver(run.jobs().get(WordCountRun.JOB));
  }

  /**
   * Waits for the end of the rollout that was begun last; throws if it ends otherwise.
   *
   * @param outcome how it is to end, such as Completed
   * @return its entry in {@code status.history}
   */
  public JsonNode awaitEnd(String outcome, Duration limit) {
    JsonNode rollout =
        run.jobs()
            .await(WordCountRun.JOB, "an ended rollout", limit, this::isOver)
            .at("/status/history/0");
    if (!outcome.equals(rollout.path("outcome").asText())) {
      throw new IllegalStateException(
          "expected a rollout that ends as %s, found %s".formatted(outcome, rollout));
    }
    return rollout;
  }

  /**
   * Waits until a version is the current one, however many attempts that takes.
   *
   * @param version tag of the image
   */
  public void awaitVersion(String version, Duration limit) {
    run.jobs()
        .await(
            WordCountRun.JOB,
            "version " + version,
            limit,
            job -> isOver(job) && runs(version, job));
  }

  /**
   * Waits until a version is the current one, or was tried, was rolled back and is refused, however
   * many attempts that takes. One that was given up before is tried again by itself.
   *
   * @param version tag of the image
   * @return whether it is the current one
   */
  public boolean awaitVersionOrRefusal(String version, Duration limit) {
    JsonNode ended =
        run.jobs()
            .await(
                WordCountRun.JOB,
                "version %s, or its refusal".formatted(version),
                limit,
                job -> isOver(job) && (runs(version, job) || isRolledBack(job)));
    return runs(version, ended);
  }

  private static boolean runs(String version, JsonNode job) {
    return job.at("/status/current/image").asText().endsWith(":" + version);
  }

  private static boolean isRolledBack(JsonNode job) {
    return !job.at("/status/rejected").isMissingNode()
        && job.at("/status/history/0/outcome").asText().equals("RolledBack");
  }

  private boolean isOver(JsonNode job) {
    return job.at("/status/rollout").isMissingNode() && lastAttempt(job) > attemptsBefore;
  }

  private static int lastAttempt(JsonNode job) {
    return job.at("/status/history/0/attempt").asInt();
  }
}
