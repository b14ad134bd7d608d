package io.streamjob.operator.plan.savepoint;

import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;

/**
 * What has to be looked at before the next decision about a StreamSavepoint, besides its StreamJob.
 *
 * @param engine how it stands, as its coordinator tells
 * @param verification whether it is whole
 * @param manifest what it holds
 * @param inspection how much of its tables to read through
 * @param siblings which others there are
 * @param leftover whether anything lies in its folder
 */
public record SavepointQuestions(
    boolean engine,
    boolean verification,
    boolean manifest,
    DeepCheck inspection,
    boolean siblings,
    boolean leftover) {

  /** The questions that what is written and what is wished give rise to. */
  public static SavepointQuestions of(
      Wish wish, StreamSavepointStatus status, Reading<Job> job, Instant now) {
    SavepointPhase phase = SavepointDraft.phaseOf(status);
    boolean goes = wish.deletedAt().isPresent();
    EffectiveSpec.Savepoints policy =
        job.optional().map(Job::policy).orElse(EffectiveSpec.Savepoints.DEFAULT);
    boolean verifying = !goes && phase == SavepointPhase.Verifying;
    boolean kept =
        !goes
            && switch (phase) {
              case Completed, Broken, Failed -> true;
              case Pending, Taking, Verifying -> false;
            };
    return new SavepointQuestions(
        phase == SavepointPhase.Taking,
        verifying || (kept && Keeping.isDue(status, policy.reverify(), now)),
        verifying,
        goes ? DeepCheck.Off : Keeping.inspection(status, policy, now),
        (kept && wish.reason() != SavepointReason.Manual && !wish.retain())
            || (goes && status.directory() != null && !wish.retain()),
        goes && status.directory() != null && !wish.retain());
  }

  /** Whether the coordinator has no savepoint to tell of, so that only the bucket may. */
  public static boolean isLost(Reading<SavepointView> taken) {
    return taken.isAbsent()
        || taken.optional().filter(SavepointView.Failed.class::isInstance).isPresent();
  }
}
