package io.streamjob.boot;

import java.io.IOException;

/** A restore point cannot be read. Its name is what the operator goes by. */
final class UnreadableStateException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableStateException(String location, Throwable cause) {
    super("cannot read " + location, cause);
  }
}
