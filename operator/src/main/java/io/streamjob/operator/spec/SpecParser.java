package io.streamjob.operator.spec;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.CheckpointsSpec;
import io.streamjob.api.v1beta1.ConfirmSpec;
import io.streamjob.api.v1beta1.CoordinatorSpec;
import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.DeletionSpec;
import io.streamjob.api.v1beta1.HighAvailability;
import io.streamjob.api.v1beta1.ImagePullPolicy;
import io.streamjob.api.v1beta1.JobSpec;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.OwnedKeys;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.RecoverySpec;
import io.streamjob.api.v1beta1.RestartSpec;
import io.streamjob.api.v1beta1.RestartStrategy;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RetentionSpec;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.S3Spec;
import io.streamjob.api.v1beta1.SavepointFormat;
import io.streamjob.api.v1beta1.SavepointsSpec;
import io.streamjob.api.v1beta1.Scaling;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StateSpec;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.UpgradeSpec;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import io.streamjob.api.v1beta1.WorkerSpec;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Understands a spec: applies the defaults and collects everything that cannot be carried out.
 *
 * <p>The schema and its CEL rules refuse most of it earlier, but a server may lack CEL (Kubernetes
 * before 1.25), and an object may be older than a rule: what reaches the operator is checked again.
 */
public final class SpecParser {
  /**
   * Most groups that the engine can divide keyed state into (Flink {@code
   * KeyGroupRangeAssignment}).
   */
  static final int MOST_KEY_GROUPS = 32_768;

  private static final int MOST_REPLICAS = 10_000;
  private static final int MOST_SLOTS = 1_000;
  private static final int MOST_COORDINATORS = 2;
  private static final String TOLERATED_FAILURES =
      "execution.checkpointing.tolerable-failed-checkpoints";
  private static final String RESTART_OPTIONS = "restart-strategy";
  private static final int MOST_RESTARTS = 1_000_000;
  private static final int MOST_CHECKPOINTS = 100;
  private static final int MOST_SAVEPOINTS = 1_000;
  private static final int LONGEST_ADDRESS = 1_024;

  /** Older ones are not remembered in {@code status.history}. */
  private static final int MOST_RECOVERIES = 10;

