package io.streamjob.operator.plan;

import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import java.util.List;
import java.util.Optional;

/**
 * What concerns a job that just runs. Nothing of it is urgent: an answer is good for a while.
 *
 * @param checkpoints how they go
 * @param storage Known and empty: it can be written
 * @param room Known and empty: quotas leave room for a second cluster of the same size
 * @param folders what there is below the job's prefix, but for what the running job writes
 * @param recorded folders and locations of StreamSavepoints; asked after {@code folders}
 */
public record UpkeepView(
    Reading<CheckpointHealth> checkpoints,
    Reading<Optional<Obstacle>> storage,
    Reading<Optional<Obstacle>> room,
    Reading<List<FolderFound>> folders,
    Reading<List<String>> recorded) {

  /** Nobody has looked. */
  public static final UpkeepView UNSEEN =
      new UpkeepView(
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED),
          Reading.unknown(Observation.NOT_ASKED));
}
