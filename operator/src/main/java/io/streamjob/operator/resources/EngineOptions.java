package io.streamjob.operator.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The engine's options for one revision, as its {@code config.yaml}. */
final class EngineOptions {
  static final int RPC_PORT = 6123;
  static final int BLOB_PORT = 6124;
  static final int METRICS_QUERY_PORT = 6125;
  static final int WORKER_RPC_PORT = 6122;
  static final int WORKER_DATA_PORT = 6121;
  static final int METRICS_PORT = 9249;

  /** Where the workers keep their state; a volume. */
  static final String DATA_FOLDER = "/var/lib/streamjob";

  /** For jars, uploads and downloads; a volume. */
  static final String TEMPORARY_FOLDER = "/tmp";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private EngineOptions() {}

  /** The options as flat YAML: every value quoted, one line each. */
  static String yaml(Names names, EffectiveSpec spec) {
    try {
      return YAML.writeValueAsString(of(names, spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings can be written as YAML", e);
    }
  }

  /** All options: the user's replace our suggestions, never what the operator relies on. */
  static SortedMap<String, String> of(Names names, EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>(suggested());
    options.putAll(spec.config());
    options.putAll(owned(names, spec));
    return options;
  }

  /** What the user may change. */
  private static Map<String, String> suggested() {
    return Map.of(
        // A worker whose first call finds no coordinator tries again so soon, not after 10 s.
        "cluster.registration.error-delay", "200ms",
        // Slots are handed out after this pause (50 ms): it is part of every downtime.
        "slotmanager.requirement-check.delay", "10ms",
        // How long a job waits for a lost worker's pod to come back before it counts as failed.
        "slot.request.timeout", "5min",
        // The engine's own default with checkpoints, said aloud: a job is never given up.
        "restart-strategy.type", "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff", "1s");
  }

  /** What the operator relies on; the parser refuses each of these in {@code spec.config}. */
  static SortedMap<String, String> owned(Names names, EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>();
    options.putAll(network(names));
    options.putAll(web());
    options.putAll(job(spec));
    options.putAll(checkpoints(spec));
    options.putAll(storage(JobFolder.of(names.owner(), spec.state()), spec.state()));
    return options;
  }

  /** Fixed ports, so that Services and network policies can name them. */
  private static Map<String, String> network(Names names) {
    return Map.ofEntries(
        Map.entry("jobmanager.rpc.address", names.coordinator()),
        Map.entry("jobmanager.rpc.port", "" + RPC_PORT),
        Map.entry("blob.server.port", "" + BLOB_PORT),
        Map.entry("metrics.internal.query-service.port", "" + METRICS_QUERY_PORT),
        Map.entry("taskmanager.rpc.port", "" + WORKER_RPC_PORT),
        Map.entry("taskmanager.data.port", "" + WORKER_DATA_PORT),
        Map.entry("rest.port", "" + Names.REST_PORT),
        // Inside a pod the name that others use is not an address of its own.
        Map.entry("jobmanager.bind-host", "0.0.0.0"),
        Map.entry("taskmanager.bind-host", "0.0.0.0"),
        Map.entry("rest.bind-address", "0.0.0.0"),
        Map.entry(
            "metrics.reporter.prom.factory.class",
            "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"),
        Map.entry("metrics.reporter.prom.port", "" + METRICS_PORT));
  }

  private static Map<String, String> web() {
    return Map.of(
        // The operator submits the job over REST, from jars that the entry point links here.
        "web.submit.enable",
        "true",
        "web.upload.dir",
        TEMPORARY_FOLDER + "/streamjob/web",
        // The default lies in the image, which is read-only.
        "user.artifacts.base-dir",
        TEMPORARY_FOLDER + "/streamjob/artifacts",
        "io.tmp.dirs",
        DATA_FOLDER,
        // The operator waits for states and checkpoints in this: 3 s old answers would be downtime.
        "rest.cache.execution-graph.timeout",
        "50ms",
        "rest.cache.checkpoint-statistics.timeout",
        "50ms");
  }

  private static Map<String, String> job(EffectiveSpec spec) {
    return Map.of(
        "taskmanager.numberOfTaskSlots", "" + spec.slots(),
        "parallelism.default", "" + spec.program().parallelism(),
        "pipeline.max-parallelism", "" + spec.program().maxParallelism(),
        "state.backend.type", backend(spec.state().backend()));
  }

  private static Map<String, String> checkpoints(EffectiveSpec spec) {
    EffectiveSpec.Checkpoints checkpoints = spec.checkpoints();
    String prefix = "execution.checkpointing.";
    return Map.of(
        prefix + "interval",
        millis(checkpoints.interval()),
        prefix + "mode",
        mode(checkpoints.mode()),
        prefix + "min-pause",
        millis(checkpoints.minPause()),
        prefix + "max-concurrent-checkpoints",
        "" + checkpoints.maxConcurrent(),
        prefix + "timeout",
        millis(checkpoints.timeout()),
        prefix + "unaligned.enabled",
        "" + checkpoints.unaligned(),
        prefix + "incremental",
        "" + spec.state().incremental(),
        // More than one, so that there is an older one to start from if the newest is damaged.
        prefix + "num-retained",
        "3",
        // A checkpoint may be the only restore point there is: cancelling must not delete it.
        prefix + "externalized-checkpoint-retention",
        "RETAIN_ON_CANCELLATION");
  }

  private static Map<String, String> storage(JobFolder folder, EffectiveSpec.State state) {
    SortedMap<String, String> options = new TreeMap<>();
    options.put("execution.checkpointing.storage", "filesystem");
    options.put("execution.checkpointing.dir", folder.checkpoints());
    options.put("execution.checkpointing.savepoint-dir", folder.savepoints());
    state.endpoint().ifPresent(endpoint -> options.put("s3.endpoint", endpoint.toString()));
    // The Hadoop plugin takes this as fs.s3a.endpoint.region.
    options.put("s3.endpoint.region", state.region());
    options.put("s3.path-style-access", "" + state.pathStyleAccess());
    return options;
  }

  private static String backend(StateBackend backend) {
    return switch (backend) {
      case RocksDB -> "rocksdb";
      case HashMap -> "hashmap";
    };
  }

  private static String mode(CheckpointMode mode) {
    return switch (mode) {
      case ExactlyOnce -> "EXACTLY_ONCE";
      case AtLeastOnce -> "AT_LEAST_ONCE";
    };
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
