package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.OwnedKeys;
import io.streamjob.operator.spec.EffectiveSpec;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ends up in {@code config.yaml}, read back with the engine's own reader. */
class EngineOptionsTest {
  private static final Names NAMES =
      new Names(new Owner("shop", "orders", "1f0c7c52-5d3b-4b8a-9c1e-0a2b3c4d5e6f"), 7);

  private static final List<Class<?>> ENGINE_OPTIONS =
      List.of(
          BlobServerOptions.class,
          CheckpointingOptions.class,
          ClusterOptions.class,
          CoreOptions.class,
          DeploymentOptions.class,
          HeartbeatManagerOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          NettyShuffleEnvironmentOptions.class,
          PipelineOptions.class,
          ResourceManagerOptions.class,
          RestOptions.class,
          RestartStrategyOptions.class,
          SecurityOptions.class,
          StateBackendOptions.class,
          StateRecoveryOptions.class,
          TaskManagerOptions.class,
          WebOptions.class);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          "" | exponential-delay.initial-backoff=1s, type=exponential-delay
          restart: {} | exponential-delay.attempts-before-reset-backoff=2147483647, exponential-delay.initial-backoff=1000ms, exponential-delay.max-backoff=60000ms, type=exponential-delay
          restart: {delay: 2m, attempts: 5} | exponential-delay.attempts-before-reset-backoff=5, exponential-delay.initial-backoff=120000ms, exponential-delay.max-backoff=120000ms, type=exponential-delay
          restart: {strategy: FixedDelay, delay: 100ms} | fixed-delay.attempts=2147483647, fixed-delay.delay=100ms, type=fixed-delay
          restart: {strategy: FixedDelay, attempts: 2} | fixed-delay.attempts=2, fixed-delay.delay=1000ms, type=fixed-delay
          restart: {strategy: FailureRate, failures: 4, within: 1m} | failure-rate.delay=1000ms, failure-rate.failure-rate-interval=60000ms, failure-rate.max-failures-per-interval=4, type=failure-rate
          restart: {strategy: None} | type=disable
          """)
  void what_the_engine_does_when_a_task_fails_is_said_in_its_own_words(
      String yaml, String expected) {
    String prefix = "restart-strategy.";

    assertThat(
            EngineOptions.of(NAMES, Specs.with(yaml)).entrySet().stream()
                .filter(option -> option.getKey().startsWith(prefix))
                .map(option -> option.getKey().substring(prefix.length()) + "=" + option.getValue())
                .collect(Collectors.joining(", ")))
        .isEqualTo(expected);
  }

  @Test
  void checkpoints_that_fail_and_that_are_kept_are_counted_as_wished() {
    assertThat(
            EngineOptions.of(NAMES, Specs.with("checkpoints: {toleratedFailures: 2, retained: 5}")))
        .containsEntry("execution.checkpointing.tolerable-failed-checkpoints", "2")
        .containsEntry("execution.checkpointing.num-retained", "5");
    assertThat(EngineOptions.of(NAMES, Specs.with("")))
        .doesNotContainKey("execution.checkpointing.tolerable-failed-checkpoints")
        .containsEntry("execution.checkpointing.num-retained", "3");
  }

  @Test
  void local_recovery_is_both_written_and_read() {
    for (boolean wished : List.of(true, false)) {
      EffectiveSpec spec = Specs.withState("localRecovery: " + wished);

      assertThat(EngineOptions.of(NAMES, spec))
          .containsEntry("execution.checkpointing.local-backup.enabled", "" + wished)
          .containsEntry("execution.state-recovery.from-local", "" + wished);
    }
  }

  @Test
  void the_engine_reads_every_value_as_the_user_wrote_it() throws IOException {
    Map<String, String> hostile =
        Map.ofEntries(
            Map.entry("quotes", "he said \"it's\" ''\"\""),
            Map.entry("backslashes", "C:\\temp\\n \\u0041 \\\\"),
            Map.entry("lines", "one\ntwo\r\n\tthree\n\n"),
            Map.entry("blanks", "  around  "),
            Map.entry("empty", ""),
            Map.entry("comment", "a #b: c"),
            Map.entry("number", "007"),
            Map.entry("word", "no"),
            Map.entry("null", "~"),
            Map.entry("list", "[a, b]"),
            Map.entry("map", "{a: b}"),
            Map.entry("reference", "*a &b !c %d @e `f |g >h"),
            Map.entry("control", "bell\u0007delete\u007fnext\u0085line\u2028end"),
            Map.entry("unicode", "é☃\uD83D\uDE80"),
            Map.entry("long", "word ".repeat(200)),
            Map.entry("key with: blanks \"and\" 'quotes' # too", "v"));

    Files.writeString(
        folder.resolve("config.yaml"), EngineOptions.yaml(NAMES, Specs.withConfig(hostile)));

    assertThat(GlobalConfiguration.loadConfiguration(folder.toString()).toMap())
        .containsAllEntriesOf(hostile);
  }

  @Test
  void the_user_replaces_a_suggestion_but_never_what_the_operator_owns() {
    EffectiveSpec spec =
        Specs.withConfig(Map.of("slot.request.timeout", "1h", "rest.port", "1234"));

    assertThat(EngineOptions.of(NAMES, spec))
        .containsEntry("slot.request.timeout", "1h")
        .containsEntry("rest.port", "8081");
  }

  @Test
  void every_option_that_the_operator_sets_for_good_is_refused_in_config() {
    for (String spec : List.of("", "coordinator: {highAvailability: Kubernetes}")) {
      assertThat(EngineOptions.owned(NAMES, Specs.with(spec)).keySet())
          .isNotEmpty()
          .allSatisfy(key -> assertThat(OwnedKeys.insteadOf(key)).as(key).isPresent());
    }
  }

  @Test
  void every_suggested_option_may_be_replaced_in_config() {
    EffectiveSpec spec = Specs.with("coordinator: {highAvailability: Kubernetes}");
    List<String> suggested = new ArrayList<>(EngineOptions.of(NAMES, spec).keySet());
    suggested.removeAll(EngineOptions.owned(NAMES, spec).keySet());

    assertThat(suggested)
        .isNotEmpty()
        .allSatisfy(key -> assertThat(OwnedKeys.insteadOf(key)).as(key).isEmpty());
  }

  @Test
  void who_leads_and_what_is_brought_back_is_told_from_those_of_every_other_revision_and_job() {
    EffectiveSpec spec = Specs.with("coordinator: {highAvailability: Kubernetes}");
    Names earlier = new Names(new Owner("shop", "orders", "2a1b3c4d-5d3b"), 7);

    assertThat(EngineOptions.of(NAMES, spec))
        .containsEntry("high-availability.type", "kubernetes")
        .containsEntry("kubernetes.namespace", "shop")
        .containsEntry("kubernetes.cluster-id", "orders-7-1f0c7c52")
        .containsEntry("high-availability.cluster-id", "orders-7-1f0c7c52")
        .containsEntry(
            "high-availability.storageDir", "s3://streams/team/shop/orders-1f0c7c52/ha/r-7/");
    assertThat(EngineOptions.of(earlier, spec))
        .containsEntry("kubernetes.cluster-id", "orders-7-2a1b3c4d");
    assertThat(EngineOptions.of(NAMES, Specs.with("")))
        .containsEntry("high-availability.type", "NONE")
        .doesNotContainKeys("kubernetes.cluster-id", "high-availability.storageDir");
  }

  @Test
  void how_soon_a_leader_is_given_up_is_for_the_user_to_say() {
    String key = "high-availability.kubernetes.leader-election.lease-duration";

    assertThat(EngineOptions.of(NAMES, Specs.with("coordinator: {highAvailability: Kubernetes}")))
        .containsEntry(key, "10s");
    assertThat(
            EngineOptions.of(
                NAMES,
                Specs.with(
                    "coordinator: {highAvailability: Kubernetes}\nconfig: {" + key + ": 30s}")))
        .containsEntry(key, "30s");
  }

  @Test
  void every_option_is_one_that_the_engine_knows() {
    List<String> known = engineOptions().map(ConfigOption::key).toList();

    EffectiveSpec spec = Specs.with("coordinator: {highAvailability: Kubernetes}");

    assertThat(EngineOptions.of(NAMES, spec).keySet())
        .filteredOn(
            // Read by the metrics, the artifact fetcher, the S3 plugin and the Kubernetes client:
            // other modules of Flink.
            key ->
                !key.startsWith("metrics.")
                    && !key.startsWith("kubernetes.")
                    && !key.startsWith("high-availability.kubernetes.")
                    && !key.startsWith("s3.")
                    && !key.startsWith("fs.s3a.")
                    && !key.startsWith("user.artifacts."))
        .isSubsetOf(known);
  }

  @Test
  void an_owned_option_is_not_open_to_the_user_under_a_former_name() {
    // The engine reads a former name only where the present one is not set.
    var set = EngineOptions.of(NAMES, Specs.withConfig(Map.of())).keySet();
    List<String> open =
        engineOptions()
            .filter(option -> OwnedKeys.insteadOf(option.key()).isPresent())
            .filter(option -> !set.contains(option.key()))
            .flatMap(EngineOptionsTest::formerNames)
            .filter(key -> !Specs.refusesOption(key))
            .toList();

    // It cannot break a promise: it is of another platform.
    assertThat(open).containsExactly("yarn.security.kerberos.additionalFileSystems");
  }

  private static Stream<String> formerNames(ConfigOption<?> option) {
    List<String> names = new ArrayList<>();
    for (FallbackKey fallback : option.fallbackKeys()) {
      names.add(fallback.getKey());
    }
    return names.stream();
  }

  private static Stream<ConfigOption<?>> engineOptions() {
    return ENGINE_OPTIONS.stream()
        .flatMap(type -> Stream.of(type.getFields()))
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> field.getType() == ConfigOption.class)
        .map(
            field -> {
              try {
                return (ConfigOption<?>) field.get(null);
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            });
  }
}
