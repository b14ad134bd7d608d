package io.streamjob.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChartTest {
  private static final Path GOLDEN = Path.of("golden");
  private static final Path CRDS = Path.of("..", "crds", "manifests");

  @Test
  void helm_lint_finds_nothing() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages())
        .noneMatch(message -> message.contains("[WARNING]") || message.contains("[ERROR]"));
  }

  @ParameterizedTest
  @MethodSource("io.streamjob.chart.Chart#valuesFiles")
  void values_render_as_their_golden_file_says(Path values) throws Exception {
    GoldenFile.check(GOLDEN.resolve(values.getFileName()), Chart.render(values));
  }

  @Test
  void every_golden_file_belongs_to_values() {
    assertThat(Chart.filesIn(GOLDEN))
        .extracting(Path::getFileName)
        .as("golden files without values of the same name")
        .isEqualTo(Chart.valuesFiles().stream().map(Path::getFileName).toList());
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void bad_values_are_refused_with_a_message_that_names_them(Path values) {
    String quoted = Chart.text(values).lines().findFirst().orElseThrow().substring(2);

    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(quoted);
  }

  static List<Path> badValues() {
    return Chart.filesIn(Path.of("src", "test", "resources", "bad-values"));
  }

  @Test
  void the_chart_carries_the_custom_resource_definitions_of_this_version() throws Exception {
    for (Path crd : Chart.filesIn(CRDS)) {
      GoldenFile.check(Chart.FOLDER.resolve("crds").resolve(crd.getFileName()), Chart.text(crd));
    }
    assertThat(Chart.filesIn(Chart.FOLDER.resolve("crds")))
        .extracting(Path::getFileName)
        .isEqualTo(Chart.filesIn(CRDS).stream().map(Path::getFileName).toList());
  }

  @Test
  void chart_and_image_bear_the_version_of_the_project() {
    JsonNode chart = Chart.yaml(Chart.FOLDER.resolve("Chart.yaml"));
    String version = System.getProperty("project.version", "").replace("-SNAPSHOT", "");

    assertThat(chart.path("version").asText()).isEqualTo(version);
    assertThat(chart.path("appVersion").asText()).isEqualTo(version);
  }
}
