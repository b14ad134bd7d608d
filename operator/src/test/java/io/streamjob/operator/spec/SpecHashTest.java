package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.ChangeClass;
import io.streamjob.api.v1beta1.StreamJobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecHashTest {
  private static final JsonMapper JSON = new JsonMapper();
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

  static Stream<Arguments> fields() throws IOException {
    JsonNode crd =
        Serialization.unmarshal(
            Files.readString(Path.of("../crds/manifests/streamjobs.streamjob.io-v1.yaml")),
            JsonNode.class);
    return leaves(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), List.of());
  }

  private static Stream<Arguments> leaves(JsonNode schema, List<String> path) {
    JsonNode fields = schema.path("properties");
    return fields.isEmpty()
        ? Stream.of(Arguments.of(String.join(".", path), another(schema)))
        : fields.properties().stream()
            .flatMap(
                field ->
                    leaves(
                        field.getValue(),
                        Stream.concat(path.stream(), Stream.of(field.getKey())).toList()));
  }

  /** A value that nobody would choose. */
  private static Object another(JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "array" ->
          schema.at("/items/type").asText().equals("object")
              ? List.of(Map.of("name", "another"))
              : List.of("another");
      case "boolean" -> true;
      case "integer" -> 7;
      case "object" -> Map.of("another", "1");
      default -> "another";
    };
  }

  @ParameterizedTest
  @MethodSource("fields")
  void each_field_is_part_of_what_to_run_if_its_change_is_told_to_be_a_rollout(
      String path, Object another) {
    ObjectNode tree = JSON.valueToTree(spec(SPEC));
    ObjectNode at = tree;
    List<String> names = List.of(path.split("[.]"));
    for (String name : names.subList(0, names.size() - 1)) {
      at = at.withObjectProperty(name);
    }
    at.set(names.getLast(), JSON.valueToTree(another));
    boolean differs =
        switch (ChangeClass.of(path)) {
          case None, InPlace -> false;
          case Rollout, Rescale -> true;
          // State that is chosen comes with an id of its own, and is chosen once.
          case StateBreaking -> !names.getFirst().equals("restore");
        };

    String hash = SpecHash.of(JSON.convertValue(tree, StreamJobSpec.class));

    assertThat(hash.equals(SpecHash.of(spec(SPEC)))).isEqualTo(!differs);
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
