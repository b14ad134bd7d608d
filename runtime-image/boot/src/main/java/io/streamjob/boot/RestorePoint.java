package io.streamjob.boot;

import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.scheduler.SchedulerBase;
import org.apache.flink.runtime.scheduler.VertexParallelismInformation;
import org.apache.flink.runtime.scheduler.VertexParallelismStore;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * What a savepoint or checkpoint says of its operators.
 *
 * @param location as it was given
 * @param operators those whose state it keeps
 */
record RestorePoint(String location, List<OperatorState> operators) {

  /**
   * Reads the metadata; no state is looked at.
   *
   * @param location URI of the folder, or of the metadata in it
   */
  static RestorePoint read(String location) throws UnreadableStateException {
    try (DataInputStream metadata =
        new DataInputStream(
            AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(location)
                .getMetadataHandle()
                .openInputStream())) {
      return new RestorePoint(
          location,
          Checkpoints.loadCheckpointMetadata(
                  metadata, RestorePoint.class.getClassLoader(), location)
              .getOperatorStates()
              .stream()
              .filter(RestorePoint::hasState)
              .toList());
    } catch (IOException | RuntimeException e) {
      throw new UnreadableStateException(location, e);
    }
  }

  private static boolean hasState(OperatorState operator) {
    return operator.getCoordinatorState() != null
        || operator.getStates().stream().anyMatch(OperatorSubtaskState::hasState);
  }

  /**
   * By the rules of the engine's {@code Checkpoints.loadAndValidateCheckpoint} and {@code
   * StateAssignmentOperation}: each state finds the operator of its id, either that of its uid or
   * that of a uid hash; maximum parallelisms are alike, or the job does not say any; and there are
   * as many key groups as subtasks.
   */
  void checkPlacesIn(JobGraph job) throws UnmappableStateException {
    Map<OperatorID, JobVertex> places = places(job);
    VertexParallelismStore sizes = SchedulerBase.computeVertexParallelismStore(job);
    List<String> otherSizes = new ArrayList<>();
    List<OperatorState> homeless = new ArrayList<>();
    for (OperatorState operator : operators) {
      JobVertex place = places.get(operator.getOperatorID());
      if (place == null) {
        homeless.add(operator);
      } else {
        VertexParallelismInformation size = sizes.getParallelismInfo(place.getID());
        int kept = operator.getMaxParallelism();
        boolean fits = size.getMaxParallelism() == kept || size.canRescaleMaxParallelism(kept);
        if (!fits) {
          otherSizes.add(
              "maximum parallelism %d of operator %s, found %d"
                  .formatted(kept, named(operator), size.getMaxParallelism()));
        } else if (size.getParallelism() > kept) {
          otherSizes.add(
              "at most its maximum parallelism %d of operator %s, found parallelism %d"
                  .formatted(kept, named(operator), size.getParallelism()));
        }
      }
    }
    if (!otherSizes.isEmpty()) {
      throw UnmappableStateException.ofSize(location, otherSizes);
    }
    if (!homeless.isEmpty()) {
      throw UnmappableStateException.withoutOperator(
          location,
          homeless.stream().map(operator -> operator.getOperatorID().toString()).toList());
    }
  }

  private static Map<OperatorID, JobVertex> places(JobGraph job) {
    Map<OperatorID, JobVertex> places = new HashMap<>();
    for (JobVertex vertex : job.getVertices()) {
      for (OperatorIDPair ids : vertex.getOperatorIDs()) {
        places.put(ids.getGeneratedOperatorID(), vertex);
        // Annotated as nullable by the engine, and never null.
        requireNonNull(ids.getUserDefinedOperatorID()).ifPresent(id -> places.put(id, vertex));
      }
    }
    return places;
  }

  private static String named(OperatorState operator) {
    return operator.getOperatorUid().orElse(operator.getOperatorID().toString());
  }
}
