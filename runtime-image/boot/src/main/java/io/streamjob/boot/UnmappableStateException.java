package io.streamjob.boot;

import java.util.List;

/** State has no place in a job. Its name and its words are what the operator goes by. */
final class UnmappableStateException extends Exception {
  private static final long serialVersionUID = 1L;

  private UnmappableStateException(String location, String expected) {
    super("state in %s: expected %s".formatted(location, expected));
  }

  static UnmappableStateException ofSize(String location, List<String> differences) {
    return new UnmappableStateException(location, String.join("; ", differences));
  }

  static UnmappableStateException withoutOperator(String location, List<String> operators) {
    return new UnmappableStateException(
        location,
        "an operator for each state, found none for %s".formatted(String.join(", ", operators)));
  }
}
