package io.streamjob.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.spec.Durations;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the documentation says of the operator is what the operator does. */
class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path FLAGS = DOCS.resolve("reference/operator-flags.md");
  private static final Path RUNBOOKS = DOCS.resolve("operations/runbooks.md");
  private static final Pattern RUNBOOK_LINK =
      Pattern.compile("docs/operations/runbooks[.]md#([a-z]+)");

  private static final Pattern METER =
      Pattern.compile("[.](counter|timer)\\(\\s*\"(streamjob[a-z.]+)\"");
  private static final Pattern SCRAPED = Pattern.compile("# TYPE (streamjob_[a-z_]+) ");
  private static final Pattern METRIC_ROW = Pattern.compile("\n[|] `(streamjob_[a-z_]+)` [|]");
  private static final Pattern STORY =
      Pattern.compile("[a-z0-9-]+-[a-z0-9-]+[.]trace|restarted[.]trace");
  private static final Pattern TEST_CLASS = Pattern.compile("\\b([A-Z][A-Za-z0-9]*(?:Test|IT))\\b");

  private static final String FLAGS_HEAD =
      """
      <!-- Generated from OperatorConfig by `make golden`; change that instead. -->
      # Options of the operator

      Durations are written as `500ms`, `10s` or `1h30m`. An unknown option or a value that cannot be read ends the process at once, with the
      reason. The chart sets the first four; `extraArgs` takes the others (`--set 'extraArgs={--preparing-deadline=10m}'`). The variable
      `STREAMJOB_LOG_LEVEL` (the chart's `logging.level`) is the least level of the operator's own log lines: `INFO` if unset.

      | option | default | meaning |
      |---|---|---|
      """;

  @Test
  void the_page_of_options_says_what_the_operator_understands() throws IOException {
    StringBuilder page = new StringBuilder(FLAGS_HEAD);
    for (OptionSpec option : new CommandLine(new OperatorConfig()).getCommandSpec().options()) {
      page.append(
          "| `%s` | %s | %s |\n"
              .formatted(
                  option.longestName(),
                  value(option),
                  String.join(" ", option.description()).replace("|", "\\|")));
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FLAGS.getParent());
      Files.writeString(FLAGS, page);
    }

    assertThat(FLAGS)
        .as("%s is out of date: run `make golden` and commit the result", FLAGS)
        .exists()
        .content()
        .isEqualTo(page.toString());
  }

  /** Options that ask for help have none, and some say themselves where theirs comes from. */
  private static String value(OptionSpec option) {
    Object value = option.initialValue();
    boolean told = String.join(" ", option.description()).contains("Default:");
    if (value == null || told || option.usageHelp() || option.versionHelp()) {
      return "";
    }
    if (value instanceof List<?> list && list.isEmpty()) {
      return "";
    }
    return "`" + (value instanceof Duration time ? Durations.print(time) : value) + "`";
  }

  @Test
  void each_reason_has_one_runbook_and_each_runbook_a_reason() throws IOException {
    List<String> sections =
        Files.readAllLines(RUNBOOKS).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();

    assertThat(sections)
        .as("sections of %s", RUNBOOKS)
        .containsExactlyInAnyOrderElementsOf(Stream.of(Reason.values()).map(Reason::name).toList());
  }

  @Test
  void each_runbook_says_what_it_means_what_runs_and_what_to_do() throws IOException {
    List<String> sections =
        List.of(Files.readString(RUNBOOKS).split("\n## ")).stream().skip(1).toList();

    assertThat(sections)
        .allSatisfy(
            section ->
                assertThat(section)
                    .contains("**Means**", "**Runs**", "**The operator**", "**You**"));
  }

  @Test
  void each_runbook_that_a_message_names_is_there() throws IOException {
    List<String> anchors =
        Stream.of(Reason.values()).map(reason -> reason.name().toLowerCase(Locale.ROOT)).toList();
    List<String> named;
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      named =
          sources
              .filter(file -> file.toString().endsWith(".java"))
              .flatMap(file -> RUNBOOK_LINK.matcher(text(file)).results())
              .map((MatchResult link) -> link.group(1))
              .toList();
    }

    assertThat(named).isNotEmpty().isSubsetOf(anchors);
  }

  @Test
  void the_page_of_metrics_names_those_that_there_are() throws IOException {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    METER
        .matcher(text(Path.of("src/main/java/io/streamjob/operator/reconcile/Telemetry.java")))
        .results()
        .forEach(
            meter -> {
              switch (meter.group(1)) {
                case "timer" -> metrics.timer(meter.group(2));
                default -> metrics.counter(meter.group(2));
              }
            });
    Set<String> counted =
        SCRAPED
            .matcher(metrics.scrape())
            .results()
            .map(family -> family.group(1))
            .filter(name -> !name.endsWith("_max"))
            .collect(Collectors.toSet());
    Set<String> told =
        METRIC_ROW
            .matcher(Files.readString(DOCS.resolve("operations/metrics.md")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());

    assertThat(counted).isNotEmpty();
    assertThat(told).isEqualTo(counted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ARCHITECTURE.md", "docs/operations/failure-modes.md"})
  void each_test_that_a_page_names_is_there(String page) throws IOException {
    List<String> named =
        TEST_CLASS.matcher(text(Path.of("..", page))).results().map(r -> r.group(1)).toList();
    Set<String> there;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      there =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }

    assertThat(named).isNotEmpty().isSubsetOf(there);
  }

  @Test
  void each_story_that_the_failure_modes_name_is_there() {
    List<String> named =
        STORY
            .matcher(text(DOCS.resolve("operations/failure-modes.md")))
            .results()
            .map(MatchResult::group)
            .toList();

    assertThat(named)
        .isNotEmpty()
        .allSatisfy(
            story -> assertThat(Path.of("src", "test", "resources", "traces", story)).exists());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_operator_can_carry_out_each_sample(Path sample) throws IOException {
    StreamJob job = new YAMLMapper().readValue(sample.toFile(), StreamJob.class);

    Parsed parsed = SpecParser.parse(job.getSpec());

    assertThat(parsed).isInstanceOf(Parsed.Valid.class);
    if (parsed instanceof Parsed.Valid(EffectiveSpec spec)) {
      assertThat(RevisionCluster.problems(spec)).isEmpty();
    }
  }

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(DOCS.resolve("samples"))) {
      return files.sorted(Comparator.naturalOrder()).toList().stream();
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
