package io.streamjob.operator.engine.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests and answers in JSON, bounded in time, size and depth; follows no redirect. */
final class RestClient implements AutoCloseable {
  private final FlinkLimits limits;
  private final HttpClient http;
  private final JsonMapper json;

  RestClient(FlinkLimits limits) {
    this.limits = limits;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connect())
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.nesting())
                    .maxStringLength(limits.answerBytes())
                    .build())
            .build();
    this.json =
        JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }

  /** Begins one question; all of its requests together may take {@code limit}. */
  Question question(URI coordinator, Duration limit) {
    return new Question(coordinator.toString().replaceAll("/+$", ""), limit);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** One or more requests to one coordinator that share a time limit. */
  final class Question {
    private final String base;
    private final Duration limit;
    private final long deadlineNanos;

    private Question(String base, Duration limit) {
      this.base = base;
      this.limit = limit;
      this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    RestAnswer get(String path) throws NoAnswerException {
      return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    RestAnswer patch(String path) throws NoAnswerException {
      return send("PATCH", path, HttpRequest.BodyPublishers.noBody());
    }

    RestAnswer put(String path, Object body) throws NoAnswerException {
      return send(
          "PUT", path, HttpRequest.BodyPublishers.ofString(json.valueToTree(body).toString()));
    }

    RestAnswer post(String path, Object body) throws NoAnswerException {
      return send(
          "POST", path, HttpRequest.BodyPublishers.ofString(json.valueToTree(body).toString()));
    }

    private RestAnswer send(String method, String path, HttpRequest.BodyPublisher body)
        throws NoAnswerException {
      String request = method + " " + base + path;
      HttpRequest wire;
      try {
        wire =
            HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, body)
                .build();
      } catch (IllegalArgumentException e) {
        throw new NoAnswerException(request + ": not an address", e);
      }
      HttpResponse<byte[]> answer = await(request, wire);
      if (answer.statusCode() >= 300 && answer.statusCode() < 400) {
        throw new NoAnswerException(
            request + " answered with a redirect (" + answer.statusCode() + "); none is followed");
      }
      return new RestAnswer(request, answer.statusCode(), parse(request, answer));
    }

    // The time limit of HttpRequest ends with the headers of the answer; this one covers its body.
    private HttpResponse<byte[]> await(String request, HttpRequest wire) throws NoAnswerException {
      CompletableFuture<HttpResponse<byte[]>> sent =
          http.sendAsync(wire, headers -> new BoundedBody(limits.answerBytes()));
      try {
        return sent.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        sent.cancel(true);
        throw new NoAnswerException(
            request + " was not answered within " + limit.toMillis() + " ms", e);
      } catch (InterruptedException e) {
        sent.cancel(true);
        Thread.currentThread().interrupt();
        throw new NoAnswerException(request + " was given up: the operator stops", e);
      } catch (ExecutionException | CancellationException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String detail = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        throw new NoAnswerException(
            Redaction.line(request + " failed: " + cause.getClass().getSimpleName() + detail, 300),
            e);
      }
    }

    private JsonNode parse(String request, HttpResponse<byte[]> answer) throws NoAnswerException {
      try {
        JsonNode body = json.readTree(answer.body());
        if (body != null && body.isContainerNode()) {
          return body;
        }
        throw new NoAnswerException(
            request + " answered " + answer.statusCode() + " without a JSON object");
      } catch (IOException e) {
        throw new NoAnswerException(
            request + " answered " + answer.statusCode() + " with something that is not JSON", e);
      }
    }
  }
}
