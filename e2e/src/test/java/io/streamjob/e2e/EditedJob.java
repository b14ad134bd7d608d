package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.wordcount.StreamJobs;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job that runs, whose good spec a person edits.
 *
 * @param jobs the StreamJobs of its namespace
 * @param name its name
 * @param good the spec that it runs with
 * @param engineJob id of its job in the engine
 * @param pods its pods, each with its uid and how often its containers were restarted
 */
record EditedJob(
    StreamJobs jobs, String name, JsonNode good, String engineJob, Map<String, String> pods) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** The job as it stands. */
  static EditedJob of(StreamJobs jobs, String name) {
    JsonNode job = jobs.get(name);
    return new EditedJob(
        jobs, name, job.path("spec"), job.at("/status/job/id").asText(), podsOf(jobs, job));
  }

  private static Map<String, String> podsOf(StreamJobs jobs, JsonNode job) {
    String selector =
        "streamjob.io/name=%s,streamjob.io/revision=%d"
            .formatted(job.at("/metadata/name").asText(), job.at("/status/current/number").asInt());
    Map<String, String> pods = new TreeMap<>();
    for (JsonNode pod : list(jobs, "get", "pods", "-l", selector)) {
      StringBuilder restarts = new StringBuilder();
      pod.at("/status/containerStatuses")
          .forEach(container -> restarts.append(' ').append(container.path("restartCount")));
      pods.put(pod.at("/metadata/name").asText(), pod.at("/metadata/uid").asText() + restarts);
    }
    return pods;
  }

  /** Edits the spec by a merge patch, which the server may refuse. */
  Command.Result edit(String specPatch) {
    return patch("merge", "{\"spec\":" + specPatch + "}");
  }

  /** Brings the good spec back and waits until it counts as what runs. */
  void revert() {
    Command.Result answer =
        patch("json", "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":" + good + "}]");
    assertThat(answer.exitCode()).as(answer.error()).isZero();
    jobs.await(
        name,
        "UpgradeReady=True",
        LIMIT,
        LOOK_EVERY,
        job ->
            isAnswered(job)
                && "True".equals(upgradeReady(job).path("status").asText())
                && "UpToDate".equals(upgradeReady(job).path("reason").asText()));
  }

  private Command.Result patch(String type, String patch) {
    return jobs.kubectl()
        .attempt("-n", jobs.namespace(), "patch", "streamjob", name, "--type=" + type, "-p", patch);
  }

  /**
   * Waits until the edit is refused for good; whenever it is looked at, the job runs.
   *
   * @return the message of the condition
   */
  String awaitRefusal(String reason) {
    JsonNode refused =
        jobs.await(
            name,
            "UpgradeReady=False because of " + reason,
            LIMIT,
            LOOK_EVERY,
            job -> {
              assertRuns(job);
              return isAnswered(job)
                  && "False".equals(upgradeReady(job).path("status").asText())
                  && reason.equals(upgradeReady(job).path("reason").asText());
            });
    String message = upgradeReady(refused).path("message").asText();
    awaitEvent(reason, message);
    assertUntouched();
    return message;
  }

  private void assertRuns(JsonNode job) {
    assertThat(job.at("/status/phase").asText()).as("phase").isIn("Running", "Upgrading");
    assertThat(job.at("/status/job/id").asText()).as("engine job").isEqualTo(engineJob);
    assertThat(job.at("/status/job/state").asText()).as("engine job").isEqualTo("RUNNING");
  }

  /** The same job in the same pods, none of them restarted. */
  void assertUntouched() {
    JsonNode job = jobs.get(name);
    assertRuns(job);
    assertThat(podsOf(jobs, job)).as("pods").isEqualTo(pods).isNotEmpty();
  }

  /** Waits for an Event of the StreamJob that says the same as the condition. */
  void awaitEvent(String reason, String message) {
    await()
        .alias("an Event with reason " + reason + " and message " + message)
        .atMost(LIMIT)
        .until(
            () -> {
              for (JsonNode event :
                  list(
                      jobs,
                      "get",
                      "events",
                      "--field-selector",
                      "involvedObject.kind=StreamJob,involvedObject.name=%s,reason=%s"
                          .formatted(name, reason))) {
                if (event.path("message").asText().contains(message)) {
                  return true;
                }
              }
              return false;
            });
  }

  private static JsonNode list(StreamJobs jobs, String... query) {
    String[] arguments = new String[query.length + 4];
    System.arraycopy(query, 0, arguments, 0, query.length);
    System.arraycopy(
        new String[] {"-n", jobs.namespace(), "-o", "json"}, 0, arguments, query.length, 4);
    try {
      return JSON.readTree(jobs.kubectl().run(arguments)).path("items");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl did not print JSON", e);
    }
  }

  /** Whether status is about the spec as it is, nothing is under way, and the job runs. */
  private static boolean isAnswered(JsonNode job) {
    return job.at("/status/observedGeneration").asLong() == job.at("/metadata/generation").asLong()
        && job.at("/status/rollout").isMissingNode()
        && "True".equals(job.at("/status/ready").asText());
  }

  private static JsonNode upgradeReady(JsonNode job) {
    return StreamJobs.condition(job, "UpgradeReady");
  }
}
