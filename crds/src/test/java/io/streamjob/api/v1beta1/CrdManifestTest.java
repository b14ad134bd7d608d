package io.streamjob.api.v1beta1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrdManifestTest {
  private static final int MOST_BYTES = 256 * 1024;

  private static final Path REFERENCE = Path.of("..", "docs", "reference");

  private static final JsonNode CRD = CrdManifest.read(CrdManifest.STREAM_JOB.text());
  private static final JsonNode SAVEPOINT = CrdManifest.read(CrdManifest.STREAM_SAVEPOINT.text());

  @ParameterizedTest
  @EnumSource
  void the_checked_in_manifest_says_what_the_records_say(CrdManifest kind) throws Exception {
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(CrdManifest.FOLDER);
      Files.writeString(kind.file(), kind.text());
    }
    assertThat(kind.file())
        .as(
            "crds/%s no longer says what the records say: run `make crds` and commit the result",
            kind.file())
        .content()
        .isEqualTo(kind.text());
  }

  @Test
  void no_other_manifest_is_checked_in() throws Exception {
    try (var files = Files.list(CrdManifest.FOLDER)) {
      assertThat(files)
          .containsExactlyInAnyOrderElementsOf(
              Stream.of(CrdManifest.values()).map(CrdManifest::file).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_reference_page_says_what_the_records_say(CrdManifest kind) throws Exception {
    String page = ReferencePage.of(kind);
    Path file = REFERENCE.resolve(kind.name().replace("_", "").toLowerCase(Locale.ROOT) + ".md");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(REFERENCE);
      Files.writeString(file, page);
    }
    assertThat(file)
        .as("%s is out of date: run `make crds` and commit the result", file)
        .exists()
        .content()
        .isEqualTo(page);
  }

  @ParameterizedTest
  @EnumSource
  void the_manifest_fits_into_one_kubectl_apply(CrdManifest kind) {
    assertThat(kind.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
  }

  @Test
  void the_resource_is_a_namespaced_StreamJob_with_a_short_name() {
    assertThat(CRD.at("/metadata/name").asText()).isEqualTo("streamjobs.streamjob.io");
    assertThat(CRD.at("/spec/group").asText()).isEqualTo("streamjob.io");
    assertThat(CRD.at("/spec/scope").asText()).isEqualTo("Namespaced");
    assertThat(CRD.at("/spec/names/kind").asText()).isEqualTo("StreamJob");
    assertThat(CRD.at("/spec/names/shortNames").toString()).isEqualTo("[\"sj\"]");
    assertThat(CRD.at("/spec/versions")).hasSize(1);
    assertThat(CRD.at("/spec/versions/0/name").asText()).isEqualTo("v1beta1");
    assertThat(CRD.at("/spec/versions/0/served").asBoolean()).isTrue();
    assertThat(CRD.at("/spec/versions/0/storage").asBoolean()).isTrue();
  }

  @Test
  void kubectl_get_shows_the_columns_that_matter_in_reading_order() {
    assertThat(CRD.at("/spec/versions/0/additionalPrinterColumns").findValuesAsText("name"))
        .containsExactly("READY", "PHASE", "REVISION", "IMAGE", "LAST SAVEPOINT", "AGE");
  }

  @Test
  void status_is_written_apart_and_scale_moves_worker_replicas() {
    JsonNode subresources = CRD.at("/spec/versions/0/subresources");
    assertThat(subresources.has("status")).isTrue();
    assertThat(subresources.at("/scale/specReplicasPath").asText())
        .isEqualTo(".spec.worker.replicas");
    assertThat(subresources.at("/scale/statusReplicasPath").asText()).isEqualTo(".status.replicas");
    assertThat(subresources.at("/scale/labelSelectorPath").asText()).isEqualTo(".status.selector");
  }

  @Test
  void a_StreamSavepoint_shows_whose_it_is_and_how_it_stands() {
    assertThat(SAVEPOINT.at("/spec/names/shortNames").toString()).isEqualTo("[\"ssp\"]");
    assertThat(SAVEPOINT.at("/spec/scope").asText()).isEqualTo("Namespaced");
    assertThat(SAVEPOINT.at("/spec/versions/0/subresources").has("status")).isTrue();
    assertThat(SAVEPOINT.at("/spec/versions/0/additionalPrinterColumns").findValuesAsText("name"))
        .containsExactly("JOB", "REASON", "PHASE", "SIZE", "VERIFIED", "AGE");
  }

  @ParameterizedTest
  @EnumSource
  void an_object_needs_a_spec(CrdManifest kind) {
    assertThat(kind.schema().path("required").toString()).isEqualTo("[\"spec\"]");
  }

  @ParameterizedTest
  @EnumSource
  void no_field_has_a_default_that_other_controllers_would_see_as_drift(CrdManifest kind) {
    assertThat(kind.schema().findValues("default")).isEmpty();
  }

  @Test
  void pod_templates_take_any_field_of_a_pod() {
    for (String owner : List.of("coordinator", "worker")) {
      JsonNode template =
          CrdManifest.schemaOf(CRD)
              .at("/properties/spec/properties/" + owner + "/properties/podTemplate");
      assertThat(template.path("type").asText()).isEqualTo("object");
      assertThat(template.path("x-kubernetes-preserve-unknown-fields").asBoolean()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void kubectl_explain_has_a_text_for_every_field(CrdManifest kind) {
    JsonNode schema = kind.schema();
    assertThat(schema.path("description").asText()).isNotBlank();
    List<String> silent = new ArrayList<>();
    collect(schema, "", (path, field) -> !field.path("description").asText().isBlank(), silent);
    assertThat(silent).as("fields without a description").isEmpty();
  }

  /** Without limits a server takes the worst case and refuses rules as too costly. */
  @ParameterizedTest
  @EnumSource
  void every_text_list_and_map_of_the_spec_has_an_upper_limit(CrdManifest kind) {
    JsonNode spec = kind.schema().at("/properties/spec");
    List<String> unlimited = new ArrayList<>();
    collect(spec, "spec", (path, field) -> isLimited(field), unlimited);
    assertThat(unlimited).as("fields without an upper limit").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void every_rule_has_a_message_of_one_line(CrdManifest kind) {
    for (JsonNode rules : kind.schema().findValues("x-kubernetes-validations")) {
      for (JsonNode rule : rules) {
        assertThat(rule.path("message").asText()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  private static boolean isLimited(JsonNode field) {
    JsonNode values = field.path("additionalProperties");
    if (values.isObject()) {
      return field.has("maxProperties") && values.has("maxLength");
    }
    JsonNode items = field.path("items");
    if (items.isObject()) {
      boolean text = items.path("type").asText().equals("string");
      return field.has("maxItems") && (!text || items.has("maxLength"));
    }
    return switch (field.path("type").asText()) {
      case "string" -> field.has("maxLength") || field.has("enum");
      case "integer" -> field.has("minimum") && field.has("maximum");
      default -> true;
    };
  }

  private interface FieldTest {
    boolean passes(String path, JsonNode field);
  }

  private static void collect(JsonNode schema, String path, FieldTest test, List<String> failing) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String at = path + "." + property.getKey();
              if (!test.passes(at, property.getValue())) {
                failing.add(at);
              }
              collect(property.getValue(), at, test, failing);
              collect(property.getValue().path("items"), at + "[]", test, failing);
            });
  }
}