  private static final Pattern JAR_IN_IMAGE = Pattern.compile("local://(/.+\\.jar)");
  private static final Pattern JAR_ELSEWHERE =
      Pattern.compile(
          "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[!-.0-~]+)+[.]jar"
              + "|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&()*+,;=:@-]+)+[.]jar");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern STORAGE =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?");
  private static final Pattern RESTORE_FROM =
      Pattern.compile(
          RestoreSpec.NONE
              + "|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[!-.0-~]+)+/?|[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

  /**
   * Names that owned options had in earlier versions of the engine, which still reads them: one of
   * them could choose the state that a job starts from.
   */
  private static final Pattern FORMER_NAMES =
      Pattern.compile(
          "execution[.]savepoint.*|recovery[.].*|jobmanager[.]web[.].*"
              + "|execution[.]checkpointing[.](approximate-local-recovery|recover-without-.*)");

  private final List<Problem> problems = new ArrayList<>();

  private SpecParser() {}

  /** Understands a spec; absent parts count as unset. */
  public static Parsed parse(@Nullable StreamJobSpec spec) {
    SpecParser parser = new SpecParser();
    Optional<EffectiveSpec> effective = parser.spec(spec);
    return effective.isPresent() && parser.problems.isEmpty()
        ? new Parsed.Valid(effective.get())
        : new Parsed.Invalid(parser.problems);
  }

  private Optional<EffectiveSpec> spec(@Nullable StreamJobSpec spec) {
    if (spec == null) {
      problem("spec", "a spec with image, job and state", "none");
      return Optional.empty();
    }
    if (spec.image() == null || spec.image().isBlank()) {
      problem("spec.image", "the name of a container image", quote(spec.image()));
    }
    if (spec.job() == null) {
      problem("spec.job", "the program to run", "none");
    }
    if (spec.state() == null) {
      problem("spec.state", "where state is kept", "none");
    }
    if (!problems.isEmpty() || spec.image() == null || spec.job() == null || spec.state() == null) {
      return Optional.empty();
    }
    WorkerSpec worker =
        requireNonNullElse(spec.worker(), new WorkerSpec(null, null, null, null, null, null));
    CoordinatorSpec coordinator =
        requireNonNullElse(spec.coordinator(), new CoordinatorSpec(null, null, null, null));
    int replicas = count("spec.worker.replicas", worker.replicas(), MOST_REPLICAS, 1);
    int slots = count("spec.worker.slots", worker.slots(), MOST_SLOTS, 1);
    Scaling scaling =
        word("spec.worker.scaling", Scaling.class, worker.scaling()).orElse(Scaling.InPlace);
    HighAvailability highAvailability =
        word(
                "spec.coordinator.highAvailability",
                HighAvailability.class,
                coordinator.highAvailability())
            .orElse(HighAvailability.None);
    EffectiveSpec.State state = state(spec.state());
    return Optional.of(
        new EffectiveSpec(
            spec.image(),
            word("spec.imagePullPolicy", ImagePullPolicy.class, spec.imagePullPolicy()),
            requireNonNullElse(spec.imagePullSecrets(), List.of()),
            program(spec.job(), replicas * slots),
            state,
            checkpoints(spec.checkpoints(), spec.config()),
            restart(spec.restart(), spec.config()),
            recovery(spec.recovery()),
            savepoints(spec.savepoints(), state.backend()),
            upgrade(spec.upgrade()),
            Boolean.TRUE.equals(spec.suspend()),
            restore(spec.restore()),
            deletion(spec.deletion()),
            pod(
                "spec.coordinator",
                coordinator.resources(),
                new EffectiveSpec.Pod(
                    resources("250m", "1Gi"),
                    Optional.ofNullable(coordinator.podTemplate()),
                    List.of())),
            highAvailability,
            coordinators(coordinator.replicas(), highAvailability),
            pod(
                "spec.worker",
                worker.resources(),
                new EffectiveSpec.Pod(
                    resources("500m", "1536Mi"),
                    Optional.ofNullable(worker.podTemplate()),
                    requireNonNullElse(worker.volumeClaimTemplates(), List.of()))),
            replicas,
            slots,
            scaling,
            config(spec.config())));
  }

  private int coordinators(@Nullable Integer given, HighAvailability highAvailability) {
    int replicas = count("spec.coordinator.replicas", given, MOST_COORDINATORS, 1);
    if (replicas > 1 && highAvailability != HighAvailability.Kubernetes) {
      problem(
          "spec.coordinator.replicas",
          "1 unless spec.coordinator.highAvailability is Kubernetes",
          "" + replicas);
    }
    return replicas;
  }

  private EffectiveSpec.Program program(JobSpec job, int totalSlots) {
    EffectiveSpec.Jar jar = jar(requireNonNullElse(job.jar(), ""), job.sha256());
    int parallelism =
        count("spec.job.parallelism", job.parallelism(), Integer.MAX_VALUE, totalSlots);
    int maxParallelism =
        count("spec.job.maxParallelism", job.maxParallelism(), MOST_KEY_GROUPS, 128);
    if (parallelism > maxParallelism) {
      problem(
          "spec.job.parallelism",
          "at most spec.job.maxParallelism (" + maxParallelism + ")",
          "" + parallelism);
    }
    if (parallelism > totalSlots) {
      problem(
          "spec.job.parallelism",
          "at most worker.replicas * worker.slots (" + totalSlots + ")",
          "" + parallelism);
    }
    return new EffectiveSpec.Program(
        jar,
        Optional.ofNullable(job.entryClass()).filter(name -> !name.isBlank()),
        requireNonNullElse(job.args(), List.of()),
        parallelism,
        maxParallelism,
        requireNonNullElse(job.dropStateOf(), List.of()));
  }

  private EffectiveSpec.Jar jar(String address, @Nullable String sha256) {
    Matcher inImage = JAR_IN_IMAGE.matcher(address);
    if (inImage.matches()) {
      if (sha256 != null) {
        problem("spec.job.sha256", "none beside a jar of the image", quote(sha256));
      }
      return new EffectiveSpec.Jar.InImage(inImage.group(1));
    }
    if (!JAR_ELSEWHERE.matcher(address).matches() || address.length() > LONGEST_ADDRESS) {
      problem(
          "spec.job.jar",
          "local:///absolute/path.jar, s3://bucket/key.jar or https://host/path.jar without user or query",
          address.isEmpty() ? "none" : quote(withoutSecrets(address)));
    } else if (!SHA256.matcher(requireNonNullElse(sha256, "")).matches()) {
      problem(
          "spec.job.sha256",
          "the 64 hexadecimal digits of lower case that sha256sum prints for " + address,
          quote(sha256));
    }
    return new EffectiveSpec.Jar.Fetched(address, requireNonNullElse(sha256, ""));
  }

  /** Without what people put into addresses to be let in. */
  private static String withoutSecrets(String address) {
    return address.replaceAll("//[^/@]*@", "//...@").replaceAll("[?#].*", "?...");
  }

  private EffectiveSpec.State state(StateSpec state) {
    Matcher storage = STORAGE.matcher(requireNonNullElse(state.storage(), ""));
    boolean isStorage = storage.matches();
    if (!isStorage) {
      problem("spec.state.storage", "s3://bucket/prefix", quote(state.storage()));
    }
    StateBackend backend =
        word("spec.state.backend", StateBackend.class, state.backend())
            .orElse(StateBackend.RocksDB);
    boolean incremental = requireNonNullElse(state.incremental(), backend != StateBackend.HashMap);
    if (incremental && backend == StateBackend.HashMap) {
      problem("spec.state.incremental", "false or unset while backend is HashMap", "true");
    }
    S3Spec s3 = requireNonNullElse(state.s3(), new S3Spec(null, null, null, null));
    Optional<String> secret =
        Optional.ofNullable(s3.credentials())
            .map(credentials -> requireNonNullElse(credentials.secretName(), ""));
    if (secret.filter(String::isBlank).isPresent()) {
      problem("spec.state.s3.credentials.secretName", "the name of a secret", "none");
    }
    return new EffectiveSpec.State(
        isStorage ? storage.group(1) : "",
        isStorage ? withoutSlashes(requireNonNullElse(storage.group(2), "")) : "",
        backend,
        incremental,
        requireNonNullElse(state.localRecovery(), false),
        endpoint(s3.endpoint()),
        Optional.ofNullable(s3.region()).filter(region -> !region.isBlank()).orElse("us-east-1"),
        requireNonNullElse(s3.pathStyleAccess(), false),
        secret);
  }

  private Optional<URI> endpoint(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Not an address at all: told below, like one of the wrong kind.
    }
    problem("spec.state.s3.endpoint", "an address such as http://minio:9000", quote(text));
    return Optional.empty();
  }

