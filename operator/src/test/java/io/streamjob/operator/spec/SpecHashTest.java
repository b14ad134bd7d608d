package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJobSpec;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecHashTest {
  private static final String SPEC =
      """
      image: registry/orders:1.4.0
      job: {jar: 'local:///opt/streamjob/job/orders.jar', args: [--rate, '100']}
      state: {storage: 's3://streams/team', s3: {endpoint: 'http://minio:9000'}}
      worker:
        replicas: 2
        resources: {limits: {memory: 2Gi, cpu: '2'}}
        podTemplate: {spec: {nodeSelector: {disk: fast, zone: a}}}
      config: {a.b: '1', c.d: '2'}
      """;

  /**
   * Written down, so that nobody changes the form by accident: a changed hash would restart every
   * job of every user when they install the new operator. If it must change, so must its version.
   */
  @Test
  void the_hash_of_a_spec_never_changes() {
    assertThat(SpecHash.of(spec(SPEC))).isEqualTo("1-cb33291c7d019a4f");
  }

  @Test
  void the_order_of_keys_does_not_matter() {
    String shuffled =
        """
        config: {c.d: '2', a.b: '1'}
        worker:
          podTemplate: {spec: {nodeSelector: {zone: a, disk: fast}}}
          resources: {limits: {cpu: '2', memory: 2Gi}}
          replicas: 2
        state: {s3: {endpoint: 'http://minio:9000'}, storage: 's3://streams/team'}
        job: {args: [--rate, '100'], jar: 'local:///opt/streamjob/job/orders.jar'}
        image: registry/orders:1.4.0
        """;

    assertThat(SpecHash.of(spec(shuffled))).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void how_to_roll_out_is_not_part_of_what_to_run() {
    StreamJobSpec patient =
        spec(SPEC + "upgrade: {strategy: Cold, state: None, confirm: {checkpoints: 9}}\n");

    assertThat(SpecHash.of(patient)).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void when_savepoints_are_taken_is_not_part_of_what_to_run() {
    StreamJobSpec scheduled =
        spec(SPEC + "savepoints: {schedule: '0 3 * * *', retention: {maxCount: 1}}\n");

    assertThat(SpecHash.of(scheduled)).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void what_it_was_started_from_is_not_part_of_what_to_run() {
    StreamJobSpec restoring =
        spec(SPEC + "restore: {from: before, id: a}\ndeletion: {policy: Discard}\n");

    assertThat(SpecHash.of(restoring)).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void what_may_be_dropped_on_the_way_is_not_part_of_what_to_run() {
    StreamJobSpec dropping = spec(SPEC.replace("job: {", "job: {dropStateOf: [counter], "));

    assertThat(Objects.requireNonNull(dropping.job()).dropStateOf()).containsExactly("counter");
    assertThat(SpecHash.of(dropping)).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void fields_unknown_to_this_operator_and_nulls_do_not_matter() {
    StreamJobSpec other = spec(SPEC + "imagePullPolicy: null\nfromTheFuture: {a: 1}\n");

    assertThat(SpecHash.of(other)).isEqualTo(SpecHash.of(spec(SPEC)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "imagePullPolicy: Always",
        "checkpoints: {interval: 10s}",
        "coordinator: {resources: {limits: {memory: 1Gi}}}",
        "imagePullSecrets: [{name: a}]",
      })
  void each_further_field_makes_a_different_spec(String more) {
    // Also where it says what would be so anyway: defaults may change, what was asked for not.
    assertThat(SpecHash.of(spec(SPEC + more))).isNotEqualTo(SpecHash.of(spec(SPEC)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.4.0", "--rate", "'100'", "team", "9000", "2Gi", "fast", "a.b", "'1'"})
  void each_changed_value_makes_a_different_spec(String value) {
    String changed = SPEC.replace(value, value.startsWith("'") ? "'7'" : "x9");

    assertThat(SpecHash.of(spec(changed))).isNotEqualTo(SpecHash.of(spec(SPEC)));
  }

  @Test
  void the_order_of_arguments_matters() {
    String changed = SPEC.replace("[--rate, '100']", "['100', --rate]");

    assertThat(SpecHash.of(spec(changed))).isNotEqualTo(SpecHash.of(spec(SPEC)));
  }

  private static StreamJobSpec spec(String yaml) {
    return Serialization.unmarshal(yaml, StreamJobSpec.class);
  }
}
