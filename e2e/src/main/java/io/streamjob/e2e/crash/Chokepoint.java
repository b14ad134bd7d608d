package io.streamjob.e2e.crash;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * A way that all requests of an operator pass: its API server at {@link #address}, and everything
 * else, coordinators and stores, by naming it as HTTP proxy. It counts writes, and strikes one when
 * it is told to. What is a write: a request that is neither GET nor HEAD, the lease's apart.
 */
final class Chokepoint implements AutoCloseable {
  static {
    // Signatures of the store cover this header. Read once, before the first client is made.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  /**
   * Everything is on this machine. A Service without endpoints drops what comes from it instead of
   * refusing it, and the operator's client asks five times.
   */
  private static final Duration CONNECT_LIMIT = Duration.ofMillis(200);

  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  /** RFC 9110, 7.6.1, and what the client writes itself. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "sec-websocket-extensions",
          "sec-websocket-key",
          "sec-websocket-protocol",
          "sec-websocket-version");

  private final URI apiServer;
  private final UnaryOperator<String> addresses;
  private final HttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Trap trap;
  private final AtomicInteger writes = new AtomicInteger();

  /** Held for reading while a trap acts: cut short, it would leave a part of the cluster dead. */
  private final ReadWriteLock acting = new ReentrantReadWriteLock();

  private volatile boolean closed;

  /**
   * Opens it on a free port of the loopback interface.
   *
   * @param apiServer where requests go that name no host
   * @param tls trusts the API server
   * @param addresses from a name that only pods resolve to an address that this machine reaches
   * @param trap what may befall a write
   */
  Chokepoint(URI apiServer, SSLContext tls, UnaryOperator<String> addresses, Trap trap) {
    this.apiServer = apiServer;
    this.addresses = addresses;
    this.trap = trap;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a port", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    server.start();
  }

  /** What may befall a write; each is named by its method and path. */
  interface Trap {
    /** Lets everything pass. */
    Trap NONE =
        new Trap() {
          @Override
          public boolean mayLeave(String write) {
            return true;
          }

          @Override
          public boolean mayReturn(String write) {
            return true;
          }
        };

    /** Whether the write may leave. */
    boolean mayLeave(String write);

    /** Whether the answer to the write may arrive. */
    boolean mayReturn(String write);
  }

  /** Address and port of the API server, as the operator shall see it; also of the proxy. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  /** Writes that have come by until now. */
  int writes() {
    return writes.get();
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean write = !READS.contains(exchange.getRequestMethod()) && !path.contains("/leases");
      String name = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (write) {
        writes.incrementAndGet();
        if (!survives(name, trap::mayLeave)) {
          return;
        }
      }
      if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
        // None here: the client then watches by a GET that never ends.
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAVAILABLE, -1);
        return;
      }
      HttpResponse<InputStream> answer = client.send(request(exchange, body), stream());
      try (InputStream content = answer.body()) {
        if (!write || survives(name, trap::mayReturn)) {
          answer(exchange, answer, content);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean survives(String write, Predicate<String> trap) {
    acting.readLock().lock();
    try {
      return !closed && trap.test(write);
    } finally {
      acting.readLock().unlock();
    }
  }

  private static HttpResponse.BodyHandler<InputStream> stream() {
    return HttpResponse.BodyHandlers.ofInputStream();
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    URI asked = exchange.getRequestURI();
    String to =
        asked.getHost() == null
            ? apiServer.toString()
            : "http://" + addresses.apply(asked.getHost()) + ":" + asked.getPort();
    String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(to + asked.getRawPath() + query))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    boolean isApi = asked.getHost() == null;
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!HOP_BY_HOP.contains(lower) && !(isApi && lower.equals("host"))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  private static void answer(
      HttpExchange exchange, HttpResponse<InputStream> answer, InputStream content)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> headers.add(name, value));
              }
            });
    long length = answer.headers().firstValueAsLong("content-length").orElse(0);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (isHead) {
      headers.set("Content-Length", Long.toString(length));
    }
    boolean isEmpty =
        isHead
            || answer.statusCode() == 204
            || answer.statusCode() == 304
            || answer.headers().firstValue("content-length").filter("0"::equals).isPresent();
    exchange.sendResponseHeaders(answer.statusCode(), isEmpty ? -1 : length);
    if (isEmpty) {
      return;
    }
    // A watch never ends: what has come goes on at once.
    byte[] some = new byte[16 << 10];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int n = content.read(some); n >= 0; n = content.read(some)) {
        out.write(some, 0, n);
        out.flush();
      }
    }
  }

  /** Waits for traps that act. */
  @Override
  public void close() {
    acting.writeLock().lock();
    try {
      closed = true;
    } finally {
      acting.writeLock().unlock();
    }
    server.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
