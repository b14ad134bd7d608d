package io.streamjob.boot;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * A jar of an HTTPS server, read without credentials. Redirects are followed, at most five in a row
 * and to https only; where to is never told, since it may hold a signature.
 */
final class HttpsJar implements JarSource {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Until the headers are there; the body takes as long as it takes. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private static final int OK = 200;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_OF_SERVER = 500;

  private final URI address;
  private final HttpClient client;

  HttpsJar(URI address) {
    this(address, HttpClient.newBuilder());
  }

  /**
   * Reached in another way.
   *
   * @param client says whom to trust
   */
  HttpsJar(URI address, HttpClient.Builder client) {
    this.address = address;
    this.client =
        client
            .connectTimeout(CONNECT_LIMIT)
            // From https to https only; what it does not follow is the answer.
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  @Override
  public InputStream open() throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(
            HttpRequest.newBuilder(address).timeout(ANSWER_LIMIT).build(),
            BodyHandlers.ofInputStream());
    int status = answer.statusCode();
    if (status == OK) {
      return answer.body();
    }
    answer.body().close();
    if (status / 100 == 3) {
      throw JarException.forGood(
          "expected HTTP 200 or at most 5 redirects to https, found another one (HTTP %d)"
              .formatted(status));
    }
    String found = "expected HTTP 200, found " + status;
    throw status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= FIRST_OF_SERVER
        ? JarException.forNow(found)
        : JarException.forGood(found);
  }
}
