package io.streamjob.e2e.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark has found: a table for people and a file for programs.
 *
 * @param series in the order in which they were measured
 * @param figures what was measured once, by name, with the unit as its end
 */
record Report(List<Series> series, Map<String, Long> figures) {
  private static final JsonMapper JSON = new JsonMapper();

  Report {
    series = List.copyOf(series);
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  Report(List<Series> series) {
    this(series, Map.of());
  }

  /** A table in Markdown. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            "| rollout | gap, median ms | least | most | told, median ms | parts |\n");
    table.append("|---|---|---|---|---|---|\n");
    for (Series one : series) {
      table.append(
          "| %s | %d | %d | %d | %d | %s |%n"
              .formatted(
                  one.name(),
                  one.median(),
                  one.least(),
                  one.most(),
                  one.medianTold(),
                  String.join(
                      ", ",
                      one.medianParts().entrySet().stream()
                          .map(part -> part.getKey() + " " + part.getValue())
                          .toList())));
    }
    return table.toString();
  }

  /** Writes {@code target/bench/NAME.json}. */
  Path write(String name) {
    ObjectNode root = JSON.createObjectNode();
    root.put("machine", Machine.name());
    root.put("commit", commit());
    figures.forEach(root::put);
    root.set("series", JSON.valueToTree(series.stream().map(Report::all).toList()));
    try {
      Path file = Repository.path("target/bench").resolve(name + ".json");
      Files.createDirectories(file.getParent());
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the figures", e);
    }
  }

  private static Map<String, Object> all(Series series) {
    return Map.of(
        "name", series.name(),
        "median_ms", series.median(),
        "least_ms", series.least(),
        "most_ms", series.most(),
        "told_median_ms", series.medianTold(),
        "parts_median_ms", series.medianParts(),
        "samples", series.samples());
  }

  private static String commit() {
    return new Command(
            List.of("git", "-C", Repository.path("").toString(), "describe", "--always", "--dirty"),
            Map.of(),
            Duration.ofSeconds(10),
            true)
        .output();
  }
}