  private EffectiveSpec.Checkpoints checkpoints(
      @Nullable CheckpointsSpec given, @Nullable Map<String, String> config) {
    CheckpointsSpec spec =
        requireNonNullElse(
            given, new CheckpointsSpec(null, null, null, null, null, null, null, null));
    CheckpointMode mode =
        word("spec.checkpoints.mode", CheckpointMode.class, spec.mode())
            .orElse(CheckpointMode.ExactlyOnce);
    boolean unaligned = requireNonNullElse(spec.unaligned(), false);
    int maxConcurrent =
        count("spec.checkpoints.maxConcurrent", spec.maxConcurrent(), MOST_CHECKPOINTS, 1);
    if (unaligned && mode != CheckpointMode.ExactlyOnce) {
      problem("spec.checkpoints.unaligned", "false or unset unless mode is ExactlyOnce", "true");
    }
    if (unaligned && maxConcurrent > 1) {
      problem("spec.checkpoints.maxConcurrent", "1 while unaligned is true", "" + maxConcurrent);
    }
    return new EffectiveSpec.Checkpoints(
        duration("spec.checkpoints.interval", spec.interval(), Duration.ofSeconds(10), 10),
        mode,
        duration("spec.checkpoints.minPause", spec.minPause(), Duration.ofMillis(500), 0),
        maxConcurrent,
        duration("spec.checkpoints.timeout", spec.timeout(), Duration.ofMinutes(10), 10),
        unaligned,
        toleratedFailures(spec.toleratedFailures(), config),
        count("spec.checkpoints.retained", spec.retained(), MOST_CHECKPOINTS, 3));
  }

  private Optional<Integer> toleratedFailures(
      @Nullable Integer given, @Nullable Map<String, String> config) {
    if (given == null) {
      return Optional.empty();
    }
    if (given < 0 || given > MOST_RESTARTS) {
      problem("spec.checkpoints.toleratedFailures", "0 to " + MOST_RESTARTS, "" + given);
    }
    notBeside("spec.checkpoints.toleratedFailures", TOLERATED_FAILURES, config);
    return Optional.of(given);
  }

