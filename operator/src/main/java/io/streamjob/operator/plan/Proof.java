package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.plan.StatusDraft.Truth;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.Optional;

/** Verifying: the savepoint or checkpoint that the old job has ended with is read back. */
final class Proof {
  private final Rollout rollout;
  private final Journal journal;

  Proof(Rollout rollout) {
    this.rollout = rollout;
    this.journal = rollout.journal();
  }

  Plan verifying() {
    return switch (rollout.facts().verification()) {
      case Reading.Known<Verification>(Verification.Whole whole) -> whole(whole);
      case Reading.Known<Verification>(Verification.Broken(String defect)) -> defective(defect);
      case Reading.Absent<Verification> absent -> defective("there is no _metadata");
      case Reading.Unknown<Verification> unknown when isOvertaken() -> abandon("changed");
      case Reading.Unknown<Verification> unknown ->
          emptyIsWished() && rollout.isLasting()
              ? withoutState()
              : rollout.awaitStorage(
                  "whether %s is whole".formatted(journal.restoreFrom().orElseThrow()),
                  rollout.limits().lookNow());
    };
  }

  /** A recovery has only the job in mind: another wish is for whoever comes next. */
  private boolean isOvertaken() {
    return journal.isRecovery() && rollout.isWishedAnew();
  }

  private Plan defective(String defect) {
    if (isOvertaken()) {
      return abandon("changed");
    }

    if (emptyIsWished()) {
      return withoutState();
    }
    // The new job starts from what was chosen; this would only have been the way back.
    return journal.chosen().isPresent() && !isReverted()
        ? goOnWithout(
            journal.withNote(
                "there is no way back, as %s %s is not whole: %s"
                    .formatted(kind(), journal.restoreFrom().orElseThrow(), defect)))
        : broken(defect);
  }

  private Plan whole(Verification.Whole whole) {
    String location = journal.restoreFrom().orElseThrow();
    if (!journal.isRecovery()) {
      record(Optional.of(whole));
    }
    rollout.draft().stateSafe(kind() + " " + location + " is whole");
    return isReverted()
        ? rollout.go(
            journal
                .withOutcome(RolloutOutcome.RolledBack, Optional.of(changed("went back")))
                .at(RolloutStep.RollingBack, rollout.now()),
            Optional.empty())
        : rollout.afterStop(journal);
  }

  /** What the old job is kept in; what a recovery starts from is told with the job. */
  private void record(Optional<Verification.Whole> whole) {
    rollout
        .draft()
        .restorePoint(
            new RestorePointStatus(
                journal.restoreFrom().orElseThrow(),
                journal.from().orElseThrow(),
                journal.oldJob().orElseThrow().hex(),
                journal.stoppedAt().orElse(rollout.now()).toString(),
                whole.map(it -> rollout.now().toString()).orElse(null),
                whole.map(Verification.Whole::bytes).orElse(null),
                whole.map(Verification.Whole::files).orElse(null),
                reason().name(),
                null));
  }

  private SavepointReason reason() {
    if (!journal.isSuspension()) {
      return SavepointReason.Upgrade;
    }
    return rollout.seen().life().deletedAt().isPresent()
        ? SavepointReason.Delete
        : SavepointReason.Suspend;
  }

  private String kind() {
    return journal.isByCheckpoint() || journal.isByLastCheckpoint() ? "checkpoint" : "savepoint";
  }

  /** Whether what was just stopped is wished again: its own savepoint serves it, and no other. */
  private boolean isReverted() {
    return rollout.isWishedAnew()
        && journal.asked().isEmpty()
        && isSpecOf(journal.from().orElseThrow())
        && (!isSpecOf(journal.to()) || isRestoreWithdrawn());
  }

  private boolean isRestoreWithdrawn() {
    return journal.chosen().isPresent()
        && rollout.seen().wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && wished.restore().isEmpty();
  }

  private boolean isSpecOf(int revision) {
    return rollout.target(revision).optional().stream()
        .anyMatch(stored -> stored.specHash().equals(rollout.seen().wishedHash()));
  }

  /** Whether somebody has decided, since this rollout began, to give the state up. */
  private boolean emptyIsWished() {
    // What begins with this step is not stored before it ends.
    boolean anew = rollout.isWishedAnew() || rollout.target(journal.to()).isAbsent();
    return anew
        && rollout.seen().wished() instanceof Parsed.Valid(EffectiveSpec wished)
        && wished.upgrade().state() == UpgradeState.None;
  }

  private Plan withoutState() {
    return isSpecOf(journal.to()) ? goOnWithout(journal) : abandon("gave the state up");
  }

  /** It stays the last that the old job has done, should somebody wish its state after all. */
  private Plan goOnWithout(Journal known) {
    if (!journal.isRecovery()) {
      record(Optional.empty());
    }
    return rollout.afterStop(known.withoutState());
  }

  /** Whatever comes next must not go back behind what the old job was stopped with. */
  private Plan abandon(String how) {
    if (!journal.isRecovery()) {
      record(Optional.empty());
    }
    return rollout.go(
        journal
            .withOutcome(RolloutOutcome.Abandoned, Optional.of(changed(how)))
            .at(RolloutStep.Retiring, rollout.now()),
        Optional.empty());
  }

  private Obstacle changed(String how) {
    return new Obstacle(
        Reason.Superseded,
        "%s: the spec %s after the old job had stopped"
            .formatted(rollout.subject(journal.to()), how));
  }

  /** Neither older nor empty state is taken instead; a repaired bucket is seen at the next look. */
  private Plan broken(String defect) {
    if (rollout.isOtherRestore()) {
      return abandon("chose other state");
    }
    String message =
        "%s: %s %s: %s; the job stays down, nothing is deleted; next step: restore the object, or name another restore point in spec.restore, or set spec.upgrade.state to None to start empty on purpose, see docs/operations/runbooks.md#savepointincomplete"
            .formatted(
                rollout.subject(journal.from().orElseThrow()),
                kind(),
                journal.restoreFrom().orElseThrow(),
                defect);
    rollout
        .draft()
        .condition(ConditionType.StateSafe, Truth.False, Reason.SavepointIncomplete, message);
    return rollout.stay(
        new Obstacle(Reason.SavepointIncomplete, message), rollout.limits().lookSoon());
  }
}
