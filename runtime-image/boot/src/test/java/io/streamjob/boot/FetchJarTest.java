package io.streamjob.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetches from a real HTTPS server, whose answers are scripted; the last one is repeated. */
class FetchJarTest {
  private static final byte[] JAR = "the jar ".repeat(50_000).getBytes(UTF_8);
  private static final String PASSWORD = "changeit";

  @TempDir private static Path keys;
  private static SSLContext tls;

  @TempDir private Path folder;
  private final List<HttpHandler> script = new ArrayList<>();
  private HttpsServer server;
  private int requests;

  /** A certificate of its own for each run: none that expires, and no key in the sources. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = keys.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keyStore = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keyStore, PASSWORD.toCharArray());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keyStore);
    tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
  }

  @BeforeEach
  void startServer() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          HttpHandler next = script.get(Math.min(requests, script.size() - 1));
          requests++;
          try (exchange) {
            next.handle(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void theJarThatWasMeantIsThereAfterwardsAndNothingElse() throws Exception {
    script.add(FetchJarTest::jar);

    Path fetched = fetch(sha256(JAR), JAR.length);

    assertThat(fetched).hasBinaryContent(JAR);
    assertThat(files()).containsExactly("job.jar");
  }

  @Test
  void aRedirectToHttpsIsFollowed() throws Exception {
    script.add(exchange -> redirect(exchange, address("/elsewhere.jar")));
    script.add(FetchJarTest::jar);

    assertThat(fetch(sha256(JAR), JAR.length)).hasBinaryContent(JAR);
  }

  @Test
  void aRedirectToHttpIsNotFollowedAndItsAddressIsNotTold() throws Exception {
    HttpServer open =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    open.createContext("/", FetchJarTest::jar);
    open.start();
    try {
      String plain =
          "http://localhost:" + open.getAddress().getPort() + "/job.jar?signature=s3cr3t";
      script.add(exchange -> redirect(exchange, plain));

      assertThatThrownBy(() -> fetch(sha256(JAR), JAR.length))
          .hasMessage(
              "expected HTTP 200 or at most 5 redirects to https, found another one (HTTP 302)");
      assertThat(requests).isEqualTo(1);
      assertThat(files()).isEmpty();
    } finally {
      open.stop(0);
    }
  }

  @Test
  void redirectsWithoutEndAreRefused() throws Exception {
    script.add(exchange -> redirect(exchange, address("/again.jar")));

    assertThatThrownBy(() -> fetch(sha256(JAR), JAR.length)).hasMessageContaining("HTTP 302");
    assertThat(requests).isLessThan(10);
  }

  @Test
  void anotherJarThanWasMeantIsRefusedAtOnce() throws Exception {
    script.add(FetchJarTest::jar);
    String meant = sha256("another".getBytes(UTF_8));

    assertThatThrownBy(() -> fetch(meant, JAR.length))
        .hasMessage(
            "expected SHA-256 %s, found %s (%d bytes)".formatted(meant, sha256(JAR), JAR.length));
    assertThat(requests).isEqualTo(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void aJarThatIsTooLargeIsRefusedAtOnce() throws Exception {
    script.add(FetchJarTest::jar);

    assertThatThrownBy(() -> fetch(sha256(JAR), JAR.length - 1))
        .hasMessage("expected at most %d bytes, found more".formatted(JAR.length - 1));
    assertThat(requests).isEqualTo(1);
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void aJarThatIsNotToBeHadIsAskedForOnce(int status) throws Exception {
    script.add(exchange -> exchange.sendResponseHeaders(status, -1));

    assertThatThrownBy(() -> fetch(sha256(JAR), JAR.length))
        .hasMessage("expected HTTP 200, found " + status);
    assertThat(requests).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void aServerThatIsBusyIsAskedAgain(int status) throws Exception {
    script.add(exchange -> exchange.sendResponseHeaders(status, -1));
    script.add(FetchJarTest::jar);

    assertThat(fetch(sha256(JAR), JAR.length)).hasBinaryContent(JAR);
    assertThat(requests).isEqualTo(2);
  }

  @Test
  void aServerThatStaysBusyIsAskedFiveTimes() throws Exception {
    script.add(exchange -> exchange.sendResponseHeaders(503, -1));

    assertThatThrownBy(() -> fetch(sha256(JAR), JAR.length))
        .hasMessage("expected HTTP 200, found 503");
    assertThat(requests).isEqualTo(5);
  }

  @Test
  void aBodyThatBreaksOffIsFetchedAnew() throws Exception {
    script.add(
        exchange -> {
          exchange.sendResponseHeaders(200, JAR.length);
          exchange.getResponseBody().write(JAR, 0, 1_000);
          exchange.getResponseBody().flush();
        });
    script.add(FetchJarTest::jar);

    assertThat(fetch(sha256(JAR), JAR.length)).hasBinaryContent(JAR);
    assertThat(requests).isEqualTo(2);
  }

  @Test
  void aServerThatNobodyVouchesForIsNotTrusted() {
    script.add(FetchJarTest::jar);

    assertThatThrownBy(() -> fetch(HttpClient.newBuilder(), sha256(JAR), JAR.length))
        .hasMessageContaining("unable to find valid certification path");
    assertThat(requests).isZero();
  }

  @Test
  void aJarThatIsThereIsNotFetchedAgain() throws Exception {
    Files.write(folder.resolve("job.jar"), JAR);

    assertThat(fetch(sha256(JAR), JAR.length)).hasBinaryContent(JAR);
    assertThat(requests).isZero();
  }

  @Test
  void anotherFileInItsPlaceIsReplaced() throws Exception {
    Files.writeString(folder.resolve("job.jar"), "half a jar");
    script.add(FetchJarTest::jar);

    assertThat(fetch(sha256(JAR), JAR.length)).hasBinaryContent(JAR);
  }

  @Test
  void theCommandFailsWithOneLineOnStandardOutputAndInTheTerminationLog() throws Exception {
    Path log = Files.createFile(folder.resolve("termination-log"));
    Process command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FetchJar.class.getName(),
                "--from",
                "http://localhost/job.jar",
                "--sha256",
                sha256(JAR),
                "--to",
                folder.resolve("job.jar").toString(),
                "--termination-log",
                log.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output;
    try (InputStream printed = command.getInputStream()) {
      output = new String(printed.readAllBytes(), UTF_8);
    }

    String reason =
        "expected an address of https or s3, found another one at http://localhost/job.jar";
    assertThat(command.waitFor()).isEqualTo(1);
    assertThat(output.lines()).last().isEqualTo("error: the jar was not fetched: " + reason);
    assertThat(log).hasContent(reason);
  }

  private Path fetch(String sha256, long maxBytes) throws Exception {
    return fetch(HttpClient.newBuilder().sslContext(tls), sha256, maxBytes);
  }

  private Path fetch(HttpClient.Builder client, String sha256, long maxBytes) throws Exception {
    return new FetchJar(
            new HttpsJar(URI.create(address("/job.jar")), client),
            sha256,
            folder.resolve("job.jar"),
            maxBytes,
            Duration.ZERO)
        .fetch();
  }

  private String address(String path) {
    return "https://localhost:" + server.getAddress().getPort() + path;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void jar(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, JAR.length);
    exchange.getResponseBody().write(JAR);
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