  /** What a field says, {@code spec.config} does not say again. */
  private void notBeside(String field, String options, @Nullable Map<String, String> config) {
    requireNonNullElse(config, Map.<String, String>of()).keySet().stream()
        .filter(key -> key.startsWith(options))
        .sorted()
        .forEach(key -> problem("spec.config", "no " + key + " beside " + field, quote(key)));
  }

  private EffectiveSpec.Restart restart(
      @Nullable RestartSpec spec, @Nullable Map<String, String> config) {
    if (spec == null) {
      return new EffectiveSpec.Restart.Unsaid();
    }
    notBeside("spec.restart", RESTART_OPTIONS, config);
    RestartStrategy strategy =
        word("spec.restart.strategy", RestartStrategy.class, spec.strategy())
            .orElse(RestartStrategy.ExponentialDelay);
    unused(
        "attempts",
        spec.attempts(),
        strategy,
        RestartStrategy.ExponentialDelay,
        RestartStrategy.FixedDelay);
    unused(
        "delay",
        spec.delay(),
        strategy,
        RestartStrategy.ExponentialDelay,
        RestartStrategy.FixedDelay,
        RestartStrategy.FailureRate);
    unused("maxDelay", spec.maxDelay(), strategy, RestartStrategy.ExponentialDelay);
    unused("failures", spec.failures(), strategy, RestartStrategy.FailureRate);
    unused("within", spec.within(), strategy, RestartStrategy.FailureRate);
    Duration delay = duration("spec.restart.delay", spec.delay(), Duration.ofSeconds(1), 1);
    Optional<Integer> attempts =
        Optional.ofNullable(spec.attempts())
            .map(given -> count("spec.restart.attempts", given, MOST_RESTARTS, 1));
    return switch (strategy) {
      case ExponentialDelay ->
          new EffectiveSpec.Restart.ExponentialDelay(
              delay, longest(delay, spec.maxDelay()), attempts);
      case FixedDelay -> new EffectiveSpec.Restart.FixedDelay(delay, attempts);
      case FailureRate ->
          new EffectiveSpec.Restart.FailureRate(
              delay,
              count("spec.restart.failures", spec.failures(), MOST_RESTARTS, 3),
              duration("spec.restart.within", spec.within(), Duration.ofMinutes(10), 1));
      case None -> new EffectiveSpec.Restart.None();
    };
  }

  /** The engine refuses a first pause above the longest. */
  private Duration longest(Duration first, @Nullable String given) {
    Duration unset = Duration.ofMinutes(1);
    Duration longest =
        duration("spec.restart.maxDelay", given, first.compareTo(unset) > 0 ? first : unset, 1);
    if (longest.compareTo(first) < 0) {
      problem(
          "spec.restart.maxDelay",
          "at least spec.restart.delay (" + Durations.print(first) + ")",
          Durations.print(longest));
    }
    return longest;
  }

  private void unused(
      String field, @Nullable Object given, RestartStrategy strategy, RestartStrategy... users) {
    if (given != null && !List.of(users).contains(strategy)) {
      problem("spec.restart." + field, "none with the strategy " + strategy, quote("" + given));
    }
  }

  private EffectiveSpec.Savepoints savepoints(
      @Nullable SavepointsSpec given, StateBackend backend) {
    SavepointsSpec spec =
        requireNonNullElse(given, new SavepointsSpec(null, null, null, null, null, null, null));
    EffectiveSpec.Savepoints unset = EffectiveSpec.Savepoints.DEFAULT;
    RetentionSpec retention = requireNonNullElse(spec.retention(), new RetentionSpec(null, null));
    SavepointFormat format =
        word("spec.savepoints.format", SavepointFormat.class, spec.format()).orElse(unset.format());
    if (format == SavepointFormat.Canonical && backend == StateBackend.ForSt) {
      problem(
          "spec.savepoints.format",
          "Native or unset while spec.state.backend is ForSt, whose tasks fail when asked for another",
          "Canonical");
    }
    return new EffectiveSpec.Savepoints(
        schedule(spec.schedule(), requireNonNullElse(spec.timeZone(), "UTC")),
        format,
        duration("spec.savepoints.timeout", spec.timeout(), unset.timeout(), 1_000),
        duration("spec.savepoints.reverify", spec.reverify(), unset.reverify(), 1_000),
        word("spec.savepoints.deepCheck", DeepCheck.class, spec.deepCheck())
            .orElse(unset.deepCheck()),
        count(
            "spec.savepoints.retention.maxCount",
            retention.maxCount(),
            MOST_SAVEPOINTS,
            unset.maxCount()),
        duration("spec.savepoints.retention.maxAge", retention.maxAge(), unset.maxAge(), 1_000));
  }

