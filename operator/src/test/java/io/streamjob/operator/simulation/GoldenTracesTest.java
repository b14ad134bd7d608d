package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole stories, decision by decision, in files that a reviewer reads. {@code -Dgolden.update=true}
 * rewrites them.
 */
final class GoldenTracesTest {
  private static final Path FOLDER = Path.of("src/test/resources/traces");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  static Stream<Scenarios.Scenario> scenarios() {
    return Scenarios.all().stream();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void storyGoesAsWritten(Scenarios.Scenario scenario) throws IOException {
    Path file = FOLDER.resolve(scenario.name() + ".trace");

    Stage stage = scenario.play();

    assertThat(stage.writes())
        .as("writes of status in %s", scenario.name())
        .isLessThanOrEqualTo(scenario.mostWrites());
    String told =
        String.join("\n", stage.lines())
            + "\n"
            + String.join("\n", Trace.ending(stage.status()))
            + "\n";
    if (UPDATE) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, told);
    }
    assertThat(file).as("written by -Dgolden.update=true").exists().hasContent(told);
  }

  @Test
  void noTraceIsLeftOver() throws IOException {
    List<String> expected =
        scenarios().map(scenario -> scenario.name() + ".trace").sorted().toList();

    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted().toList())
          .isEqualTo(expected);
    }
  }
}
