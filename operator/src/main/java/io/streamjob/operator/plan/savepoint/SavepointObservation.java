package io.streamjob.operator.plan.savepoint;

import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.SavepointFormat;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one decision about a StreamSavepoint rests on; what was not asked for is Unknown.
 *
 * @param status what was written last
 * @param job the StreamJob. Absent: there is none of that name
 * @param taken how the savepoint stands, as its coordinator tells
 * @param found location of a complete savepoint in its folder
 * @param inspection what reading its tables through has shown
 * @param siblings all StreamSavepoints of the namespace, itself among them
 * @param restorers StreamJobs of the namespace that start, or are to start, from a chosen point
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
    Reading<Inspection> inspection,
    Reading<String> engineVersion,
    Reading<List<Sibling>> siblings,
    Reading<List<Restorer>> restorers,
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
   * @param origins its stored revisions by number
   * @param policy spec.savepoints, as far as the spec can be understood
   * @param isPolicyWished whether it can
   */
  public record Job(
      String uid,
      StreamJobStatus status,
      Map<Integer, Origin> origins,
      EffectiveSpec.Savepoints policy,
      boolean isPolicyWished) {
    public Job {
      origins = Map.copyOf(origins);
    }

    /** The revision whose job runs, or last ran; empty: none ever did, or it is not stored. */
    Optional<Origin> current() {
      return Optional.ofNullable(status.current())
          .map(RevisionStatus::number)
          .flatMap(this::origin);
    }

    Optional<Origin> origin(Integer revision) {
      return Optional.ofNullable(origins.get(revision));
    }
  }

  /**
   * A revision whose job writes savepoints.
   *
   * @param savepoints folder of all of them
   * @param directory folder for this one
   */
  public record Origin(StoredRevision revision, String savepoints, String directory) {}

  /**
   * A StreamSavepoint of the same namespace.
   *
   * @param jobUid uid of the StreamJob whose state it is; empty: it is not known yet
   * @param location empty: it is not known yet
   * @param ours whether the operator had it written, so that nobody else removes its objects
   * @param goes whether somebody has deleted it
   * @param retain whether its objects stay when it goes
   */
  public record Sibling(
      String uid,
      String jobUid,
      SavepointPhase phase,
      SavepointReason reason,
      Instant takenAt,
      String location,
      boolean ours,
      boolean goes,
      boolean retain) {
    /** Whether the job could go on from it. */
    boolean isVerified() {
      return phase == SavepointPhase.Completed && !goes;
    }
  }

  /**
   * A StreamJob that starts from what {@code spec.restore} names.
   *
   * @param from a name of a StreamSavepoint, or a location
   */
  public record Restorer(String job, String from) {}
}
