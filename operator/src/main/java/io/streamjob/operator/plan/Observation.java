package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one decision rests on, seen at one time.
 *
 * @param subject the StreamJob
 * @param wished its spec, understood
 * @param wishedHash hash of its spec
 * @param requests what annotations ask for
 * @param status what was written last; complete, never null inside
 * @param revisions stored revisions by number; Unknown if they could not be listed
 * @param facts what was seen of the world, as far as {@link Questions} asked
 * @param folders where the rollout under way finds and puts things in the bucket
 * @param workerSelector label selector of the job's worker pods
 * @param life whether the object is to go
 * @param now when
 */
public record Observation(
    Subject subject,
    Parsed wished,
    String wishedHash,
    Requests requests,
    StreamJobStatus status,
    Reading<Map<Integer, StoredRevision>> revisions,
    Facts facts,
    Folders folders,
    String workerSelector,
    Life life,
    Instant now) {

  /** Why a reading is Unknown that no question asked for. */
  public static final String NOT_ASKED = "not asked";

  /** A service of the job's name that belongs to somebody else: nobody points it anywhere. */
  public static final int FOREIGN_SERVICE = 0;

  /**
   * Whether the object is to go.
   *
   * @param deletedAt when somebody deleted it; empty: nobody did
   * @param held whether it goes only when we let it
   */
  public record Life(Optional<Instant> deletedAt, boolean held) {
    /** It stays, and could go at any time. */
    public static final Life FREE = new Life(Optional.empty(), false);
  }

  /**
   * What is left of a StreamJob whose state is discarded; the first of each.
   *
   * @param pod or another object of one of its clusters
   * @param savepoint a StreamSavepoint that is not to be retained
   * @param object in the bucket
   */
  public record Remains(
      Optional<String> pod, Optional<String> savepoint, Optional<String> object) {}

  /**
   * Locations that end in a slash; empty for what nobody knows.
   *
   * @param savepoint for the savepoint that the old job is stopped with
   * @param oldCheckpoints of the job that is replaced
   * @param newCheckpoints of the job that replaces it
   * @param scratch for the warm-up
   */
  public record Folders(
      String savepoint, String oldCheckpoints, String newCheckpoints, String scratch) {
    /** Outside of rollouts. */
    public static final Folders NONE = new Folders("", "", "", "");
  }

  /**
   * A StreamSavepoint of the job.
   *
   * @param exists whether it only records a savepoint that there is already
   * @param goes whether somebody has deleted it
   */
  public record Requested(
      String name,
      String uid,
      Instant createdAt,
      SavepointReason reason,
      SavepointPhase phase,
      boolean exists,
      boolean goes) {

    /** Whether it is to be taken, and nobody has begun to. */
    public boolean waits() {
      return phase == SavepointPhase.Pending && !exists && !goes;
    }

    /**
     * Whether it needs its turn no longer: reading back what the engine wrote is in nobody's way.
     */
    boolean hasHadItsTurn() {
      return switch (phase) {
        case Pending -> exists || goes;
        case Taking -> false;
        case Verifying, Completed, Broken, Failed -> true;
      };
    }

    boolean isScheduled() {
      return reason == SavepointReason.Scheduled;
    }
  }

  /** A stored revision, understood. */
  public record StoredRevision(int number, String specHash, EffectiveSpec spec) {}

  /**
   * What was seen of the world; what was not asked for is Unknown.
   *
   * @param storage Known and empty: usable; Known with an obstacle: not usable
   * @param operators whose state the preflight's restore point keeps
   * @param savepoint how the savepoint or checkpoint stands that was asked for
   * @param stoppedAt when the old job processed its last record; asked once that is there
   * @param oldCheckpoints of the old job; asked after it, so that those of a job that is over by
   *     then are all that there will be
   * @param oldRules how it takes them; asked if it is to be handed over by one
   * @param oldState newest checkpoint of the old job that is in the bucket; asked after everything
   *     that can tell that the job is over
   * @param newRun the run of the main method that starts the new job
   * @param newState newest checkpoint of the new job that is in the bucket; asked after everything
   *     that can tell that the job is over
   * @param scale at which size the old job runs
   * @param workers how many workers the old cluster is to have
   * @param service revision that the job's own service selects, or {@link #FOREIGN_SERVICE}
   * @param savepoints the StreamSavepoints of the job
   * @param restorePoint what {@code spec.restore} names; Absent: there is no such StreamSavepoint
   * @param earlier what earlier StreamJobs of the name have left
   * @param namespaceGoes whether the whole namespace is being deleted
   * @param remains what is left of it
   * @param upkeep what concerns a job that just runs
   */
  public record Facts(
      Reading<Optional<Obstacle>> storage,
      ClusterView oldCluster,
      ClusterView newCluster,
      Reading<JobView> oldJob,
      Reading<Checkpoints> oldCheckpoints,
      Reading<CheckpointRules> oldRules,
      Reading<String> oldState,
      Reading<JobView> preflightJob,
      Reading<ApplicationView> preflight,
      Reading<List<OperatorState>> operators,
      Reading<ApplicationView> warmUp,
      Reading<SavepointView> savepoint,
      Reading<Instant> stoppedAt,
      Reading<String> savepointFound,
      Reading<Verification> verification,
      Reading<JobView> newJob,
      Reading<ApplicationView> newRun,
      Reading<Checkpoints> newCheckpoints,
      Reading<TasksView> newTasks,
      Reading<String> newState,
      Reading<ScaleView> scale,
      Reading<Integer> workers,
      Reading<Integer> service,
      Reading<List<Requested>> savepoints,
      Reading<RestorePointView> restorePoint,
      Reading<EarlierView> earlier,
      Reading<Boolean> namespaceGoes,
      Reading<Remains> remains,
      UpkeepView upkeep) {

    /** Nothing was asked. */
    public static final Facts NONE =
        new Facts(
            Reading.unknown(NOT_ASKED),
            ClusterView.UNSEEN,
            ClusterView.UNSEEN,
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            Reading.unknown(NOT_ASKED),
            UpkeepView.UNSEEN);
  }
}
