package io.streamjob.operator.engine.flink;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.operator.engine.ScaleView;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How many tasks the operators of a job have, and are to have: {@code resource-requirements}. */
final class Sizes {
  private Sizes() {}

  static ScaleView read(Fields requirements, Fields details, Optional<Instant> interruptedAt)
      throws NoAnswerException {
    Set<Integer> actual = new HashSet<>();
    if (details.text("state").equals("RUNNING")) {
      for (Fields vertex : details.objects("vertices")) {
        actual.add(vertex.smallCount("parallelism"));
      }
    }
    return new ScaleView(new HashSet<>(wished(requirements).values()), actual, interruptedAt);
  }

  /** The body of a request that replaces one parallelism by another. */
  static Map<String, Object> replaced(Fields requirements, int from, int to)
      throws NoAnswerException {
    Map<String, Object> body = new LinkedHashMap<>();
    wished(requirements)
        .forEach(
            (vertex, upper) ->
                body.put(
                    vertex,
                    Map.of(
                        "parallelism",
                        Map.of("lowerBound", 1, "upperBound", upper == from ? to : upper))));
    return body;
  }

  private static Map<String, Integer> wished(Fields requirements) throws NoAnswerException {
    Map<String, Integer> wished = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> vertex : requirements.node().properties()) {
      if (!TaskTimes.VERTEX_ID.matcher(vertex.getKey()).matches()) {
        throw new NoAnswerException(requirements.request() + ": expected vertex ids as keys");
      }
      wished.put(
          vertex.getKey(),
          requirements.object(vertex.getKey()).object("parallelism").smallCount("upperBound"));
    }
    return wished;
  }
}
