package io.streamjob.e2e.wordcount;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.harness.Kubectl;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * StreamJobs of one namespace, through kubectl alone.
 *
 * @param kubectl the cluster
 * @param namespace where they are
 */
public record StreamJobs(Kubectl kubectl, String namespace) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Each look starts a kubectl: more of them would take the processor from what is measured. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  /** The object as it stands. */
  public JsonNode get(String name) {
    return read(kubectl.run("-n", namespace, "get", "streamjob", name, "-o", "json"));
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl did not print JSON", e);
    }
  }

  /**
   * Waits until the object is as wished, also while nobody answers; throws with its status after
   * the limit.
   */
  public JsonNode await(String name, String what, Duration limit, Predicate<JsonNode> wish) {
    return await(name, what, limit, LOOK_EVERY, wish);
  }

  /** The same, with other pauses between looks, for where nothing is measured. */
  public JsonNode await(
      String name, String what, Duration limit, Duration lookEvery, Predicate<JsonNode> wish) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Command.Result seen =
          kubectl.attempt(
              "-n", namespace, "--request-timeout=10s", "get", "streamjob", name, "-o", "json");
      JsonNode job = seen.exitCode() == 0 ? read(seen.output()) : JSON.missingNode();
      if (seen.exitCode() == 0 && wish.test(job)) {
        return job;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "StreamJob %s/%s: expected %s within %s, found %s%s"
                .formatted(
                    namespace,
                    name,
                    what,
                    limit,
                    job.path("status").toPrettyString(),
                    seen.error()));
      }
      pause(lookEvery);
    }
  }

  /** Waits until nothing is rolled out and the job runs. */
  public JsonNode awaitRunning(String name, Duration limit) {
    return await(
        name,
        "a running job and no rollout",
        limit,
        job ->
            "True".equals(job.at("/status/ready").asText())
                && job.at("/status/rollout").isMissingNode());
  }

  /** Edits the spec by a merge patch, as {@code kubectl patch} does. */
  public void patch(String name, String mergePatch) {
    Command.Result result =
        kubectl.attempt(
            "-n", namespace, "patch", "streamjob", name, "--type=merge", "-p", mergePatch);
    if (result.exitCode() != 0) {
      throw new IllegalStateException("kubectl patch: " + result.error());
    }
  }

  /** A condition of the object; a missing node if it has none of that type. */
  public static JsonNode condition(JsonNode job, String type) {
    for (JsonNode condition : job.at("/status/conditions")) {
      if (type.equals(condition.path("type").asText())) {
        return condition;
      }
    }
    return job.path("no such condition");
  }

  private static void pause(Duration lookEvery) {
    try {
      Thread.sleep(lookEvery);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
