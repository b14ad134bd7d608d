package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.ImagePullPolicy;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecParserTest {
  private static final String IMAGE = "image: registry/orders:1.4.0\n";
  private static final String JOB = "job: {jar: 'local:///opt/streamjob/job/orders.jar'}\n";
  private static final String SHA256 =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final String STATE = "state: {storage: 's3://streams/team'}\n";

  @Test
  void the_smallest_spec_gets_every_default() {
    EffectiveSpec spec = valid(IMAGE + JOB + STATE);

    assertThat(spec.image()).isEqualTo("registry/orders:1.4.0");
    assertThat(spec.imagePullPolicy()).isEmpty();
    assertThat(spec.imagePullSecrets()).isEmpty();
    assertThat(spec.program())
        .isEqualTo(
            new EffectiveSpec.Program(
                new EffectiveSpec.Jar.InImage("/opt/streamjob/job/orders.jar"),
                Optional.empty(),
                List.of(),
                1,
                128,
                List.of()));
    assertThat(spec.state())
        .isEqualTo(
            new EffectiveSpec.State(
                "streams",
                "team",
                StateBackend.RocksDB,
                true,
                false,
                Optional.empty(),
                "us-east-1",
                false,
                Optional.empty()));
    assertThat(spec.checkpoints())
        .isEqualTo(
            new EffectiveSpec.Checkpoints(
                Duration.ofSeconds(10),
                CheckpointMode.ExactlyOnce,
                Duration.ofMillis(500),
                1,
                Duration.ofMinutes(10),
                false,
                Optional.empty(),
                3));
    assertThat(spec.upgrade())
        .isEqualTo(
            new EffectiveSpec.Upgrade(
                UpgradeState.Savepoint,
                UpgradeStrategy.Warm,
                PreflightPolicy.Enforce,
                NoRoomPolicy.Block,
                RollbackPolicy.Automatic,
                1,
                Duration.ofMinutes(5)));
    assertThat(spec.replicas()).isEqualTo(1);
    assertThat(spec.slots()).isEqualTo(1);
    assertThat(spec.config()).isEmpty();
    assertThat(spec.coordinator().template()).isEmpty();
    assertThat(spec.isHighlyAvailable()).isFalse();
    assertThat(spec.coordinators()).isEqualTo(1);
    assertThat(spec.worker().template()).isEmpty();
    assertThat(spec.coordinator().resources().getLimits())
        .isEqualTo(Map.of("memory", new Quantity("1Gi")));
    assertThat(spec.worker().resources().getRequests())
        .isEqualTo(Map.of("cpu", new Quantity("500m"), "memory", new Quantity("1536Mi")));
  }

  @Test
  void everything_that_is_given_is_understood() {
    EffectiveSpec spec =
        valid(
            IMAGE
                + """
                imagePullPolicy: Never
                imagePullSecrets: [{name: registry}]
                job:
                  jar: s3://jars/a/b.jar
                  sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                  entryClass: shop.Orders
                  args: [a, '']
                  parallelism: 3
                  maxParallelism: 32768
                  dropStateOf: [totals]
                state:
                  storage: s3://streams/team/a/
                  backend: HashMap
                  localRecovery: true
                  s3:
                    endpoint: https://minio:9000
                    region: eu-central-1
                    pathStyleAccess: true
                    credentials: {secretName: orders-s3}
                checkpoints:
                  {interval: 1m, mode: AtLeastOnce, minPause: 0s, maxConcurrent: 2, timeout: 1h}
                upgrade: {state: None, strategy: Cold, preflight: Warn, whenNoRoom: Cold, rollback: Manual, confirm: {checkpoints: 3, within: 1m}}
                coordinator: {highAvailability: Kubernetes, replicas: 2}
                worker: {replicas: 2, slots: 2}
                config: {a.b: c}
                """);

    assertThat(spec.isHighlyAvailable()).isTrue();
    assertThat(spec.coordinators()).isEqualTo(2);
    assertThat(spec.imagePullPolicy()).contains(ImagePullPolicy.Never);
    assertThat(spec.imagePullSecrets()).extracting("name").containsExactly("registry");
    assertThat(spec.program())
        .isEqualTo(
            new EffectiveSpec.Program(
                new EffectiveSpec.Jar.Fetched("s3://jars/a/b.jar", SHA256),
                Optional.of("shop.Orders"),
                List.of("a", ""),
                3,
                32_768,
                List.of("totals")));
    assertThat(spec.state())
        .isEqualTo(
            new EffectiveSpec.State(
                "streams",
                "team/a",
                StateBackend.HashMap,
                false,
                true,
                Optional.of(URI.create("https://minio:9000")),
                "eu-central-1",
                true,
                Optional.of("orders-s3")));
    assertThat(spec.checkpoints())
        .isEqualTo(
            new EffectiveSpec.Checkpoints(
                Duration.ofMinutes(1),
                CheckpointMode.AtLeastOnce,
                Duration.ZERO,
                2,
                Duration.ofHours(1),
                false,
                Optional.empty(),
                3));
    assertThat(spec.upgrade())
        .isEqualTo(
            new EffectiveSpec.Upgrade(
                UpgradeState.None,
                UpgradeStrategy.Cold,
                PreflightPolicy.Warn,
                NoRoomPolicy.Cold,
                RollbackPolicy.Manual,
                3,
                Duration.ofMinutes(1)));
    assertThat(spec.totalSlots()).isEqualTo(4);
    assertThat(spec.config()).containsExactly(Map.entry("a.b", "c"));
  }

  @Test
  void parallelism_follows_the_slots_unless_it_is_given() {
    assertThat(valid(IMAGE + JOB + STATE + "worker: {replicas: 3, slots: 2}").program())
        .extracting(EffectiveSpec.Program::parallelism)
        .isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({
    "'{limits: {memory: 2Gi}}', 2Gi, 2Gi",
    "'{requests: {memory: 2Gi}}', 2Gi, 2Gi",
    "'{requests: {memory: 1Gi}, limits: {memory: 2Gi}}', 2Gi, 1Gi",
    "'{requests: {cpu: 3}}', 1536Mi, 1536Mi",
  })
  void a_memory_limit_is_always_known(String resources, String limit, String request) {
    var effective =
        valid(IMAGE + JOB + STATE + "worker: {resources: " + resources + "}").worker().resources();

    assertThat(effective.getLimits().get("memory")).isEqualTo(new Quantity(limit));
    assertThat(effective.getRequests().get("memory")).isEqualTo(new Quantity(request));
  }

  @Test
  void a_cpu_limit_counts_as_the_request_if_there_is_none() {
    var effective =
        valid(IMAGE + JOB + STATE + "worker: {resources: {limits: {cpu: 2}}}").worker().resources();

    assertThat(effective.getRequests().get("cpu")).isEqualTo(new Quantity("2"));
  }

  @Test
  void no_spec_at_all_is_a_problem_and_no_exception() {
    assertThat(problems(null)).extracting(Problem::field).containsExactly("spec");
  }

  @Test
  void all_missing_parts_are_told_at_once() {
    assertThat(problems("{}"))
        .extracting(Problem::field)
        .containsExactly("spec.image", "spec.job", "spec.state");
  }

  @Test
  void all_problems_stand_in_one_sentence() {
    Parsed parsed = SpecParser.parse(read(IMAGE + JOB + STATE + "worker: {replicas: 0, slots: 0}"));

    assertThat(parsed).isInstanceOf(Parsed.Invalid.class);
    assertThat(((Parsed.Invalid) parsed).sentence())
        .isEqualTo(
            "spec.worker.replicas: expected at least 1, found 0; "
                + "spec.worker.slots: expected at least 1, found 0");
  }

  /** One fault each: the spec's further YAML, then the field, the expectation and the finding. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
"""
          imagePullPolicy: Sometimes | spec.imagePullPolicy | one of [Always, IfNotPresent, Never] | 'Sometimes'
          imagePullPolicy: always | spec.imagePullPolicy | one of [Always, IfNotPresent, Never] | 'always'
          worker: {replicas: 0} | spec.worker.replicas | at least 1 | 0
          coordinator: {highAvailability: ZooKeeper} | spec.coordinator.highAvailability | one of [Kubernetes, None] | 'ZooKeeper'
          coordinator: {replicas: 2} | spec.coordinator.replicas | 1 unless spec.coordinator.highAvailability is Kubernetes | 2
          coordinator: {highAvailability: Kubernetes, replicas: 3} | spec.coordinator.replicas | at most 2 | 3
          coordinator: {replicas: 0} | spec.coordinator.replicas | at least 1 | 0
          worker: {slots: -1} | spec.worker.slots | at least 1 | -1
          worker: {scaling: Up} | spec.worker.scaling | one of [Rollout, InPlace] | 'Up'
          checkpoints: {interval: 10} | spec.checkpoints.interval | a duration such as 10s, 500ms or 1h30m | '10'
          checkpoints: {interval: 9ms} | spec.checkpoints.interval | at least 10ms | 9ms
          checkpoints: {timeout: soon} | spec.checkpoints.timeout | a duration such as 10s, 500ms or 1h30m | 'soon'
          checkpoints: {timeout: 1ms} | spec.checkpoints.timeout | at least 10ms | 1ms
          checkpoints: {minPause: -1s} | spec.checkpoints.minPause | a duration such as 10s, 500ms or 1h30m | '-1s'
          checkpoints: {mode: exactly-once} | spec.checkpoints.mode | one of [ExactlyOnce, AtLeastOnce] | 'exactly-once'
          checkpoints: {maxConcurrent: 101} | spec.checkpoints.maxConcurrent | at most 100 | 101
          checkpoints: {maxConcurrent: 0} | spec.checkpoints.maxConcurrent | at least 1 | 0
          checkpoints: {unaligned: true, mode: AtLeastOnce} | spec.checkpoints.unaligned | false or unset unless mode is ExactlyOnce | true
          checkpoints: {unaligned: true, maxConcurrent: 2} | spec.checkpoints.maxConcurrent | 1 while unaligned is true | 2
          checkpoints: {toleratedFailures: -1} | spec.checkpoints.toleratedFailures | 0 to 1000000 | -1
          "checkpoints: {toleratedFailures: 1}\nconfig: {execution.checkpointing.tolerable-failed-checkpoints: '1'}" | spec.config | no execution.checkpointing.tolerable-failed-checkpoints beside spec.checkpoints.toleratedFailures | 'execution.checkpointing.tolerable-failed-checkpoints'
          "restart: {}\nconfig: {restart-strategy.type: none}" | spec.config | no restart-strategy.type beside spec.restart | 'restart-strategy.type'
          checkpoints: {retained: 0} | spec.checkpoints.retained | at least 1 | 0
          restart: {strategy: Sometimes} | spec.restart.strategy | one of [ExponentialDelay, FixedDelay, FailureRate, None] | 'Sometimes'
          restart: {strategy: FailureRate, attempts: 2} | spec.restart.attempts | none with the strategy FailureRate | '2'
          restart: {strategy: None, delay: 1s} | spec.restart.delay | none with the strategy None | '1s'
          restart: {strategy: FixedDelay, maxDelay: 1s} | spec.restart.maxDelay | none with the strategy FixedDelay | '1s'
          restart: {strategy: FixedDelay, failures: 2} | spec.restart.failures | none with the strategy FixedDelay | '2'
          restart: {within: 1m} | spec.restart.within | none with the strategy ExponentialDelay | '1m'
          restart: {attempts: 0} | spec.restart.attempts | at least 1 | 0
          restart: {delay: 0s} | spec.restart.delay | at least 1ms | 0s
          restart: {delay: 2s, maxDelay: 1s} | spec.restart.maxDelay | at least spec.restart.delay (2s) | 1s
          restart: {strategy: FailureRate, failures: 0} | spec.restart.failures | at least 1 | 0
          savepoints: {timeZone: Mars} | spec.savepoints.timeZone | an IANA name such as Europe/Berlin | 'Mars'
          savepoints: {format: Zip} | spec.savepoints.format | one of [Native, Canonical] | 'Zip'
          savepoints: {timeout: 1ms} | spec.savepoints.timeout | at least 1s | 1ms
          savepoints: {reverify: never} | spec.savepoints.reverify | a duration such as 10s, 500ms or 1h30m | 'never'
          savepoints: {retention: {maxCount: 0}} | spec.savepoints.retention.maxCount | at least 1 | 0
          savepoints: {retention: {maxAge: 0s}} | spec.savepoints.retention.maxAge | at least 1s | 0s
          upgrade: {state: Latest} | spec.upgrade.state | one of [Savepoint, Checkpoint, None] | 'Latest'
          upgrade: {strategy: Hot} | spec.upgrade.strategy | one of [Warm, Cold] | 'Hot'
          upgrade: {preflight: Maybe} | spec.upgrade.preflight | one of [Enforce, Warn, Off] | 'Maybe'
          upgrade: {whenNoRoom: Wait} | spec.upgrade.whenNoRoom | one of [Block, Cold] | 'Wait'
          upgrade: {rollback: Never} | spec.upgrade.rollback | one of [Automatic, Manual] | 'Never'
          upgrade: {confirm: {checkpoints: 0}} | spec.upgrade.confirm.checkpoints | at least 1 | 0
          upgrade: {confirm: {within: 999ms}} | spec.upgrade.confirm.within | at least 1s | 999ms
          worker: {resources: {limits: {memory: 639Mi}}} | spec.worker.resources.limits.memory | at least 640Mi | 670040064 bytes
          coordinator: {resources: {requests: {memory: 1Mi}}} | spec.coordinator.resources.limits.memory | at least 640Mi | 1048576 bytes
          coordinator: {resources: {limits: {memory: lots}}} | spec.coordinator.resources.limits.memory | a quantity such as 2Gi | 'lots'
          coordinator: {podTemplate: [a]} | spec.coordinator.podTemplate | an object with metadata and spec | something else
          config: {execution.checkpointing.interval: 1s} | spec.config | no key that the operator owns (set spec.checkpoints) | execution.checkpointing.interval
          config: {kubernetes.cluster-id: mine} | spec.config | no key that the operator owns (it belongs to the identity and the addresses of the cluster) | kubernetes.cluster-id
          config: {execution.savepoint.path: s3://other} | spec.config | no key that the operator owns (it is the former name of one) | execution.savepoint.path
          config: {recovery.mode: zookeeper} | spec.config | no key that the operator owns (it is the former name of one) | recovery.mode
          config: {a.b: null} | spec.config | a value for each key | a.b without a value
""")
  void a_fault_is_told_with_field_expectation_and_finding(
      String yaml, String field, String expected, String found) {
    assertThat(problems(IMAGE + JOB + STATE + yaml))
        .containsExactly(new Problem(field, expected, found));
  }

  @Test
  void a_schedule_that_makes_no_sense_says_why() {
    assertThat(problems(IMAGE + JOB + STATE + "savepoints: {schedule: '61 3 * * *'}"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.field()).isEqualTo("spec.savepoints.schedule");
              assertThat(problem.expected()).isEqualTo("five cron fields such as 0 3 * * *");
              assertThat(problem.found()).startsWith("'61 3 * * *' (").contains("61");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "' '", "null"})
  void an_image_must_have_a_name(String image) {
    assertThat(problems("image: " + image + "\n" + JOB + STATE))
        .extracting(Problem::field, Problem::expected)
        .containsExactly(tuple("spec.image", "the name of a container image"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "''",
        "orders.jar",
        "local://orders.jar",
        "local:///orders.zip",
        "http://example.org/orders.jar",
        "https://example.org/orders.zip",
        "https://example.org",
        "https:///orders.jar",
        "https://example.org/a b.jar",
        "s3://jars",
        "s3://Jars/orders.jar",
        "s3a://jars/orders.jar",
        "hdfs://jars/orders.jar"
      })
  void a_jar_lies_in_the_image_or_where_it_can_be_fetched(String jar) {
    assertThat(problems(IMAGE + "job: {jar: " + jar + ", sha256: " + SHA256 + "}\n" + STATE))
        .extracting(Problem::field, Problem::expected)
        .containsExactly(
            tuple(
                "spec.job.jar",
                "local:///absolute/path.jar, s3://bucket/key.jar or https://host/path.jar without user or query"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://me:s3cr3t@example.org/orders.jar, 'https://...@example.org/orders.jar'",
    "https://example.org/orders.jar?token=s3cr3t, 'https://example.org/orders.jar?...'",
    "https://example.org/s.jar#s3cr3t.jar, 'https://example.org/s.jar?...'",
  })
  void what_lets_people_in_is_not_told(String jar, String found) {
    assertThat(problems(IMAGE + "job: {jar: '" + jar + "', sha256: " + SHA256 + "}\n" + STATE))
        .extracting(Problem::found)
        .containsExactly("'" + found + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://jars/a/orders.jar", "https://example.org:8443/a/orders-1.4+5.jar"})
  void a_jar_that_is_fetched_has_a_checksum(String jar) {
    String job = IMAGE + STATE + "job: {jar: '" + jar + "', sha256: %s}\n";
    String expected = "the 64 hexadecimal digits of lower case that sha256sum prints for " + jar;

    assertThat(valid(job.formatted(SHA256)).program().jar())
        .isEqualTo(new EffectiveSpec.Jar.Fetched(jar, SHA256));
    assertThat(problems(job.formatted("null")))
        .containsExactly(new Problem("spec.job.sha256", expected, "none"));
    for (String wrong : List.of(SHA256.toUpperCase(Locale.ROOT), SHA256 + "0", "abc")) {
      assertThat(problems(job.formatted(wrong)))
          .containsExactly(new Problem("spec.job.sha256", expected, "'" + wrong + "'"));
    }
  }

  @Test
  void a_jar_of_the_image_has_none() {
    assertThat(problems(IMAGE + STATE + "job: {jar: 'local:///a.jar', sha256: " + SHA256 + "}"))
        .containsExactly(
            new Problem("spec.job.sha256", "none beside a jar of the image", "'" + SHA256 + "'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "''", "/tmp", "s3a://streams/a", "s3://", "s3://Streams/a", "s3://-a/b"})
  void storage_must_be_a_prefix_in_a_bucket(String storage) {
    assertThat(problems(IMAGE + JOB + "state: {storage: " + storage + "}"))
        .extracting(Problem::field, Problem::expected)
        .containsExactly(tuple("spec.state.storage", "s3://bucket/prefix"));
  }

  @ParameterizedTest
  @CsvSource({
    "s3://streams, streams, ''",
    "s3://streams/, streams, ''",
    "s3://streams/a, streams, a",
    "s3://my.streams-1/a/b//, my.streams-1, a/b",
  })
  void storage_is_split_into_bucket_and_prefix(String storage, String bucket, String prefix) {
    EffectiveSpec.State state = valid(IMAGE + JOB + "state: {storage: '" + storage + "'}").state();

    assertThat(state.bucket()).isEqualTo(bucket);
    assertThat(state.prefix()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          backend: Disk | spec.state.backend | one of [RocksDB, HashMap, ForSt]
          backend: HashMap, incremental: true | spec.state.incremental | false or unset while backend is HashMap
          s3: {endpoint: minio} | spec.state.s3.endpoint | an address such as http://minio:9000
          s3: {endpoint: 'ftp://minio'} | spec.state.s3.endpoint | an address such as http://minio:9000
          s3: {endpoint: 'http://a b'} | spec.state.s3.endpoint | an address such as http://minio:9000
          s3: {credentials: {}} | spec.state.s3.credentials.secretName | the name of a secret
          """)
  void a_fault_in_state_is_told(String yaml, String field, String expected) {
    assertThat(problems(IMAGE + JOB + "state: {storage: 's3://streams/team', " + yaml + "}"))
        .extracting(Problem::field, Problem::expected)
        .containsExactly(tuple(field, expected));
  }

  @Test
  void increments_are_the_default_of_the_backends_that_have_them() {
    for (StateBackend backend : StateBackend.values()) {
      String state = "state: {storage: 's3://streams/team', backend: " + backend + "}\n";

      assertThat(valid(IMAGE + JOB + state).state().incremental())
          .isEqualTo(backend != StateBackend.HashMap);
    }
  }

  @Test
  void a_format_that_the_backend_does_not_write_is_told() {
    String onForSt = IMAGE + JOB + "state: {storage: 's3://streams/team', backend: ForSt}\n";

    assertThat(problems(onForSt + "savepoints: {format: Canonical}"))
        .containsExactly(
            new Problem(
                "spec.savepoints.format",
                "Native or unset while spec.state.backend is ForSt, whose tasks fail when asked for another",
                "Canonical"));
    assertThat(valid(onForSt + "savepoints: {format: Native}").state().backend())
        .isEqualTo(StateBackend.ForSt);
  }

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.storage, would be lost with it",
    "state.changelog.enabled, went on without its state",
    "state.backend.changelog.enabled, went on without its state",
  })
  void an_option_that_would_lose_state_is_refused_with_the_reason(String option, String reason) {
    assertThat(problems(IMAGE + JOB + STATE + "config: {" + option + ": x}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.found()).isEqualTo(option))
        .satisfies(problem -> assertThat(problem.expected()).contains(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          parallelism: 0 | spec.job.parallelism | at least 1 | 0
          maxParallelism: 0 | spec.job.maxParallelism | at least 1 | 0
          maxParallelism: 32769 | spec.job.maxParallelism | at most 32768 | 32769
          parallelism: 5 | spec.job.parallelism | at most worker.replicas * worker.slots (4) | 5
          parallelism: 4, maxParallelism: 3 | spec.job.parallelism | at most spec.job.maxParallelism (3) | 4
          """)
  void a_parallelism_that_cannot_be_met_is_told(
      String yaml, String field, String expected, String found) {
    String job = "job: {jar: 'local:///opt/streamjob/job/orders.jar', " + yaml + "}\n";

    assertThat(problems(IMAGE + job + STATE + "worker: {replicas: 4}"))
        .containsExactly(new Problem(field, expected, found));
  }

  @Test
  void numbers_of_workers_that_would_overflow_are_refused() {
    assertThat(problems(IMAGE + JOB + STATE + "worker: {replicas: 65536, slots: 65536}"))
        .containsExactly(
            new Problem("spec.worker.replicas", "at most 10000", "65536"),
            new Problem("spec.worker.slots", "at most 1000", "65536"));
  }

  @Test
  void the_most_workers_and_slots_need_a_parallelism_that_the_engine_can_do() {
    assertThat(problems(IMAGE + JOB + STATE + "worker: {replicas: 10000, slots: 1000}"))
        .containsExactly(
            new Problem(
                "spec.job.parallelism", "at most spec.job.maxParallelism (128)", "10000000"));
  }

  @ParameterizedTest
  @CsvSource({
    "None, None, true, false",
    "orders-1a2b3c4d-r1-5e6f7a8b, orders-1a2b3c4d-r1-5e6f7a8b, false, false",
    "s3://streams/a/savepoint-1, s3://streams/a/savepoint-1, false, true",
    "s3://streams/a/savepoint-1/, s3://streams/a/savepoint-1, false, true",
    "s3://streams/a/chk-7/_metadata, s3://streams/a/chk-7, false, true",
  })
  void a_restore_point_is_understood_as_people_copy_it(
      String from, String understood, boolean empty, boolean location) {
    EffectiveSpec.Restore restore =
        valid(IMAGE + JOB + STATE + "restore: {from: '" + from + "', id: a}")
            .restore()
            .orElseThrow();

    assertThat(restore).isEqualTo(new EffectiveSpec.Restore(understood, "a"));
    assertThat(restore.isEmptyState()).isEqualTo(empty);
    assertThat(restore.isLocation()).isEqualTo(location);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "''",
        "s3a://streams/a",
        "s3://streams",
        "s3://streams/a b",
        "Orders",
        "none/a"
      })
  void what_cannot_be_restored_is_told(String from) {
    assertThat(problems(IMAGE + JOB + STATE + "restore: {from: " + from + ", id: a}"))
        .extracting(Problem::field)
        .containsExactly("spec.restore.from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "' '", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void a_restore_has_an_id(String id) {
    assertThat(problems(IMAGE + JOB + STATE + "restore: {from: None, id: " + id + "}"))
        .containsExactly(
            new Problem(
                "spec.restore.id",
                "1 to 63 characters",
                "null".equals(id) ? "none" : "'" + id.replace("'", "") + "'"));
  }

  @Test
  void what_becomes_of_its_state_is_understood() {
    assertThat(valid(IMAGE + JOB + STATE).deletion())
        .isEqualTo(new EffectiveSpec.Deletion(DeletionPolicy.Keep, Duration.ofMinutes(10)));
    assertThat(valid(IMAGE + JOB + STATE + "deletion: {policy: Discard, within: 1h}").deletion())
        .isEqualTo(new EffectiveSpec.Deletion(DeletionPolicy.Discard, Duration.ofHours(1)));
    assertThat(problems(IMAGE + JOB + STATE + "deletion: {policy: Forget}"))
        .containsExactly(
            new Problem("spec.deletion.policy", "one of [Keep, Savepoint, Discard]", "'Forget'"));
  }

  private static EffectiveSpec valid(String yaml) {
    return switch (SpecParser.parse(read(yaml))) {
      case Parsed.Valid valid -> valid.spec();
      case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
    };
  }

  private static List<Problem> problems(@Nullable String yaml) {
    return switch (SpecParser.parse(yaml == null ? null : read(yaml))) {
      case Parsed.Valid valid -> throw new AssertionError("no problem: " + valid);
      case Parsed.Invalid invalid -> invalid.problems();
    };
  }

  private static StreamJobSpec read(String yaml) {
    return Serialization.unmarshal(yaml, StreamJobSpec.class);
  }
}
