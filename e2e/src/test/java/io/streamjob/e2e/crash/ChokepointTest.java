package io.streamjob.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChokepointTest {
  private final List<String> arrived = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          arrived.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + new String(body, StandardCharsets.UTF_8));
          byte[] answer = "done".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(201, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void requestsReachTheApiServerAndAnswersComeBack() throws Exception {
    try (Chokepoint chokepoint = chokepoint(Chokepoint.Trap.NONE)) {
      HttpResponse<String> answer = send(direct(), at(chokepoint, "/api/v1/pods?watch=1"), "POST");

      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.body()).isEqualTo("done");
      assertThat(arrived).containsExactly("POST /api/v1/pods?watch=1 body");
      assertThat(chokepoint.writes()).isEqualTo(1);
    }
  }

  @Test
  void aProxiedRequestGoesToTheAddressOfTheNamedHost() throws Exception {
    try (Chokepoint chokepoint = chokepoint(Chokepoint.Trap.NONE);
        HttpClient client =
            HttpClient.newBuilder().proxy(ProxySelector.of(chokepoint.address())).build()) {
      URI coordinator =
          URI.create("http://word-count-1.shop.svc:" + server.getAddress().getPort() + "/jobs");

      assertThat(send(client, coordinator, "GET").body()).isEqualTo("done");
      assertThat(chokepoint.writes()).isZero();
    }
  }

  @Test
  void aWriteThatMayNotLeaveNeverArrives() {
    try (Chokepoint chokepoint = chokepoint(trap(false, true))) {
      assertThatThrownBy(() -> send(direct(), at(chokepoint, "/apis/status"), "PATCH"))
          .isInstanceOf(IOException.class);

      assertThat(arrived).isEmpty();
    }
  }

  @Test
  void aWriteWhoseAnswerIsLostArrives() {
    try (Chokepoint chokepoint = chokepoint(trap(true, false))) {
      assertThatThrownBy(() -> send(direct(), at(chokepoint, "/apis/status"), "PATCH"))
          .isInstanceOf(IOException.class);

      assertThat(arrived).containsExactly("PATCH /apis/status body");
    }
  }

  @Test
  void readsAndTheLeaseAreNoWrites() throws Exception {
    try (Chokepoint chokepoint = chokepoint(trap(false, false))) {
      send(direct(), at(chokepoint, "/api/v1/pods"), "GET");
      send(direct(), at(chokepoint, "/apis/coordination.k8s.io/v1/leases/operator"), "PUT");

      assertThat(arrived).hasSize(2);
      assertThat(chokepoint.writes()).isZero();
    }
  }

  @Test
  void whatBefallsAWriteIsNotCutShortByTheEnd() throws Exception {
    SlowTrap slow = new SlowTrap();
    try (HttpClient client = direct()) {
      try (Chokepoint chokepoint = chokepoint(slow)) {
        CompletableFuture<?> answer =
            client.sendAsync(
                HttpRequest.newBuilder(at(chokepoint, "/apis/status"))
                    .PUT(HttpRequest.BodyPublishers.ofString("body"))
                    .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(slow.begun.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(answer).isNotDone();
      }

      assertThat(slow.ended).isTrue();
    }
  }

  /** Takes its time, unless it is interrupted. */
  private static final class SlowTrap implements Chokepoint.Trap {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean ended;

    @Override
    public boolean mayLeave(String write) {
      return true;
    }

    @Override
    public boolean mayReturn(String write) {
      begun.countDown();
      try {
        Thread.sleep(200);
        ended = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    }
  }

  private Chokepoint chokepoint(Chokepoint.Trap trap) {
    try {
      return new Chokepoint(
          URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
          SSLContext.getDefault(),
          host -> "127.0.0.1",
          trap);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Chokepoint.Trap trap(boolean leaves, boolean returns) {
    return new Chokepoint.Trap() {
      @Override
      public boolean mayLeave(String write) {
        return leaves;
      }

      @Override
      public boolean mayReturn(String write) {
        return returns;
      }
    };
  }

  private static HttpClient direct() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static URI at(Chokepoint chokepoint, String path) {
    return URI.create("http://127.0.0.1:" + chokepoint.address().getPort() + path);
  }

  private static HttpResponse<String> send(HttpClient client, URI uri, String method)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher body =
        method.equals("GET")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString("body");
    return client.send(
        HttpRequest.newBuilder(uri).method(method, body).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
