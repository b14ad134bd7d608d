package io.streamjob.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An S3-speaking store with one bucket, over a folder. It does not check signatures. */
final class Store {

  static final String BUCKET = "smoke";
  private static final Pattern KEY = Pattern.compile("<Key>([^<]+)</Key>");

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI endpoint;

  private Store(URI endpoint) {
    this.endpoint = endpoint;
  }

  static Store start(Processes processes, Path work) throws IOException {
    Path folder = Files.createDirectories(work.resolve("store"));
    Files.createDirectories(folder.resolve(BUCKET));
    URI endpoint = URI.create("http://127.0.0.1:" + Processes.freePort());
    Path configuration = work.resolve("s3proxy.conf");
    Files.write(
        configuration,
        List.of(
            "s3proxy.endpoint=" + endpoint,
            "s3proxy.authorization=none",
            "jclouds.provider=filesystem-nio2",
            "jclouds.identity=any",
            "jclouds.credential=any",
            "jclouds.filesystem.basedir=" + folder));
    processes.start(
        "s3proxy",
        List.of(
            "java",
            "-jar",
            work.resolve("s3proxy-jar-with-dependencies.jar").toString(),
            "--properties",
            configuration.toString()),
        Map.of());
    Store store = new Store(endpoint);
    Awaitility.await("the store answers")
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(store.keys("")).isEmpty());
    return store;
  }

  String endpoint() {
    return endpoint.toString();
  }

  void put(String key, byte[] content) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(uri(key))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as("PUT %s: %s", key, response.body()).isEqualTo(200);
  }

  /** The keys below a prefix; a smoke test stays below the thousand that one answer holds. */
  List<String> keys(String prefix) throws Exception {
    URI list = endpoint.resolve("/" + BUCKET + "?list-type=2&prefix=" + prefix);
    String answer = get(list);
    return KEY.matcher(answer).results().map(Store::key).collect(Collectors.toList());
  }

  private static String key(MatchResult match) {
    return match.group(1);
  }

  /** All lines of all objects below a prefix. */
  List<String> lines(String prefix) throws Exception {
    List<String> keys = keys(prefix);
    StringBuilder all = new StringBuilder();
    for (String key : keys) {
      all.append(get(uri(key)));
    }
    try (Stream<String> lines = all.toString().lines()) {
      return lines.toList();
    }
  }

  private String get(URI uri) throws Exception {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as("GET %s: %s", uri, response.body()).isEqualTo(200);
    return response.body();
  }

  private URI uri(String key) {
    return endpoint.resolve("/" + BUCKET + "/" + key);
  }
}
