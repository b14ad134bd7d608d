package io.streamjob.api.v1beta1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code src/test/resources/manifests} is judged by the schema and its CEL rules. A
 * {@code valid-} file passes. An {@code invalid-} file has one fault, and its first line quotes
 * what the author is told. A file of two documents is a change, from the first to the second. The
 * samples of the documentation are judged with them.
 */
class ManifestsTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "manifests");
  private static final Path SAMPLES = Path.of("..", "docs", "samples");
  private static final Map<String, Kind> KINDS =
      Map.of(
          "StreamJob",
          Kind.of(CrdManifest.STREAM_JOB),
          "StreamSavepoint",
          Kind.of(CrdManifest.STREAM_SAVEPOINT));

  private record Kind(JsonNode schema, CelRules rules) {
    static Kind of(CrdManifest manifest) {
      return new Kind(manifest.schema(), new CelRules(manifest.schema()));
    }
  }

  @ParameterizedTest
  @MethodSource("validManifests")
  void a_valid_manifest_passes(Path file) {
    Verdict verdict = judge(file);

    assertThat(verdict.faults()).isEmpty();
    assertThat(verdict.violations()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_sample_of_the_documentation_passes(Path file) {
    Verdict verdict = judge(file);

    assertThat(verdict.faults()).isEmpty();
    assertThat(verdict.violations()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalidManifests")
  void an_invalid_manifest_is_refused_with_the_message_that_it_quotes(Path file) {
    Verdict verdict = judge(file);

    assertThat(verdict.messages())
        .as("messages for %s", file)
        .anySatisfy(message -> assertThat(message).contains(quotedIn(file)));
    assertThat(verdict.messages()).allSatisfy(message -> assertThat(message).doesNotContain("\n"));
    assertThat(verdict.paths()).as("%s has one fault, at one place", file).hasSize(1);
  }

  @Test
  void every_rule_is_broken_by_an_invalid_manifest() throws Exception {
    Set<CelRules.Rule> broken = new LinkedHashSet<>();
    for (Path file : invalidManifests().toList()) {
      judge(file).violations().forEach(violation -> broken.add(violation.rule()));
    }

    for (Kind kind : KINDS.values()) {
      assertThat(kind.rules().all()).isNotEmpty();
      assertThat(kind.rules().all()).as("rules without an invalid manifest").isSubsetOf(broken);
    }
  }

  /** Fields that exclude each other are set by two. */
  @ParameterizedTest
  @CsvSource({
    "valid-everything.yaml, valid-restart-failure-rate.yaml",
    "valid-savepoint-everything.yaml, valid-savepoint-everything.yaml"
  })
  void every_field_of_the_spec_is_set_by_a_valid_manifest(String most, String rest) {
    List<String> unset = unset(most);
    unset.retainAll(unset(rest));

    assertThat(unset).isEmpty();
  }

  private static List<String> unset(String file) {
    JsonNode manifest = CrdManifest.read(text(FOLDER.resolve(file)));
    List<String> unset = new ArrayList<>();
    collectUnset(
        kindOf(manifest).schema().at("/properties/spec"), manifest.path("spec"), "spec", unset);
    return unset;
  }

  @Test
  void every_file_is_named_valid_or_invalid() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files)
          .allSatisfy(
              f -> assertThat(f.getFileName().toString()).matches("(in)?valid-[a-z0-9-]+\\.yaml"));
    }
  }

  static Stream<Path> validManifests() throws IOException {
    return files(FOLDER, "valid-");
  }

  static Stream<Path> samples() throws IOException {
    return files(SAMPLES, "");
  }

  static Stream<Path> invalidManifests() throws IOException {
    return files(FOLDER, "invalid-");
  }

  private record Verdict(List<SchemaCheck.Fault> faults, List<CelRules.Violation> violations) {
    List<String> messages() {
      List<String> messages = new ArrayList<>();
      faults.forEach(fault -> messages.add(fault.message()));
      violations.forEach(violation -> messages.add(violation.message()));
      return messages;
    }

    Set<String> paths() {
      Set<String> paths = new LinkedHashSet<>();
      faults.forEach(fault -> paths.add(fault.path()));
      violations.forEach(v -> paths.add(v.rule().path().replaceFirst("^[.]", "")));
      return paths;
    }
  }

  /** Rules are only asked about objects of the right shape, as on a server. */
  private static Verdict judge(Path file) {
    List<JsonNode> documents =
        Stream.of(text(file).split("\n---\n")).map(CrdManifest::read).toList();
    assertThat(documents).as("documents of %s", file).hasSizeBetween(1, 2);
    JsonNode value = documents.get(documents.size() - 1);
    Kind kind = kindOf(value);
    JsonNode old = documents.size() == 2 ? documents.get(0) : MissingNode.getInstance();
    if (documents.size() == 2) {
      assertThat(SchemaCheck.faultsOf(kind.schema(), old)).isEmpty();
      assertThat(kind.rules().violations(old, MissingNode.getInstance())).isEmpty();
    }
    List<SchemaCheck.Fault> faults = SchemaCheck.faultsOf(kind.schema(), value);
    boolean misshapen = faults.stream().anyMatch(SchemaCheck.Fault::keepsRulesFromRunning);
    return new Verdict(faults, misshapen ? List.of() : kind.rules().violations(value, old));
  }

  private static Kind kindOf(JsonNode document) {
    String kind = document.path("kind").asText();
    assertThat(KINDS).containsKey(kind);
    return Objects.requireNonNull(KINDS.get(kind));
  }

  private static String quotedIn(Path file) {
    String first = text(file).lines().findFirst().orElseThrow();
    assertThat(first).as("first line of %s", file).startsWith("# ");
    return first.substring(2);
  }

  private static void collectUnset(
      JsonNode schema, JsonNode value, String path, List<String> unset) {
    if (value.isMissingNode()) {
      unset.add(path);
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = property.getKey();
              collectUnset(property.getValue(), value.path(name), path + "." + name, unset);
            });
  }

  private static Stream<Path> files(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }
}
