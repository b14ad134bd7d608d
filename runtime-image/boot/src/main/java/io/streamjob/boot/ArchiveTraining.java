package io.streamjob.boot;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the class-data archives of an image: starts its coordinator and its worker as they will
 * run, lets them run the warm-up job, and ends them, upon which each JVM writes down the classes
 * that it has loaded. An archive fits only the very JVM and the very jars that it was made with,
 * hence in the image build.
 *
 * <p>Argument: the engine's folder. Result: {@code cds/coordinator.jsa} and {@code cds/worker.jsa}
 * in it.
 */
public final class ArchiveTraining {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int LOG_LINES = 40;

  private final Path engine;
  private final Path work;
  private final URI rest;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Deadline deadline = Deadline.in(LIMIT);
  private final List<Process> processes = new ArrayList<>();

  private ArchiveTraining(Path engine, Path work, int restPort) {
    this.engine = engine;
    this.work = work;
    this.rest = URI.create("http://127.0.0.1:" + restPort);
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Path engine = Path.of(args[0]).toAbsolutePath().normalize();
    Path work = Files.createTempDirectory("archive-training");
    new ArchiveTraining(engine, work, freePort()).run();
    delete(work); // kept after a failure: its logs tell why
  }

  private void run() throws Exception {
    writeConfiguration(freePort());
    Path archives = Files.createDirectories(engine.resolve("cds"));
    try {
      Process coordinator = start("coordinator", archives);
      Process worker = start("worker", archives);
      runWarmUp();
      end(worker);
      end(coordinator);
    } catch (Exception e) {
      printLog("coordinator");
      printLog("worker");
      throw e;
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    for (String role : List.of("coordinator", "worker")) {
      Path archive = archives.resolve(role + ".jsa");
      if (!Files.exists(archive)) {
        throw new IOException("no " + archive + "; see " + work.resolve(role + ".log"));
      }
      System.out.println(archive + " " + Files.size(archive));
    }
  }

  private void writeConfiguration(int rpcPort) throws IOException {
    Path conf = Files.createDirectories(work.resolve("conf"));
    Files.copy(
        engine.resolve("conf/log4j-console.properties"), conf.resolve("log4j-console.properties"));
    Files.write(
        conf.resolve("config.yaml"),
        List.of(
            "jobmanager.rpc.address: 127.0.0.1",
            "jobmanager.rpc.port: " + rpcPort,
            "jobmanager.memory.process.size: 1024m",
            "rest.address: 127.0.0.1",
            "rest.bind-address: 127.0.0.1",
            "rest.port: " + rest.getPort(),
            "jobmanager.bind-host: 127.0.0.1",
            "taskmanager.host: 127.0.0.1",
            "taskmanager.bind-host: 127.0.0.1",
            // Else Flink asks for the name of this machine, which an image build may not be able to
            // resolve.
            "taskmanager.resource-id: trained",
            "taskmanager.numberOfTaskSlots: 1",
            "cluster.registration.error-delay: 200ms",
            "state.backend.type: rocksdb",
            "execution.checkpointing.incremental: true",
            "io.tmp.dirs: " + work.resolve("tmp"),
            "user.artifacts.base-dir: " + work.resolve("artifacts")));
  }

  private Process start(String role, Path archives) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(engine.resolve("bin").resolve(role).toString());
    Map<String, String> environment = builder.environment();
    environment.put("FLINK_CONF_DIR", work.resolve("conf").toString());
    environment.put("STREAMJOB_WEB_DIR", work.resolve("web").toString());
    environment.put("STREAMJOB_ARCHIVE_TO", archives.resolve(role + ".jsa").toString());
    builder.redirectErrorStream(true).redirectOutput(work.resolve(role + ".log").toFile());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private void runWarmUp() throws Exception {
    deadline.await(
        "a worker had registered",
        () -> {
          failIfOneEnded();
          return get("/overview").contains("\"slots-available\":1");
        });
    String application = UUID.randomUUID().toString().replace("-", "");
    String accepted =
        send(
            HttpRequest.newBuilder(rest.resolve("/jars/warm-up.jar/run-application"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(warmUpRequest(application))));
    if (!accepted.contains(application)) {
      throw new IOException("the warm-up was not accepted: " + accepted);
    }
    deadline.await(
        "the warm-up had ended; see " + work,
        () -> {
          String state = get("/applications/" + application);
          if (state.contains("\"status\":\"FAILED\"")) {
            throw new IOException(
                "the warm-up failed: " + get("/applications/" + application + "/exceptions"));
          }
          return state.contains("\"status\":\"FINISHED\"");
        });
  }

  private void failIfOneEnded() throws IOException {
    for (Process process : processes) {
      if (!process.isAlive()) {
        throw new IOException("a process ended with exit status " + process.exitValue());
      }
    }
  }

  private String warmUpRequest(String application) {
    return "{\"applicationId\":\"%s\",\"programArgsList\":[\"--scratch\",\"%s\",\"--parallelism\",\"1\",\"--limit-seconds\",\"120\"]}"
        .formatted(application, work.resolve("scratch").toUri());
  }

  /** Sends SIGTERM and waits: the JVM writes its archive on the way out. */
  private void end(Process process) throws Exception {
    process.destroy();
    if (!process.waitFor(deadline.millisLeft(), TimeUnit.MILLISECONDS)) {
      throw new IOException("process " + process.pid() + " does not end; see " + work);
    }
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(rest.resolve(path)));
  }

  /** The answer, or nothing while nobody listens yet. */
  private String send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
      return response.body();
    } catch (IOException notUpYet) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** In an image build nobody can look into the folder afterwards. */
  private void printLog(String role) throws IOException {
    List<String> lines =
        Files.readAllLines(work.resolve(role + ".log")).stream()
            .filter(line -> !line.contains("[warning][cds]"))
            .toList();
    System.err.println("--- end of the log of the " + role);
    lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).forEach(System.err::println);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
