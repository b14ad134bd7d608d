package io.streamjob.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The chart under test. */
final class Chart {
  static final Path FOLDER = Path.of("streamjob-operator");

  private static final Path VALUES = Path.of("src", "test", "resources", "values");
  private static final String OLDEST_KUBERNETES = "1.20.2";
  private static final YAMLMapper YAML = new YAMLMapper();

  private Chart() {}

  /** What Helm makes of the chart; throws with Helm's own words if it refuses the values. */
  static String render(Path values) {
    return new Helm(FOLDER)
        .template()
        .withName("streamjob")
        .withNamespace("streamjob-system")
        .withKubeVersion(OLDEST_KUBERNETES)
        .skipCrds()
        .withValuesFile(values)
        .call();
  }

  static List<Path> valuesFiles() {
    return filesIn(VALUES);
  }

  /** The objects that the named values give. */
  static List<JsonNode> objects(String name) {
    List<JsonNode> objects = new ArrayList<>();
    try (var documents =
        YAML.readerFor(JsonNode.class)
            .<JsonNode>readValues(render(VALUES.resolve(name + ".yaml")))) {
      documents.readAll().stream().filter(JsonNode::isObject).forEach(objects::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  static List<JsonNode> objects(String name, String kind) {
    return objects(name).stream().filter(o -> o.path("kind").asText().equals(kind)).toList();
  }

  static JsonNode only(List<JsonNode> objects) {
    if (objects.size() != 1) {
      throw new AssertionError("expected one object, found " + objects);
    }
    return objects.get(0);
  }

  static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> filesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
