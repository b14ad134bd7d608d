package io.streamjob.operator.plan;

import java.util.Set;
import java.util.TreeSet;

/** The declared transitions, as {@code Preparing -> Stopping}. */
public final class TransitionTable {
  private TransitionTable() {}

  public static Set<String> rows() {
    Set<String> rows = new TreeSet<>();
    Transitions.table().forEach((from, all) -> all.forEach(to -> rows.add(from + " -> " + to)));
    return rows;
  }
}
