package io.streamjob.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Counts what the operator writes to the API server, by the server's own audit log. The lease that
 * a leader renews is not counted: it is no act on anybody's job.
 *
 * @param log the audit log
 * @param from from when on
 */
record ApiWrites(Path log, Instant from) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final String OPERATOR =
      "system:serviceaccount:" + Product.NAMESPACE + ":" + Product.DEPLOYMENT;

  static ApiWrites from(Cluster cluster) {
    return new ApiWrites(
        cluster
            .auditLog()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "expected a cluster with an audit log, found none; run on the self-built one")),
        Instant.now());
  }

  long soFar() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(ApiWrites::read).filter(this::counts).count();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }

  private boolean counts(JsonNode entry) {
    return OPERATOR.equals(entry.at("/user/username").asText())
        && WRITES.contains(entry.path("verb").asText())
        && "ResponseComplete".equals(entry.path("stage").asText())
        && !"leases".equals(entry.at("/objectRef/resource").asText())
        && Instant.parse(entry.path("requestReceivedTimestamp").asText()).isAfter(from);
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      // The last line may be half written.
      return JSON.createObjectNode();
    }
  }
}
