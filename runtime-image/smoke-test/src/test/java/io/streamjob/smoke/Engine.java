package io.streamjob.smoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * One coordinator, perhaps a worker of two slots, started by the image's entry points, and their
 * REST interface.
 */
final class Engine {

  static final int SLOTS = 2;
  private static final Path HOME = Path.of(System.getProperty("engine.directory"));
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Processes processes;
  private final Path work;
  private final URI rest;
  private final String name;

  Engine(String name, Processes processes, Path work, Store store) throws IOException {
    this.name = name;
    this.processes = processes;
    this.work = Files.createDirectories(work.resolve(name));
    this.rest = URI.create("http://127.0.0.1:" + Processes.freePort());
    writeConfiguration(store);
  }

  private void writeConfiguration(Store store) throws IOException {
    Files.copy(
        HOME.resolve("conf/log4j-console.properties"), work.resolve("log4j-console.properties"));
    String bucket = "s3://" + Store.BUCKET;
    Files.write(
        work.resolve("config.yaml"),
        List.of(
            "jobmanager.rpc.address: 127.0.0.1",
            "jobmanager.rpc.port: " + Processes.freePort(),
            "jobmanager.memory.process.size: 1024m",
            "rest.address: 127.0.0.1",
            "rest.bind-address: 127.0.0.1",
            "rest.port: " + rest.getPort(),
            "rest.cache.execution-graph.timeout: 50ms",
            "rest.cache.checkpoint-statistics.timeout: 50ms",
            "taskmanager.host: 127.0.0.1",
            "taskmanager.numberOfTaskSlots: " + SLOTS,
            "cluster.registration.error-delay: 200ms",
            "state.backend.type: rocksdb",
            "execution.checkpointing.incremental: true",
            "execution.checkpointing.interval: 500ms",
            "execution.checkpointing.dir: " + bucket + "/checkpoints",
            "restart-strategy.type: none",
            "s3.endpoint: " + store.endpoint(),
            "s3.path-style-access: true",
            "fs.s3a.buffer.dir: " + uploadBuffer(),
            "io.tmp.dirs: " + Files.createDirectories(work.resolve("tmp")),
            "user.artifacts.base-dir: " + work.resolve("artifacts")));
  }

  Engine startCoordinator(Path jobJar) throws IOException {
    start("coordinator", List.of(), Map.of("STREAMJOB_JOB_JAR", jobJar.toString()));
    Awaitility.await("the coordinator answers")
        .atMost(START_LIMIT)
        .ignoreExceptions()
        .until(() -> get("/overview").has("slots-total"));
    return this;
  }

  Engine startWorker() throws IOException {
    List<String> sizes = new ArrayList<>();
    Map.of(
            "framework.heap.size", "128m",
            "framework.off-heap.size", "128m",
            "task.heap.size", "384m",
            "task.off-heap.size", "0m",
            "network.min", "128m",
            "network.max", "128m",
            "managed.size", "256m",
            "jvm-metaspace.size", "256m",
            "jvm-overhead.min", "192m",
            "jvm-overhead.max", "192m")
        .forEach(
            (key, size) -> sizes.addAll(List.of("-D", "taskmanager.memory." + key + "=" + size)));
    sizes.addAll(List.of("-D", "taskmanager.cpu.cores=1.0"));
    start("worker", sizes, Map.of("STREAMJOB_JVM_FLAGS", "-Xmx512m -XX:MaxDirectMemorySize=256m"));
    Awaitility.await("the worker has registered")
        .atMost(START_LIMIT)
        .until(() -> freeSlots() == SLOTS);
    return this;
  }

  /** Has a jar fetched, and returns the exit status. */
  int fetchJar(String from, String sha256, Path to) throws Exception {
    return start(
            "fetch-jar",
            List.of("--from", from, "--sha256", sha256, "--to", to.toString()),
            Map.of())
        .waitFor();
  }

  private Process start(String role, List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("bin").resolve(role).toString()));
    command.addAll(arguments);
    Map<String, String> all = new HashMap<>(environment);
    all.put("FLINK_CONF_DIR", work.toString());
    all.put("STREAMJOB_WEB_DIR", work.resolve("web").toString());
    all.put("AWS_ACCESS_KEY_ID", "any");
    all.put("AWS_SECRET_ACCESS_KEY", "any");
    return processes.start(name + "-" + role, command, all);
  }

  /** Where the S3 plugin is told to keep what it is about to upload. */
  Path uploadBuffer() {
    return work.resolve("s3");
  }

  int freeSlots() throws Exception {
    return get("/overview").path("slots-available").asInt();
  }

  int jobsRunning() throws Exception {
    return get("/overview").path("jobs-running").asInt();
  }

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Runs a jar as an application of that id. */
  Answer runApplication(String jar, Map<String, ?> request) throws Exception {
    return send(
        HttpRequest.newBuilder(rest.resolve("/jars/" + jar + "/run-application"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.writeValueAsString(request))));
  }

  String applicationStatus(String application) throws Exception {
    return get("/applications/" + application).path("status").asText();
  }

  String jobStatus(String job) throws Exception {
    return get("/jobs/" + job + "/status").path("status").asText();
  }

  /** The savepoint that the running job has restored from, or nothing. */
  String restoredFrom(String job) throws Exception {
    return get("/jobs/" + job + "/checkpoints").at("/latest/restored/external_path").asText();
  }

  /** Stops a job with a savepoint and returns where that lies. */
  String stop(String job) throws Exception {
    String trigger = newId();
    send(
        HttpRequest.newBuilder(rest.resolve("/jobs/" + job + "/stop"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    json.writeValueAsString(
                        Map.of(
                            "triggerId",
                            trigger,
                            "targetDirectory",
                            "s3://" + Store.BUCKET + "/savepoints",
                            "drain",
                            false,
                            "formatType",
                            "NATIVE")))));
    String result = "/jobs/" + job + "/savepoints/" + trigger;
    Awaitility.await("the savepoint is complete")
        .atMost(START_LIMIT)
        .until(() -> get(result).at("/operation/location").isTextual());
    return get(result).at("/operation/location").asText();
  }

  private JsonNode get(String path) throws Exception {
    return json.readTree(send(HttpRequest.newBuilder(rest.resolve(path))).body());
  }

  private Answer send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  record Answer(int status, String body) {}
}
