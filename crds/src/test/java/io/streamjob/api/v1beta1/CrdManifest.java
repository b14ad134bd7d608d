package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerationInfo;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A custom resource definition, made from the records and finished where the generator stops. */
enum CrdManifest {
  STREAM_JOB(
      StreamJob.class,
      "streamjobs",
      "A stateful stream job: which program runs, on what, and how its state survives a change."),
  STREAM_SAVEPOINT(
      StreamSavepoint.class,
      "streamsavepoints",
      "A savepoint of a StreamJob: wished, taken, proven, and kept until it is deleted.");

  static final Path FOLDER = Path.of("manifests");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .build();

  /** Texts for fields of Kubernetes' own types, whose Java model carries none. */
  private static final Map<String, String> FOREIGN_DESCRIPTIONS =
      Map.of(
          "imagePullSecrets.name", "Name of the Secret.",
          "resources.limits", "Most that the container may use, by resource (cpu, memory).",
          "resources.requests", "What is set aside for the container, by resource (cpu, memory).",
          "conditions.lastTransitionTime", "When the status of the condition last changed.",
          "conditions.message", "Subject, expected, found, and next step, for people.",
          "conditions.observedGeneration", "Generation of the spec that the condition is about.",
          "conditions.reason", "One word for programs; the operations guide has a page for each.",
          "conditions.status", "True, False or Unknown.",
          "conditions.type",
              "Ready, Progressing, StateSafe or UpgradeReady; of a StreamSavepoint: Verified.");

  private static final Map<CrdManifest, String> TEXTS = new ConcurrentHashMap<>();

  private static final String QUANTITY = "^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";

  private final Class<? extends CustomResource<?, ?>> type;
  private final String plural;
  private final String description;

  CrdManifest(Class<? extends CustomResource<?, ?>> type, String plural, String description) {
    this.type = type;
    this.plural = plural;
    this.description = description;
  }

  /** Its file. */
  Path file() {
    return FOLDER.resolve(plural + ".streamjob.io-v1.yaml");
  }

  /** The manifest's text, from the records as they are now. */
  String text() {
    return TEXTS.computeIfAbsent(this, it -> it.generate(Path.of("target", "generated-crd")));
  }

  /** What an object must look like. */
  JsonNode schema() {
    return schemaOf(read(text()));
  }

  private String generate(Path scratch) {
    try {
      Files.createDirectories(scratch);
      CRDGenerationInfo info =
          new CRDGenerator()
              .customResourceClasses(type)
              .inOutputDir(scratch.toFile())
              .detailedGenerate();
      if (info.numberOfGeneratedCRDs() != 1) {
        throw new IllegalStateException("expected one CRD, found " + info.numberOfGeneratedCRDs());
      }
      Path made = scratch.resolve(plural + ".streamjob.io-v1.yml");
      ObjectNode crd = (ObjectNode) read(Files.readString(made));
      finish(crd);
      return "# Generated from io.streamjob.api.v1beta1 by `make crds`; change the records instead.\n"
          + YAML.writeValueAsString(crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode read(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode schemaOf(JsonNode crd) {
    return crd.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  private void finish(ObjectNode crd) {
    ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
    version.set("additionalPrinterColumns", printerColumns(version));
    ObjectNode schema = (ObjectNode) schemaOf(crd);
    schema.put("description", description);
    visit(schema, "", "");
  }

  /** The generator sorts the columns by path; people read them in the order of the annotations. */
  private ArrayNode printerColumns(ObjectNode version) {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    version.path("additionalPrinterColumns").forEach(c -> byName.put(c.path("name").asText(), c));
    ArrayNode ordered = version.arrayNode();
    for (AdditionalPrinterColumn column :
        type.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      ordered.add(byName.get(column.name()));
    }
    return ordered;
  }

  private static void visit(ObjectNode schema, String parent, String name) {
    withoutRepeatedRules(schema);
    String foreign = FOREIGN_DESCRIPTIONS.get(parent + "." + name);
    if (foreign != null && !schema.has("description")) {
      schema.put("description", foreign);
    }
    if (name.equals("podTemplate")) {
      schema.put("type", "object");
    }
    if (parent.equals("imagePullSecrets") && name.equals("name")) {
      schema.put("maxLength", 253);
    }
    if (parent.equals("resources")) {
      schema.put("maxProperties", 16);
      ((ObjectNode) schema.path("additionalProperties"))
          .put("pattern", QUANTITY)
          .put("maxLength", 64);
    }
    schema
        .path("properties")
        .properties()
        .forEach(property -> visit((ObjectNode) property.getValue(), name, property.getKey()));
    if (schema.path("items") instanceof ObjectNode items) {
      if (name.equals("volumeClaimTemplates")) {
        items.put("type", "object");
      }
      items
          .path("properties")
          .properties()
          .forEach(property -> visit((ObjectNode) property.getValue(), name, property.getKey()));
    }
  }

  /** The generator reads a component's annotations from its field and from its accessor. */
  private static void withoutRepeatedRules(ObjectNode schema) {
    List<JsonNode> rules =
        schema.path("x-kubernetes-validations").valueStream().distinct().toList();
    if (!rules.isEmpty()) {
      schema.set("x-kubernetes-validations", schema.arrayNode().addAll(rules));
    }
  }
}
