package io.streamjob.operator.snapshots;

import java.util.List;

/**
 * What the {@code _metadata} of a savepoint says.
 *
 * @param checksum of the file, which names all others with their sizes: {@code sha256:} and 64
 *     hexadecimal digits
 * @param operators whose state it keeps
 */
public record Manifest(String checksum, List<OperatorState> operators) {
  public Manifest {
    operators = List.copyOf(operators);
  }
}
