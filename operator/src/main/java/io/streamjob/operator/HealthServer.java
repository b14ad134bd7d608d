package io.streamjob.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Answers the kubelet's probes and the metrics scraper; nothing here needs a secret. */
final class HealthServer implements AutoCloseable {
  private final HttpServer server;

  /**
   * @param healthy whether the process can still do its work; otherwise the kubelet restarts it
   * @param ready whether its watches are filled
   */
  HealthServer(
      int port, BooleanSupplier healthy, BooleanSupplier ready, PrometheusMeterRegistry metrics) {
    try {
      server = HttpServer.create(new InetSocketAddress(port), 16);
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " cannot be opened; see --port", e);
    }
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext("/healthz", exchange -> answer(exchange, healthy.getAsBoolean()));
    server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean()));
    server.createContext("/metrics", exchange -> send(exchange, 200, metrics.scrape()));
  }

  void start() {
    server.start();
  }

  private static void answer(HttpExchange exchange, boolean good) throws IOException {
    send(exchange, good ? 200 : 503, good ? "ok\n" : "not now\n");
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
