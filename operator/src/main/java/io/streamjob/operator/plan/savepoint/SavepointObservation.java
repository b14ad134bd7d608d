package io.streamjob.operator.plan.savepoint;

import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one decision about a StreamSavepoint rests on; what was not asked for is Unknown.
 *
 * @param status what was written last
 * @param job the StreamJob. Absent: there is none of that name
 * @param taken how the savepoint stands, as its coordinator tells
 * @param found location of a complete savepoint in its folder
 * @param siblings all StreamSavepoints of the same StreamJob, itself among them
 * @param leftover some object in its folder
 * @param namespaceGoes whether the whole namespace is being deleted
 */
public record SavepointObservation(
    Wish wish,
    StreamSavepointStatus status,
    Reading<Job> job,
    Reading<SavepointView> taken,
    Reading<String> found,
    Reading<Verification> verification,
    Reading<Manifest> manifest,
    Reading<String> engineVersion,
    Reading<List<Sibling>> siblings,
    Reading<String> leftover,
    Reading<Boolean> namespaceGoes,
    Instant now) {

  /**
   * What is asked for.
   *
   * @param deletedAt when somebody deleted the object; empty: nobody did
   * @param format empty: as the StreamJob says
   * @param location a savepoint that exists already; empty: one is to be taken
   */
  public record Wish(
      String namespace,
      String name,
      String uid,
      long generation,
      Instant createdAt,
      Optional<Instant> deletedAt,
      String job,
      SavepointReason reason,
      Optional<SavepointFormat> format,
      Optional<String> location,
      boolean retain) {
    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  /**
   * The StreamJob.
   *
   * @param current revision whose job runs, or last ran; empty: none ever did, or it is not stored
   * @param policy spec.savepoints
   * @param savepoints folder of all its savepoints; empty while {@code current} is
   * @param directory folder for this one; empty while {@code current} is
   */
  public record Job(
      String uid,
      StreamJobStatus status,
      Optional<StoredRevision> current,
      EffectiveSpec.Savepoints policy,
      String savepoints,
      String directory) {}

  /** A StreamSavepoint of the same StreamJob. */
  public record Sibling(
      String uid, SavepointPhase phase, SavepointReason reason, Instant takenAt, boolean goes) {
    /** Whether the job could go on from it. */
    boolean isVerified() {
      return phase == SavepointPhase.Completed && !goes;
    }
  }
}
