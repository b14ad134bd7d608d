package io.streamjob.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the page of what the engine offers is true of the definition and of the tests. */
class EngineOffersTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "engine-offers.md");
  private static final Path DEFINITION =
      Path.of("..", "crds", "manifests", "streamjobs.streamjob.io-v1.yaml");

  /** A field, and perhaps one of its words. */
  private static final Pattern FIELD = Pattern.compile("`spec((?:[.][A-Za-z0-9]+)+)(?:: (\\w+))?`");

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))[.](\\w+)`");

  record Row(String offer, String declared, String shown) {}

  @ParameterizedTest
  @MethodSource("rows")
  void a_row_names_fields_that_there_are_and_tests_that_there_are(Row row) throws IOException {
    assertThat(row.offer()).isNotBlank();
    assertThat(row.declared()).isNotBlank();
    assertThat(row.shown()).isNotBlank();
    JsonNode spec =
        new YAMLMapper()
            .readTree(DEFINITION.toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    FIELD
        .matcher(row.declared())
        .results()
        .forEach(
            field -> {
              JsonNode schema = spec.at(field.group(1).replace(".", "/properties/"));
              assertThat(schema.isMissingNode()).as(field.group()).isFalse();
              if (field.group(2) != null) {
                assertThat(schema.path("enum").valueStream().map(JsonNode::asText))
                    .as(field.group())
                    .contains(field.group(2));
              }
            });
    List<MatchResult> tests = TEST.matcher(row.shown()).results().toList();
    assertThat(tests).as("tests in: %s", row.shown()).isNotEmpty();
    for (MatchResult test : tests) {
      assertThat(source(test.group(1)))
          .as(test.group())
          .contains("\n  void " + test.group(2) + "(");
    }
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("|")
          && !line.startsWith("| the engine offers |")
          && !line.startsWith("|--")) {
        String[] cells = line.split("[|]", -1);
        assertThat(cells).as(line).hasSize(5);
        rows.add(new Row(cells[1], cells[2], cells[3]));
      }
    }
    return rows;
  }

  private static String source(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      Path file =
          files
              .filter(it -> it.endsWith(testClass + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no test class " + testClass));
      return Files.readString(file);
    }
  }
}
