package io.streamjob.operator.plan;

import io.streamjob.operator.snapshots.StateFound;
import java.util.List;
import java.util.Optional;

/**
 * What earlier StreamJobs of the same name have left.
 *
 * @param pod one of theirs that is still there
 * @param states savepoints and checkpoints, newest first
 */
public record EarlierView(Optional<String> pod, List<StateFound> states) {
  public EarlierView {
    states = List.copyOf(states);
  }
}