  private Optional<Schedule> schedule(@Nullable String cron, String zone) {
    Optional<ZoneId> known = Schedule.zone(zone);
    if (known.isEmpty()) {
      problem("spec.savepoints.timeZone", "an IANA name such as Europe/Berlin", quote(zone));
    }
    if (cron == null || known.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Schedule(cron, known.get()));
    } catch (IllegalArgumentException e) {
      problem(
          "spec.savepoints.schedule",
          "five cron fields such as 0 3 * * *",
          quote(cron) + " (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  private EffectiveSpec.Upgrade upgrade(@Nullable UpgradeSpec given) {
    UpgradeSpec spec =
        requireNonNullElse(given, new UpgradeSpec(null, null, null, null, null, null));
    ConfirmSpec confirm = requireNonNullElse(spec.confirm(), new ConfirmSpec(null, null));
    return new EffectiveSpec.Upgrade(
        word("spec.upgrade.state", UpgradeState.class, spec.state()).orElse(UpgradeState.Savepoint),
        word("spec.upgrade.strategy", UpgradeStrategy.class, spec.strategy())
            .orElse(UpgradeStrategy.Warm),
        word("spec.upgrade.preflight", PreflightPolicy.class, spec.preflight())
            .orElse(PreflightPolicy.Enforce),
        word("spec.upgrade.whenNoRoom", NoRoomPolicy.class, spec.whenNoRoom())
            .orElse(NoRoomPolicy.Block),
        word("spec.upgrade.rollback", RollbackPolicy.class, spec.rollback())
            .orElse(RollbackPolicy.Automatic),
        count("spec.upgrade.confirm.checkpoints", confirm.checkpoints(), MOST_CHECKPOINTS, 1),
        duration("spec.upgrade.confirm.within", confirm.within(), Duration.ofMinutes(5), 1_000));
  }

  private Optional<EffectiveSpec.Restore> restore(@Nullable RestoreSpec given) {
    if (given == null) {
      return Optional.empty();
    }
    String from = requireNonNullElse(given.from(), "");
    String id = requireNonNullElse(given.id(), "");
    if (!RESTORE_FROM.matcher(from).matches()) {
      problem(
          "spec.restore.from",
          "the name of a StreamSavepoint, a folder s3://bucket/path, or None",
          quote(given.from()));
    }
    if (id.isBlank() || id.length() > Annotations.MAX_LENGTH) {
      problem(
          "spec.restore.id", "1 to " + Annotations.MAX_LENGTH + " characters", quote(given.id()));
    }
    // As people copy it: the folder, its file, or with a slash.
    return Optional.of(new EffectiveSpec.Restore(from.replaceAll("/+(_metadata)?$", ""), id));
  }

  private EffectiveSpec.Recovery recovery(@Nullable RecoverySpec given) {
    RecoverySpec spec = requireNonNullElse(given, new RecoverySpec(null, null));
    EffectiveSpec.Recovery unset = EffectiveSpec.Recovery.DEFAULT;
    boolean never = spec.attempts() != null && spec.attempts() == 0;
    return new EffectiveSpec.Recovery(
        never
            ? 0
            : count("spec.recovery.attempts", spec.attempts(), MOST_RECOVERIES, unset.attempts()),
        duration("spec.recovery.within", spec.within(), unset.within(), 1));
  }

  private EffectiveSpec.Deletion deletion(@Nullable DeletionSpec given) {
    DeletionSpec spec = requireNonNullElse(given, new DeletionSpec(null, null));
    return new EffectiveSpec.Deletion(
        word("spec.deletion.policy", DeletionPolicy.class, spec.policy())
            .orElse(DeletionPolicy.Keep),
        duration("spec.deletion.within", spec.within(), Duration.ofMinutes(10), 1_000));
  }

  private EffectiveSpec.Pod pod(
      String field, @Nullable ResourceRequirements given, EffectiveSpec.Pod defaults) {
    ResourceRequirements resources = requireNonNullElse(given, defaults.resources());
    memory(field, resources, defaults.resources())
        .filter(bytes -> bytes.compareTo(BigDecimal.valueOf(640L << 20)) < 0)
        .ifPresent(
            bytes ->
                problem(
                    field + ".resources.limits.memory",
                    "at least 640Mi",
                    bytes.toBigInteger() + " bytes"));
    if (defaults.template().filter(node -> !node.isObject()).isPresent()) {
      problem(field + ".podTemplate", "an object with metadata and spec", "something else");
    }
    return new EffectiveSpec.Pod(
        withMemoryLimit(resources, defaults.resources()), defaults.template(), defaults.claims());
  }

  /** The engine divides up the memory limit; a request alone counts as the limit. */
  private static ResourceRequirements withMemoryLimit(
      ResourceRequirements given, ResourceRequirements defaults) {
    Map<String, Quantity> limits = new TreeMap<>(requireNonNullElse(given.getLimits(), Map.of()));
    Map<String, Quantity> requests =
        new TreeMap<>(requireNonNullElse(given.getRequests(), Map.of()));
    Quantity limit =
        limits.containsKey("memory")
            ? limits.get("memory")
            : requests.getOrDefault("memory", defaults.getLimits().get("memory"));
    limits.put("memory", limit);
    requests.putIfAbsent("memory", limit);
    requests.putIfAbsent("cpu", limits.getOrDefault("cpu", defaults.getRequests().get("cpu")));
    return new ResourceRequirementsBuilder(given).withLimits(limits).withRequests(requests).build();
  }

  private Optional<BigDecimal> memory(
      String field, ResourceRequirements given, ResourceRequirements defaults) {
    Quantity limit = withMemoryLimit(given, defaults).getLimits().get("memory");
    try {
      return Optional.of(Quantity.getAmountInBytes(limit));
    } catch (IllegalArgumentException | ArithmeticException e) {
      problem(field + ".resources.limits.memory", "a quantity such as 2Gi", quote("" + limit));
      return Optional.empty();
    }
  }

  private static ResourceRequirements resources(String cpuRequest, String memory) {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity(cpuRequest))
        .addToRequests("memory", new Quantity(memory))
        .addToLimits("memory", new Quantity(memory))
        .build();
  }

