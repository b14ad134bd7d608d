package io.streamjob.operator.spec;

import java.util.List;
import java.util.stream.Collectors;

/** What became of a spec as the user wrote it. */
public sealed interface Parsed {

  /** It can be carried out, and this is what it means. */
  record Valid(EffectiveSpec spec) implements Parsed {}

  /** It cannot be carried out; at least one problem. */
  record Invalid(List<Problem> problems) implements Parsed {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid spec has at least one problem");
      }
    }

    /** All problems in one line. */
    public String sentence() {
      return problems.stream().map(Problem::sentence).collect(Collectors.joining("; "));
    }
  }
}
