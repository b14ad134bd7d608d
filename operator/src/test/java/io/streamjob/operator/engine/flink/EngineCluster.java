package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.reading.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A real coordinator and worker of the assembled engine, as plain processes with local storage. */
final class EngineCluster implements AutoCloseable {
  private static final List<String> WORKER_MEMORY =
      List.of(
          "taskmanager.cpu.cores=1.0",
          "taskmanager.memory.framework.heap.size=134217728b",
          "taskmanager.memory.framework.off-heap.size=134217728b",
          "taskmanager.memory.task.heap.size=402653174b",
          "taskmanager.memory.task.off-heap.size=0b",
          "taskmanager.memory.network.min=134217730b",
          "taskmanager.memory.network.max=134217730b",
          "taskmanager.memory.managed.size=536870920b",
          "taskmanager.memory.jvm-metaspace.size=268435456b",
          "taskmanager.memory.jvm-overhead.min=201326592b",
          "taskmanager.memory.jvm-overhead.max=201326592b");

  private final Path folder;
  private final URI coordinator;
  private final List<Process> processes = new ArrayList<>();

  private EngineCluster(Path folder, URI coordinator) {
    this.folder = folder;
    this.coordinator = coordinator;
  }

  /**
   * Starts one coordinator and one worker with two slots, and waits until both slots are there.
   *
   * @param jars name under which the coordinator offers a jar, and the jar
   * @param options further engine options; the scheduler is the adaptive one unless they say
   *     otherwise
   */
  static EngineCluster start(
      Path engineHome,
      Path folder,
      Map<String, Path> jars,
      Map<String, String> options,
      Engine engine)
      throws IOException {
    int rest = freePort();
    URI address = URI.create("http://127.0.0.1:" + rest);
    EngineCluster cluster = new EngineCluster(folder, address);
    try {
      cluster.configure(engineHome, rest, freePort(), options);
      Path offered = Files.createDirectories(folder.resolve("web/flink-web-upload"));
      for (Map.Entry<String, Path> jar : jars.entrySet()) {
        Files.copy(jar.getValue(), offered.resolve(jar.getKey()));
      }
      cluster.run(engineHome, "coordinator", List.of());
      List<String> memory = new ArrayList<>();
      WORKER_MEMORY.forEach(setting -> memory.addAll(List.of("-D", setting)));
      cluster.run(engineHome, "worker", memory);
      Eventually.until(
          "two slots",
          Duration.ofSeconds(90),
          () -> engine.slots(address),
          slots -> slots.equals(Reading.known(new Slots(1, 2, 2))));
      return cluster;
    } catch (IOException | RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void configure(Path engineHome, int restPort, int rpcPort, Map<String, String> options)
      throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.copy(
        engineHome.resolve("conf/log4j-console.properties"),
        conf.resolve("log4j-console.properties"));
    StringBuilder more = new StringBuilder();
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "jobmanager.scheduler", "adaptive",
                "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "1s"));
    all.putAll(options);
    all.forEach((key, value) -> more.append("%s: %s\n".formatted(key, value)));
    Files.writeString(
        conf.resolve("config.yaml"),
        """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        jobmanager.memory.process.size: 1024m
        rest.address: localhost
        rest.port: %d
        rest.bind-address: 127.0.0.1
        rest.cache.execution-graph.timeout: 50ms
        rest.cache.checkpoint-statistics.timeout: 0ms
        taskmanager.numberOfTaskSlots: 2
        cluster.registration.error-delay: 200ms
        io.tmp.dirs: %s
        state.backend.type: rocksdb
        execution.checkpointing.incremental: true
        execution.checkpointing.interval: 500ms
        execution.checkpointing.dir: %s
        execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
        restart-strategy.type: fixed-delay
        restart-strategy.fixed-delay.attempts: 2
        restart-strategy.fixed-delay.delay: 500ms
        """
                .formatted(
                    rpcPort,
                    restPort,
                    Files.createDirectories(folder.resolve("tmp")),
                    Files.createDirectories(folder.resolve("checkpoints")).toUri())
            + more);
  }

  private void run(Path engineHome, String role, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("sh", engineHome.resolve("bin/" + role).toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(role + ".log").toFile());
    builder.environment().put("FLINK_CONF_DIR", folder.resolve("conf").toString());
    builder.environment().put("STREAMJOB_WEB_DIR", folder.resolve("web").toString());
    processes.add(builder.start());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  URI coordinator() {
    return coordinator;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
