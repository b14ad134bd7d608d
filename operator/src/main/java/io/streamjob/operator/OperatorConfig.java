package io.streamjob.operator;

import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.spec.Durations;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The operator's options. Durations are written as {@code 500ms}, {@code 10s} or {@code 1h30m}. */
@Command(
    name = "streamjob-operator",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Runs StreamJobs: stateful stream jobs with upgrades from verified savepoints.")
final class OperatorConfig {
  @Option(
      names = "--watch-namespaces",
      split = ",",
      description = "Namespaces whose StreamJobs are run; none: those of the whole cluster.")
  private List<String> watchNamespaces = List.of();

  @Option(
      names = "--leader-election",
      arity = "1",
      description = "Whether only the holder of a lease acts; needed with more than one replica.")
  private boolean leaderElection = true;

  @Option(
      names = "--lease-namespace",
      description = "Namespace of the lease. Default: that of the operator's pod.")
  private String leaseNamespace = System.getenv().getOrDefault("POD_NAMESPACE", "default");

  @Option(
      names = "--port",
      description = "Port of /healthz, /readyz and /metrics; 0: any that is free.")
  private int port = 8080;

  @Option(
      names = "--reconcile-threads",
      description = "StreamJobs that are looked at side by side; 1 to 256.")
  private int reconcileThreads = 16;

  @Option(
      names = "--preparing-deadline",
      converter = DurationOption.class,
      description = "How long a new revision may take to come up before its rollout is given up.")
  private Duration preparing = Limits.DEFAULT.preparing();

  @Option(
      names = "--pod-problem-grace",
      converter = DurationOption.class,
      description = "How long a new pod may be in trouble before its rollout is given up.")
  private Duration podProblem = Limits.DEFAULT.podProblem();

  @Option(
      names = "--retry-after",
      converter = DurationOption.class,
      description = "How long a rollout is left alone that failed for a reason outside the spec.")
  private Duration retryAfter = Limits.DEFAULT.retryAfter();

  @Option(
      names = "--retention-grace",
      converter = DurationOption.class,
      description =
          "How long a StreamSavepoint beyond retention is only marked before it is removed.")
  private Duration retentionGrace = SavepointLimits.DEFAULT.grace();

  @Option(
      names = "--engine-connect-timeout",
      converter = DurationOption.class,
      description = "How long a coordinator may take to accept a connection.")
  private Duration engineConnect = Duration.ofSeconds(2);

  @Option(
      names = "--engine-read-timeout",
      converter = DurationOption.class,
      description = "How long a coordinator may take to answer.")
  private Duration engineRead = Duration.ofSeconds(5);

  Set<String> watchNamespaces() {
    Set<String> named = new LinkedHashSet<>(watchNamespaces);
    named.removeIf(String::isBlank);
    return named;
  }

  boolean leaderElection() {
    return leaderElection;
  }

  String leaseNamespace() {
    return leaseNamespace;
  }

  int port() {
    return port;
  }

  int reconcileThreads() {
    if (reconcileThreads < 1 || reconcileThreads > 256) {
      throw new IllegalArgumentException(
          "--reconcile-threads: expected 1 to 256, found " + reconcileThreads);
    }
    return reconcileThreads;
  }

  Duration engineConnect() {
    return engineConnect;
  }

  Duration engineRead() {
    return engineRead;
  }

  Limits limits() {
    Limits defaults = Limits.DEFAULT;
    return new Limits(
        preparing,
        defaults.warmUp(),
        podProblem,
        defaults.coordinatorSilence(),
        retryAfter,
        defaults.recoveryPause(),
        defaults.preflightRetries(),
        defaults.restarts(),
        defaults.patience(),
        defaults.lookNow(),
        defaults.lookSoon(),
        defaults.lookRestless(),
        defaults.lookLater(),
        defaults.history());
  }

  SavepointLimits savepointLimits() {
    SavepointLimits defaults = SavepointLimits.DEFAULT;
    return new SavepointLimits(
        defaults.waiting(),
        retentionGrace,
        defaults.removal(),
        defaults.farewell(),
        defaults.operators(),
        defaults.lookSoon(),
        defaults.lookWaiting(),
        defaults.lookUnderWay(),
        defaults.lookLater());
  }

  /** Reads a duration from the command line. */
  static final class DurationOption implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Durations.parse(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected a duration such as 10s, 500ms or 1h30m, found '" + text + "'"));
    }
  }
}
