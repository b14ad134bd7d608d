package io.streamjob.operator.engine.flink;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Answers of a real Flink 2.3.0 coordinator; the number in a file's name is its HTTP status. */
final class Recorded {
  private Recorded() {}

  static String body(String name) {
    try (InputStream in =
        Recorded.class.getResourceAsStream("/flink-rest/2.3.0/" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("no recorded answer " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ResponseDefinitionBuilder answer(String name) {
    return answer(Integer.parseInt(name.substring(name.lastIndexOf('.') + 1)), body(name));
  }

  static ResponseDefinitionBuilder answer(int status, String body) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json; charset=UTF-8")
        .withBody(body);
  }
}
