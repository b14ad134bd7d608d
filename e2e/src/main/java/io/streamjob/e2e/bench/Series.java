package io.streamjob.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same rollout, measured again and again.
 *
 * @param name names its figure, such as {@code small_warm}
 * @param samples in the order in which they were taken
 */
record Series(String name, List<Sample> samples) {

  /**
   * One rollout.
   *
   * @param gapMillis silence of the sink, seen from outside
   * @param toldMillis downtime that the operator tells in {@code status.history}
   * @param parts milliseconds of each part, as the operator tells them
   */
  record Sample(long gapMillis, long toldMillis, Map<String, Long> parts) {}

  Series {
    samples = List.copyOf(samples);
  }

  /** Milliseconds of each part of a rollout, as {@code status.history} tells them. */
  static Map<String, Long> parts(JsonNode rollout) {
    Map<String, Long> parts = new LinkedHashMap<>();
    rollout
        .path("timings")
        .forEach(part -> parts.put(part.path("part").asText(), part.path("millis").asLong()));
    return parts;
  }

  /** Median of the gaps; of an even number the lower one. */
  long median() {
    return median(samples.stream().map(Sample::gapMillis).toList());
  }

  long least() {
    return samples.stream().mapToLong(Sample::gapMillis).min().orElseThrow();
  }

  long most() {
    return samples.stream().mapToLong(Sample::gapMillis).max().orElseThrow();
  }

  long medianTold() {
    return median(samples.stream().map(Sample::toldMillis).toList());
  }

  /** Median of each part, in the order of the first sample. */
  Map<String, Long> medianParts() {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    for (Sample sample : samples) {
      sample
          .parts()
          .forEach((part, millis) -> all.computeIfAbsent(part, p -> new ArrayList<>()).add(millis));
    }
    Map<String, Long> medians = new LinkedHashMap<>();
    all.forEach((part, millis) -> medians.put(part, median(millis)));
    return medians;
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get((values.size() - 1) / 2);
  }
}
