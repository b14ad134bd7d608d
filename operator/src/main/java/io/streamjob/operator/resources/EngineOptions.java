package io.streamjob.operator.resources;

import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.Scaling;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;

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

  /** Written with the library that the engine reads with: writers of YAML 1.1 escape otherwise. */
  private static final DumpSettings QUOTED_LINES =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setDefaultScalarStyle(ScalarStyle.DOUBLE_QUOTED)
          .setSplitLines(false)
          .build();

  private EngineOptions() {}

  /** The options as flat YAML: everything quoted, one line each. */
  static String yaml(Names names, EffectiveSpec spec) {
    return new Dump(QUOTED_LINES).dumpToString(of(names, spec));
  }

  /** All options: the user's replace our suggestions, never what the operator relies on. */
  static SortedMap<String, String> of(Names names, EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>(suggested());
    if (spec.isHighlyAvailable()) {
      options.putAll(election());
    } else {
      // No other coordinator comes back for the slots of a job that is lost: the job starts again
      // once they are free, and that is so long after its tasks have ended (10 s if unset).
      options.put("taskmanager.slot.timeout", "3s");
    }
    options.putAll(restart(spec.restart()));
    if (spec.scaling() == Scaling.InPlace) {
      options.putAll(rescaling());
    }
    spec.checkpoints()
        .toleratedFailures()
        .ifPresent(
            failures ->
                options.put("execution.checkpointing.tolerable-failed-checkpoints", "" + failures));
    options.putAll(spec.config());
    options.putAll(owned(names, spec));
    return options;
  }

  /** What the user may change. */
  private static SortedMap<String, String> suggested() {
    SortedMap<String, String> options = new TreeMap<>();
    // Slots are handed out after this pause (50 ms if unset): it is part of every downtime.
    options.put("slotmanager.requirement-check.delay", "10ms");
    // How long a job waits for a lost worker's pod to come back before that counts as a failure.
    options.put("slot.request.timeout", "5min");
    // The coordinator gives a worker up after two in a row that find nobody (10 s apart if unset);
    // workers turn to a new coordinator when the old one was silent for so long (50 s if unset).
    options.put("heartbeat.interval", "2s");
    options.put("heartbeat.timeout", "10s");

    options.put(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    options.put("metrics.reporter.prom.port", "" + METRICS_PORT);
    options.put("metrics.internal.query-service.port", "" + METRICS_QUERY_PORT);
    // What is uploaded is collected here first; the default lies where nothing can be written.
    options.put("fs.s3a.buffer.dir", DATA_FOLDER + "/s3");
    // Else each file that is written costs a request more, to delete what marked its folder.
    options.put("fs.s3a.directory.marker.retention", "keep");
    return options;
  }

  /**
   * Who is killed cannot give its lease back: nothing goes on before that has run out, and that is
   * no longer than another coordinator takes to start. A leader that cannot renew it for so long
   * gives up, before anybody else may take over.
   */
  private static Map<String, String> election() {
    String prefix = "high-availability.kubernetes.leader-election.";
    return Map.of(
        prefix + "lease-duration", "10s",
        prefix + "renew-deadline", "8s",
        prefix + "retry-period", "2s");
  }

  /**
   * A job waits for its lost worker as long as it would under the default scheduler before it goes
   * on with fewer; and one that was just rescaled may be rescaled again.
   */
  private static Map<String, String> rescaling() {
    String prefix = "jobmanager.adaptive-scheduler.";
    return Map.of(
        prefix + "submission.resource-wait-timeout", "5min",
        prefix + "submission.resource-stabilization-timeout", "5min",
        prefix + "executing.cooldown-after-rescaling", "1s");
  }

  /** The parser refuses {@code restart-strategy.*} in {@code spec.config} where this is said. */
  private static Map<String, String> restart(EffectiveSpec.Restart restart) {
    String prefix = "restart-strategy.";
    Map<String, String> options = new TreeMap<>();
    switch (restart) {
      case EffectiveSpec.Restart.Unsaid unsaid -> {
        // The engine's own choice where there are checkpoints, said aloud: no job is given up.
        options.put(prefix + "type", "exponential-delay");
        options.put(prefix + "exponential-delay.initial-backoff", "1s");
      }
      case EffectiveSpec.Restart.ExponentialDelay(
              Duration first,
              Duration longest,
              Optional<Integer> attempts) -> {
        options.put(prefix + "type", "exponential-delay");
        options.put(prefix + "exponential-delay.initial-backoff", millis(first));
        options.put(prefix + "exponential-delay.max-backoff", millis(longest));
        options.put(
            prefix + "exponential-delay.attempts-before-reset-backoff", "" + endless(attempts));
      }
      case EffectiveSpec.Restart.FixedDelay(Duration delay, Optional<Integer> attempts) -> {
        options.put(prefix + "type", "fixed-delay");
        options.put(prefix + "fixed-delay.delay", millis(delay));
        options.put(prefix + "fixed-delay.attempts", "" + endless(attempts));
      }
      case EffectiveSpec.Restart.FailureRate(Duration delay, int failures, Duration within) -> {
        options.put(prefix + "type", "failure-rate");
        options.put(prefix + "failure-rate.delay", millis(delay));
        options.put(prefix + "failure-rate.max-failures-per-interval", "" + failures);
        options.put(prefix + "failure-rate.failure-rate-interval", millis(within));
      }
      case EffectiveSpec.Restart.None none -> options.put(prefix + "type", "disable");
    }
    return options;
  }

  private static int endless(Optional<Integer> attempts) {
    return attempts.orElse(Integer.MAX_VALUE);
  }

  /** What the operator relies on; the parser refuses each of these in {@code spec.config}. */
  static SortedMap<String, String> owned(Names names, EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>();
    options.putAll(network(names));
    options.putAll(web());
    options.putAll(job(spec));
    options.putAll(checkpoints(spec));
    JobFolder folder = JobFolder.of(names.owner(), spec.state());
    options.putAll(storage(folder, spec.state()));
    options.putAll(highAvailability(names, folder, spec));
    return options;
  }

  /** Fixed ports, so that Services and network policies can name them. */
  private static SortedMap<String, String> network(Names names) {
    SortedMap<String, String> options = new TreeMap<>();
    options.put("jobmanager.rpc.address", names.coordinator());
    options.put("jobmanager.rpc.port", "" + RPC_PORT);
    options.put("blob.server.port", "" + BLOB_PORT);
    options.put("taskmanager.rpc.port", "" + WORKER_RPC_PORT);
    options.put("taskmanager.data.port", "" + WORKER_DATA_PORT);
    options.put("rest.port", "" + Names.REST_PORT);
    // Inside a pod the name that others use is not an address of its own.
    options.put("jobmanager.bind-host", "0.0.0.0");
    options.put("taskmanager.bind-host", "0.0.0.0");
    options.put("rest.bind-address", "0.0.0.0");
    // A worker whose first call finds no coordinator tries again so soon, not after 10 s.
    options.put("cluster.registration.error-delay", "200ms");
    return options;
  }

  private static SortedMap<String, String> highAvailability(
      Names names, JobFolder folder, EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>();
    switch (spec.highAvailability()) {
      // Said aloud, so that no former name of the option has a say.
      case None -> options.put("high-availability.type", "NONE");
      case Kubernetes -> {
        options.put("high-availability.type", "kubernetes");
        options.put("high-availability.storageDir", folder.highAvailability(names.revision()));
        // The first names ConfigMaps, the second folders.
        options.put("kubernetes.cluster-id", names.highAvailability());
        options.put("high-availability.cluster-id", names.highAvailability());
        options.put("kubernetes.namespace", names.owner().namespace());
      }
    }
    return options;
  }

  private static SortedMap<String, String> web() {
    SortedMap<String, String> options = new TreeMap<>();
    // The operator submits the job over REST, from jars that the entry point links here.
    options.put("web.submit.enable", "true");
    options.put("web.upload.dir", TEMPORARY_FOLDER + "/streamjob/web");
    // The default lies in the image, which is read-only.
    options.put("user.artifacts.base-dir", TEMPORARY_FOLDER + "/streamjob/artifacts");
    options.put("io.tmp.dirs", DATA_FOLDER);
    // The operator waits for what this answer tells: at the default of 3 s, in the downtime.
    options.put("rest.cache.execution-graph.timeout", "50ms");
    // Never an old answer: what an ended job's newest checkpoint is rests on it.
    options.put("rest.cache.checkpoint-statistics.timeout", "0ms");
    return options;
  }

  private static SortedMap<String, String> job(EffectiveSpec spec) {
    SortedMap<String, String> options = new TreeMap<>();
    options.put("taskmanager.numberOfTaskSlots", "" + spec.slots());
    options.put("parallelism.default", "" + spec.program().parallelism());
    options.put("pipeline.max-parallelism", "" + spec.program().maxParallelism());
    options.put("state.backend.type", backend(spec.state().backend()));
    options.put("jobmanager.scheduler", scheduler(spec.scaling()));
    // Each submission says so as well; these make sure that no forgotten one does otherwise.
    options.put("execution.state-recovery.claim-mode", "NO_CLAIM");
    options.put("execution.state-recovery.ignore-unclaimed-state", "false");
    return options;
  }

  private static SortedMap<String, String> checkpoints(EffectiveSpec spec) {
    EffectiveSpec.Checkpoints checkpoints = spec.checkpoints();
    String prefix = "execution.checkpointing.";
    SortedMap<String, String> options = new TreeMap<>();
    options.put(prefix + "interval", millis(checkpoints.interval()));
    options.put(prefix + "mode", mode(checkpoints.mode()));
    options.put(prefix + "min-pause", millis(checkpoints.minPause()));
    options.put(prefix + "max-concurrent-checkpoints", "" + checkpoints.maxConcurrent());
    options.put(prefix + "timeout", millis(checkpoints.timeout()));
    options.put(prefix + "unaligned.enabled", "" + checkpoints.unaligned());
    options.put(prefix + "incremental", "" + spec.state().incremental());
    // Written and read; where it lies, the worker's id below io.tmp.dirs, outlives its process.
    options.put(prefix + "local-backup.enabled", "" + spec.state().localRecovery());
    options.put("execution.state-recovery.from-local", "" + spec.state().localRecovery());
    options.put(prefix + "num-retained", "" + checkpoints.retained());
    // A checkpoint may be the only restore point there is: cancelling must not delete it.
    options.put(prefix + "externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    return options;
  }

  private static SortedMap<String, String> storage(JobFolder folder, EffectiveSpec.State state) {
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
      case ForSt -> "forst";
    };
  }

  private static String scheduler(Scaling scaling) {
    return switch (scaling) {
      case Rollout -> "default";
      case InPlace -> "adaptive";
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
