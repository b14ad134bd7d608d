package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.FailureStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.spec.EffectiveSpec;

/**
 * Something that is in the way.
 *
 * @param reason the word for conditions, events, log and runbook
 * @param message subject, expected, found and next step, in one line
 */
public record Obstacle(Reason reason, String message) {

  /** Whether time may remove it, without the spec being edited. */
  boolean mayPass() {
    return switch (reason) {
      case NoRoom,
          ImagePullFailed,
          PodFailed,
          JarNotFetched,
          PreparingTimedOut,
          SavepointFailed,
          RestorePointUnreadable,
          CoordinatorUnreachable,
          JobRestarting,
          Recovering ->
          true;
      case Running,
          Starting,
          Upgrading,
          Rescaling,
          Suspending,
          Suspended,
          Deleting,
          DeletionTimedOut,
          RollingBack,
          UpToDate,
          Completed,
          RolledBack,
          Superseded,
          CheckpointCompleted,
          NoCheckpoint,
          CheckpointsFailing,
          CheckpointLate,
          SavepointSlow,
          OrphansFound,
          InvalidSpec,
          OnHold,
          InvalidAnnotation,
          BucketMissing,
          CredentialsMissing,
          CredentialsRefused,
          StorageUnreachable,
          StorageNotWritable,
          JarNotFound,
          EntryClassNotFound,
          ProgramFailed,
          StateNotMappable,
          StateNotReadable,
          SavepointIncomplete,
          RestorePointBroken,
          RestorePointUnusable,
          StateFound,
          PodsOfEarlierJob,
          RestoredFromElsewhere,
          NotConfirmed,
          NoWayBack,
          JobFailed,
          JobFinished,
          JobLost,
          JobNotFound,
          SavepointWaiting,
          SavepointUnderWay,
          SavepointVerified,
          SavepointTimedOut,
          SavepointInUse,
          SavepointExpired,
          EngineRefused ->
          false;
    };
  }

  FailureStatus status() {
    return new FailureStatus(reason.name(), message);
  }

  static Obstacle of(FailureStatus status) {
    return new Obstacle(
        Reason.valueOf(Journal.required("failure.reason", status.reason())),
        Journal.required("failure.message", status.message()));
  }

  /** What the engine's failure means for revision {@code revision}, and what a person does next. */
  static Obstacle of(EngineFailure failure, String subject, EffectiveSpec spec) {
    return switch (failure.kind()) {
      case JAR_NOT_FOUND ->
          new Obstacle(
              Reason.JarNotFound,
              "%s: expected the jar %s in image %s, found none; next step: put it into the image or correct spec.job.jar"
                  .formatted(subject, spec.program().jar().name(), spec.image()));
      case ENTRY_CLASS_NOT_FOUND ->
          new Obstacle(
              Reason.EntryClassNotFound,
              sentence(subject, failure, "correct spec.job.entryClass or the jar's Main-Class"));
      case RUNTIME_IMAGE_TOO_OLD ->
          new Obstacle(
              Reason.EntryClassNotFound,
              sentence(
                  subject,
                  failure,
                  "build image %s FROM the runtime image of the operator's release"
                      .formatted(spec.image())));
      case PROGRAM_FAILED ->
          new Obstacle(
              Reason.ProgramFailed,
              sentence(subject, failure, "correct the program or spec.job.args"));
      case STATE_NOT_MAPPABLE ->
          new Obstacle(
              Reason.StateNotMappable,
              sentence(
                  subject,
                  failure,
                  "give the operator its former uid and the job its former maxParallelism, or list the uid in spec.job.dropStateOf to drop its state"));
      case STATE_NOT_READABLE ->
          new Obstacle(
              Reason.StateNotReadable,
              sentence(
                  subject,
                  failure,
                  "keep the state's type readable (schema evolution), and the state backend as it was"));
      case RESTORE_POINT_UNREADABLE ->
          new Obstacle(
              Reason.RestorePointUnreadable,
              sentence(subject, failure, "look whether the bucket's files are there"));
      case FAILED_WHILE_STOPPING, OTHER ->
          new Obstacle(
              Reason.EngineRefused, sentence(subject, failure, "see the coordinator's log"));
    };
  }

  private static String sentence(String subject, EngineFailure failure, String next) {
    return subject + ": " + failure.message() + "; next step: " + next;
  }
}
