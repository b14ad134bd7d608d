package io.streamjob.e2e.harness;

import java.util.Locale;

/** A kind of pod of a StreamJob. */
public enum Component {
  COORDINATOR,
  WORKER;

  /** As the label {@code app.kubernetes.io/component} says it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
