package io.streamjob.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.streamjob.operator.engine.flink.FlinkEngine;
import io.streamjob.operator.engine.flink.FlinkLimits;
import io.streamjob.operator.reconcile.Reconcilers;
import io.streamjob.operator.snapshots.s3.S3Limits;
import io.streamjob.operator.snapshots.s3.S3Snapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Starts the operator: reads its options, wires its parts by hand, and ends it in good order. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final String LEASE = "streamjob-operator";

  /**
   * A dead holder's lease lasts this long: a longer one would add to the downtime of an upgrade.
   */
  private static final Duration LEASE_DURATION = Duration.ofSeconds(9);

  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(6);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  /** Below the pod's grace period of 30 s; a decision that is cut off is made again. */
  private static final Duration FINISH_WITHIN = Duration.ofSeconds(20);

  private Main() {}

  public static void main(String[] args) throws IOException {
    OperatorConfig config = new OperatorConfig();
    CommandLine commandLine = new CommandLine(config);
    CommandLine.ParseResult parsed;
    try {
      parsed = commandLine.parseArgs(args);
    } catch (CommandLine.ParameterException e) {
      System.err.println(e.getMessage());
      commandLine.usage(System.err);
      System.exit(commandLine.getCommandSpec().exitCodeOnInvalidInput());
      return;
    }
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      System.exit(help);
    }
    run(config);
  }

  private static void run(OperatorConfig config) throws IOException {
    AtomicBoolean stopping = new AtomicBoolean();
    AtomicBoolean started = new AtomicBoolean();
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    KubernetesClient client = client();
    FlinkEngine engine = new FlinkEngine(engineLimits(config));
    S3Snapshots snapshots = new S3Snapshots(S3Limits.DEFAULT);
    Operator operator = new Operator(options -> configure(options, config, client, stopping));
    Reconcilers reconcilers =
        Reconcilers.of(
            client, engine, snapshots, config.limits(), config.savepointLimits(), metrics);
    operator.register(reconcilers.jobs(), options -> configure(options, config));
    operator.register(reconcilers.savepoints(), options -> configure(options, config));
    HealthServer health =
        new HealthServer(
            config.port(),
            () -> !started.get() || operator.getRuntimeInfo().allEventSourcesAreHealthy(),
            started::get,
            metrics);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping.set(true);
                  operator.stop();
                  reconcilers.stop().run();
                  engine.close();
                  snapshots.close();
                  health.close();
                },
                "stop"));
    health.start();
    operator.start();
    started.set(true);
    LOG.atInfo()
        .addKeyValue("namespaces", config.watchNamespaces())
        .addKeyValue("leaderElection", config.leaderElection())
        .log("the operator runs");
  }

  /**
   * A client that never repeats a request by itself: a repeated POST would answer with a conflict
   * with its own first try, and one call could take minutes.
   */
  private static KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout(3_000)
            .withRequestTimeout(10_000)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static FlinkLimits engineLimits(OperatorConfig config) {
    FlinkLimits defaults = FlinkLimits.DEFAULT;
    return new FlinkLimits(
        config.engineConnect(),
        config.engineRead(),
        defaults.submit().compareTo(config.engineRead()) < 0
            ? config.engineRead()
            : defaults.submit(),
        defaults.answerBytes(),
        defaults.nesting());
  }

  private static void configure(
      ConfigurationServiceOverrider options,
      OperatorConfig config,
      KubernetesClient client,
      AtomicBoolean stopping) {
    options
        .withKubernetesClient(client)
        .withConcurrentReconciliationThreads(config.reconcileThreads())
        .withReconciliationTerminationTimeout(FINISH_WITHIN)
        // Status and spec applied by one manager take each other's fields away before 1.22.
        .withUseSSAToPatchPrimaryResource(false)
        // The operator may not read the definitions; a missing one fails the watch at start.
        .checkingCRDAndValidateLocalModel(false);
    if (config.leaderElection()) {
      options.withLeaderElectionConfiguration(
          new LeaderElectionConfiguration(
              LEASE,
              config.leaseNamespace(),
              LEASE_DURATION,
              RENEW_DEADLINE,
              RETRY_PERIOD,
              System.getenv().getOrDefault("POD_NAME", "operator") + "_" + UUID.randomUUID(),
              new LeaderCallbacks(
                  () -> LOG.info("this process holds the lease"),
                  () -> leadLost(stopping),
                  leader -> LOG.atInfo().addKeyValue("leader", leader).log("the lease is held")),
              false));
    }
  }

  /** Whatever was under way is taken up by the next holder; lingering could only do harm. */
  private static void leadLost(AtomicBoolean stopping) {
    if (!stopping.get()) {
      LOG.error("the lease was lost; the process ends at once");
      Runtime.getRuntime().halt(1);
    }
  }

  private static void configure(
      ControllerConfigurationOverrider<?> options, OperatorConfig config) {
    if (!config.watchNamespaces().isEmpty()) {
      options.settingNamespaces(config.watchNamespaces());
    }
    options.withReconciliationMaxInterval(Duration.ofMinutes(2));
  }
}
