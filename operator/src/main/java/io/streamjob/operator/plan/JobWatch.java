package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;

/** How the current job stands while no rollout is under way. */
final class JobWatch {
  private final Observation seen;
  private final StatusDraft draft;

  JobWatch(Observation seen, StatusDraft draft) {
    this.seen = seen;
    this.draft = draft;
  }

  void watch(RevisionStatus current) {
    String subject = seen.subject() + " revision " + current.number();
    switch (seen.facts().oldJob()) {
      case Reading.Known<JobView>(JobView job) -> {
        draft.jobState(job.state());
        running(subject, job);
      }
      case Reading.Absent<JobView> absent -> {
        draft.phase(Phase.Recovering);
        String message =
            subject
                + ": the coordinator answers and does not know the job, as after a restart of its pod;"
                + " it is started again from its newest checkpoint";
        draft.condition(ConditionType.Ready, Truth.False, Reason.JobLost, message);
      }
      case Reading.Unknown<JobView> unknown ->
          draft.condition(
              ConditionType.Ready,
              Truth.Unknown,
              Reason.CoordinatorUnreachable,
              subject + ": the coordinator does not answer; the job may run nevertheless");
    }
  }

  private void running(String subject, JobView job) {
    String why = job.lastFailure().map(EngineFailure::message).map(text -> ": " + text).orElse("");
    switch (job.state()) {
      case RUNNING -> {
        draft.phase(Phase.Running);
        draft.condition(ConditionType.Ready, Truth.True, Reason.Running, subject + " runs");
      }
      case FINISHED ->
          draft.condition(
              ConditionType.Ready,
              Truth.False,
              Reason.JobFinished,
              subject + " has ended by itself");
      case FAILED, CANCELED -> {
        draft.phase(Phase.Failed);
        draft.condition(
            ConditionType.Ready, Truth.False, Reason.JobFailed, subject + " has failed" + why);
      }
      case INITIALIZING, CREATED, FAILING, CANCELLING, RESTARTING, SUSPENDED, RECONCILING -> {
        draft.phase(Phase.Restarting);
        draft.condition(
            ConditionType.Ready,
            Truth.False,
            Reason.JobRestarting,
            subject + " is being restarted by the engine" + why);
      }
    }
  }
}
