package io.streamjob.api.v1beta1;

/**
 * Why a condition is what it is. The same word stands in conditions, events, the log and the
 * runbooks.
 */
public enum Reason {
  /** The job runs. */
  Running,
  /** The first revision is coming up. */
  Starting,
  /** A rollout is under way. */
  Upgrading,
  /** The engine is about to rescale the running job. */
  Rescaling,
  /** The job is being stopped, as spec.suspend says. */
  Suspending,
  /** Nothing runs, as spec.suspend says. */
  Suspended,
  /** A rollout failed after the old job had stopped; the old revision is started again. */
  RollingBack,
  /** The StreamJob is deleted, and first its state is kept or discarded as spec.deletion says. */
  Deleting,
  /** The time of spec.deletion was over before its policy was carried out. */
  DeletionTimedOut,
  /** What runs is what is wished. */
  UpToDate,
  /** A rollout has ended well. */
  Completed,
  /** A rollout failed; the old revision runs again, from the state it was stopped with. */
  RolledBack,
  /** The spec changed again before the old job was touched. */
  Superseded,
  /** The job has completed a checkpoint. */
  CheckpointCompleted,
  /** The job has not completed a checkpoint yet. */
  NoCheckpoint,
  /** The newest checkpoint of the running job failed. */
  CheckpointsFailing,
  /** The running job has not completed a checkpoint for longer than one may take. */
  CheckpointLate,
  /** The last savepoint took nearly as long as one may take. */
  SavepointSlow,
  /** Folders below the job's prefix hold something that nothing refers to. */
  OrphansFound,
  /** The spec cannot be carried out; the message names field, expected and found. */
  InvalidSpec,
  /** The annotation streamjob.io/hold lets no rollout begin yet. */
  OnHold,
  /** An annotation of streamjob.io has a value that cannot be understood or carried out. */
  InvalidAnnotation,
  /** The bucket of spec.state.storage does not exist. */
  BucketMissing,
  /** The secret with the storage credentials, or one of its keys, does not exist. */
  CredentialsMissing,
  /** The storage refuses the credentials. */
  CredentialsRefused,
  /** The storage does not answer. */
  StorageUnreachable,
  /** The prefix of spec.state.storage cannot be written. */
  StorageNotWritable,
  /** The image cannot be pulled. */
  ImagePullFailed,
  /** Pods cannot be created or scheduled: quota, or no node with room. */
  NoRoom,
  /** A pod of the new revision cannot start. */
  PodFailed,
  /** The new revision's pods were not up in time. */
  PreparingTimedOut,
  /** spec.job.jar is not in the image. */
  JarNotFound,
  /** spec.job.jar could not be fetched, or what was fetched is not what spec.job.sha256 says. */
  JarNotFetched,
  /** spec.job.entryClass is not in the jar, or the jar names none. */
  EntryClassNotFound,
  /** The main method threw, or started no job. */
  ProgramFailed,
  /**
   * State of the running job has no operator to go to in the new version, or its maximum
   * parallelism differs.
   */
  StateNotMappable,
  /** The new version cannot read the state. */
  StateNotReadable,
  /** Files of the restore point cannot be read. */
  RestorePointUnreadable,
  /** The engine could not take the savepoint. */
  SavepointFailed,
  /** The savepoint was taken, but something that it refers to is missing or differs. */
  SavepointIncomplete,
  /** The savepoint waits for its turn: for the job to run, or for what is under way. */
  SavepointWaiting,
  /** A savepoint is being taken. */
  SavepointUnderWay,
  /** Every file that the savepoint refers to was found with its recorded size. */
  SavepointVerified,
  /** The savepoint was not begun, or not completed, in time. */
  SavepointTimedOut,
  /** The savepoint is deleted, and something still refers to it. */
  SavepointInUse,
  /** Retention removes the savepoint. */
  SavepointExpired,
  /** There is no StreamJob of the name that a StreamSavepoint gives. */
  JobNotFound,
  /** A StreamSavepoint of the job was whole, and is not any more. */
  RestorePointBroken,
  /** What spec.restore names is missing, not whole, or not completed. */
  RestorePointUnusable,
  /**
   * An earlier StreamJob of the name has left state; whether this one goes on from it, a person
   * says.
   */
  StateFound,
  /** An earlier StreamJob of the name has pods that are still there. */
  PodsOfEarlierJob,
  /** The new job did not start from the location that it was told. */
  RestoredFromElsewhere,
  /** The new job completed too few checkpoints in time. */
  NotConfirmed,
  /**
   * The new job failed after it may have committed results: neither version can be started safely.
   */
  NoWayBack,
  /** A job that was lost or has failed is being started again from its newest checkpoint. */
  Recovering,
  /** The engine restarts the job's tasks. */
  JobRestarting,
  /** The engine gave the job up. */
  JobFailed,
  /** The job ended by itself. */
  JobFinished,
  /** The coordinator answers, and does not know the job. */
  JobLost,
  /** The coordinator does not answer; the job may run nevertheless. */
  CoordinatorUnreachable,
  /** The engine refused for another reason; the message is the engine's. */
  EngineRefused
}
