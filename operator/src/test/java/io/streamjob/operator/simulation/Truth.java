package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.FailureStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.plan.Observation;
import java.util.Objects;
import java.util.Optional;

/** Rule 8: what is written to have gone wrong did go wrong; silence alone is no failure. */
final class Truth {
  private final World world;
  private final Ledger ledger;

  Truth(World world, Ledger ledger) {
    this.world = world;
    this.ledger = ledger;
  }

  void beforeWriting(StreamJobStatus before, StreamJobStatus next) {
    RolloutStatus was = before.rollout();
    RolloutStatus is = next.rollout();
    if (was == null || is == null || Objects.equals(was.step(), is.step())) {
      return;
    }
    FailureStatus failure = is.failure();
    if (failure != null && !failure.equals(was.failure())) {
      accused(Reason.valueOf(Objects.requireNonNull(failure.reason())), was);
    }
  }

  private void accused(Reason reason, RolloutStatus was) {
    boolean isTrue =
        switch (reason) {
          case JobLost -> newJob(was).filter(EngineJob::isAlive).isEmpty();
          case RestoredFromElsewhere ->
              newJob(was).filter(job -> job.program == Program.RESTORES_ELSEWHERE).isPresent();
          case SavepointFailed -> !hasSavepoint(was);
          case ImagePullFailed -> program(was) == Program.IMAGE_MISSING;
          case NoRoom -> program(was) == Program.NO_ROOM || program(was) == Program.NO_ROOM_BESIDE;
          case JobFailed, JobRestarting -> !isWell(was);
          case ProgramFailed, JarNotFound, StateNotMappable, StateNotReadable, EngineRefused ->
              program(was) != Program.GOOD;
          default -> true;
        };
    if (!isTrue) {
      deny("rule 8: " + reason + " is written, and is not true", was);
    }
  }

  private Optional<EngineJob> newJob(RolloutStatus rollout) {
    return Optional.ofNullable(rollout.newJobId()).flatMap(ledger::byId);
  }

  private boolean hasSavepoint(RolloutStatus rollout) {
    return Optional.ofNullable(rollout.oldJobId())
        .flatMap(ledger::byId)
        .filter(job -> job.state() == JobState.FINISHED || job.state() == JobState.FAILED)
        .flatMap(ledger::savepointOf)
        .filter(world.bucket()::holds)
        .isPresent();
  }

  /** Whether neither the new job nor, before it began, the old one has failed. */
  private boolean isWell(RolloutStatus rollout) {
    Optional<EngineJob> fresh = newJob(rollout);
    Optional<EngineJob> judged =
        fresh.isPresent() ? fresh : Optional.ofNullable(rollout.oldJobId()).flatMap(ledger::byId);
    return judged.filter(EngineJob::isAlive).filter(job -> job.view().restarts() == 0).isPresent();
  }

  private Program program(RolloutStatus rollout) {
    int revision =
        RolloutStep.Preparing.name().equals(rollout.step()) || rollout.outcome() == null
            ? Objects.requireNonNull(rollout.toRevision())
            : Objects.requireNonNull(rollout.fromRevision());
    Observation.StoredRevision stored = world.revisions().get(revision);
    return stored == null
        ? Program.GOOD
        : world.program(revision, Program.of(stored.spec().image()));
  }

  private void deny(String what, RolloutStatus rollout) {
    throw new Invariants.Violation(what + ", at " + world.now() + " in " + rollout);
  }
}
