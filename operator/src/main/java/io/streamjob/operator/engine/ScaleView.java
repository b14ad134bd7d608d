package io.streamjob.operator.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * At which size a job runs that can be rescaled.
 *
 * @param wished the parallelisms that its operators are to have
 * @param actual those that they have; none while no task runs
 * @param interruptedAt when its tasks met the barrier of the checkpoint that they were last started
 *     from, on the engine's clock; empty: from none
 */
public record ScaleView(Set<Integer> wished, Set<Integer> actual, Optional<Instant> interruptedAt) {
  public ScaleView {
    wished = Set.copyOf(wished);
    actual = Set.copyOf(actual);
  }

  /** Whether operators without a parallelism of their own can be told from all others. */
  public boolean tells(int from, int to) {
    return wished.contains(from) && (from == to || !wished.contains(to));
  }

  /** Whether it is asked to have, and has, this parallelism instead of another. */
  public boolean hasGone(int from, int to) {
    return isAsked(from, to) && actual.equals(wished);
  }

  /** Whether it is asked to have this parallelism instead of another. */
  public boolean isAsked(int from, int to) {
    return wished.contains(to) && (from == to || !wished.contains(from));
  }

  @Override
  public String toString() {
    return "ScaleView[wished=%s, actual=%s]"
        .formatted(new TreeSet<>(wished), new TreeSet<>(actual));
  }
}