  private SortedMap<String, String> config(@Nullable Map<String, String> given) {
    SortedMap<String, String> config = new TreeMap<>(requireNonNullElse(given, Map.of()));
    for (Map.Entry<String, String> option : config.entrySet()) {
      String key = option.getKey();
      OwnedKeys.insteadOf(key)
          .or(() -> formerName(key))
          .ifPresent(
              instead ->
                  problem("spec.config", "no key that the operator owns (" + instead + ")", key));
      if (option.getValue() == null) {
        problem("spec.config", "a value for each key", key + " without a value");
      }
    }
    return config;
  }

  private static Optional<String> formerName(String key) {
    return FORMER_NAMES.matcher(key).matches()
        ? Optional.of("it is the former name of one")
        : Optional.empty();
  }

  private int count(String field, @Nullable Integer given, int most, int unset) {
    if (given == null) {
      return unset;
    }
    if (given < 1 || given > most) {
      problem(field, given < 1 ? "at least 1" : "at most " + most, "" + given);
      return unset;
    }
    return given;
  }

  private Duration duration(
      String field, @Nullable String given, Duration unset, long leastMillis) {
    if (given == null) {
      return unset;
    }
    Optional<Duration> parsed = Durations.parse(given);
    if (parsed.isEmpty()) {
      problem(field, "a duration such as 10s, 500ms or 1h30m", quote(given));
      return unset;
    }
    if (parsed.get().toMillis() < leastMillis) {
      problem(field, "at least " + Durations.print(Duration.ofMillis(leastMillis)), given);
    }
    return parsed.get();
  }

  private <E extends Enum<E>> Optional<E> word(
      String field, Class<E> words, @Nullable String given) {
    if (given == null) {
      return Optional.empty();
    }
    Optional<E> found =
        Arrays.stream(words.getEnumConstants())
            .filter(constant -> constant.name().equals(given))
            .findFirst();
    if (found.isEmpty()) {
      problem(field, "one of " + Arrays.toString(words.getEnumConstants()), quote(given));
    }
    return found;
  }

  private void problem(String field, String expected, String found) {
    problems.add(new Problem(field, expected, found));
  }

  private static String quote(@Nullable String text) {
    return text == null ? "none" : "'" + text + "'";
  }

  private static String withoutSlashes(String path) {
    return path.replaceAll("^/+|/+$", "");
  }
}
