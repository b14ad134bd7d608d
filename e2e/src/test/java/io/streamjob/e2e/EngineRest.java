package io.streamjob.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The engine's own REST interface, as a person would ask it past the operator. */
final class EngineRest implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final JsonMapper JSON = new JsonMapper();

  private final Route route;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  EngineRest(Route route) {
    this.route = route;
  }

  /** What it answers; a missing node if nobody answers, or with an error. */
  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(address(path)));
  }

  JsonNode post(String path, String body) {
    return send(
        HttpRequest.newBuilder(address(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private URI address(String path) {
    return route.address().resolve(path);
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var response = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
      return response.statusCode() / 100 == 2 ? JSON.readTree(response.body()) : JSON.missingNode();
    } catch (IOException e) {
      // Whoever is lost does not answer: that is looked for here.
      return JSON.missingNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the engine was asked", e);
    }
  }

  /** The state of a job; empty while nobody tells. */
  String state(String job) {
    return get("/jobs/" + job + "/status").path("status").asText();
  }

  /** What a job has restored from last; empty if nothing, or while nobody tells. */
  String restoredFrom(String job) {
    return get("/jobs/" + job + "/checkpoints").at("/latest/restored/external_path").asText();
  }

  @Override
  public void close() {
    http.close();
    route.close();
  }
}
