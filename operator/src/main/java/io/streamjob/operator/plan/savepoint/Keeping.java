package io.streamjob.operator.plan.savepoint;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.DeepCheckStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.Notice;
import io.streamjob.operator.plan.Sizes;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a savepoint that was taken, or was not: read back again, and in the end removed.
 */
final class Keeping {
  private final SavepointObservation seen;
  private final SavepointLimits limits;
  private final Wish wish;
  private final StreamSavepointStatus before;
  private final SavepointDraft draft;
  private final boolean isInspected;
  private Optional<Notice> notice = Optional.empty();

  Keeping(SavepointObservation seen, SavepointLimits limits) {
    this.seen = seen;
    this.limits = limits;
    this.wish = seen.wish();
    this.before = seen.status();
    this.draft = new SavepointDraft(seen);
    this.isInspected =
        seen.job()
            .optional()
            .filter(job -> inspection(before, job.policy(), seen.now()) != DeepCheck.Off)
            .isPresent();
  }

  /** Whether a savepoint is to be read back now, one that was found broken each time. */
  static boolean isDue(StreamSavepointStatus status, Duration reverify, Instant now) {
    return switch (SavepointDraft.phaseOf(status)) {
      case Broken -> true;
      case Completed ->
          !Instant.parse(requireNonNullElse(status.verifiedAt(), Instant.EPOCH.toString()))
              .plus(reverify)
              .isAfter(now);
      case Pending, Taking, Verifying, Failed -> false;
    };
  }

  /** How much of its tables is to be read through now. */
  static DeepCheck inspection(
      StreamSavepointStatus status, EffectiveSpec.Savepoints policy, Instant now) {
    DeepCheckStatus last = status.deepCheck();
    boolean damaged = last != null && last.damage() != null;
    boolean whole = SavepointDraft.phaseOf(status) == SavepointPhase.Completed;
    boolean due =
        last == null
            || !Instant.parse(requireNonNullElse(last.checkedAt(), Instant.EPOCH.toString()))
                .plus(policy.reverify())
                .isAfter(now);
    if (!due || !(whole || damaged)) {
      return DeepCheck.Off;
    }
    // What was damaged once is taken for sound only after all of it was read.
    return damaged ? DeepCheck.Whole : policy.deepCheck();
  }

  SavepointPlan plan() {
    inspected();
    readBack();
    Optional<SavepointEffect> effect = Optional.empty();
    if (seen.job() instanceof Reading.Known<Job>(Job job)
        && seen.siblings() instanceof Reading.Known<List<Sibling>>(List<Sibling> siblings)) {
      effect = retention(job, siblings);
    }
    return new SavepointPlan(draft.build(), effect, notice, pause());
  }

  /** No longer than until it is read back again. */
  private Duration pause() {

    Duration reverify =
        seen.job().optional().map(job -> job.policy().reverify()).orElse(limits.lookLater());
    Duration longest =
        seen.inspection().equals(Reading.known(new Inspection.UnderWay()))
            ? limits.lookUnderWay()
            : limits.lookLater();
    return reverify.compareTo(longest) < 0 ? reverify : longest;
  }

  private void inspected() {
    String said = before.waitingFor();
    draft.waitingFor(null);
    switch (seen.inspection()) {
      case Reading.Known<Inspection>(Inspection.Sound(int tables, int of)) ->
          draft.inspected(tables, of, null);
      case Reading.Known<Inspection>(Inspection.Damaged(String defect, int tables, int of)) -> {
        draft.inspected(tables, of, defect);
        broken(defect);
      }
      // What was said of the last attempt stands until this one has ended.
      case Reading.Known<Inspection>(Inspection.UnderWay underWay) -> draft.waitingFor(said);
      // Whoever deletes it meanwhile is found by reading it back.
      case Reading.Absent<Inspection> absent -> {}
      case Reading.Unknown<Inspection>(String why) -> {
        if (isInspected) {
          draft.waitingFor("its tables could not be read through: " + why);
        }
      }
    }
  }

  private void readBack() {
    switch (seen.verification()) {
      case Reading.Known<Verification>(Verification.Whole whole) when draft.damage().isPresent() ->
          broken(draft.damage().get());
      case Reading.Known<Verification>(Verification.Whole whole) -> {
        draft.verifiedNow();
        tell(
            SavepointPhase.Completed,
            "True",
            Reason.SavepointVerified,
            "%s: %s is whole: %d files, %s"
                .formatted(wish, before.location(), whole.files(), Sizes.people(whole.bytes())));
      }
      case Reading.Known<Verification>(Verification.Broken(String defect)) -> broken(defect);
      case Reading.Absent<Verification> none ->
          broken(before.location() + "/_metadata: expected it, found no such object");
      // Could not ask is not is-not-there.
      case Reading.Unknown<Verification> unknown -> {}
    }
  }

  private void broken(String defect) {
    tell(
        SavepointPhase.Broken,
        "False",
        Reason.SavepointIncomplete,
        "%s: it was whole at %s, and is not any more: %s; nothing is started from it; next step: restore the object, or delete this StreamSavepoint, see docs/operations/runbooks.md#savepointincomplete"
            .formatted(wish, before.verifiedAt(), defect));
  }

  private void tell(SavepointPhase phase, String verified, Reason reason, String message) {
    boolean changed = phase != SavepointDraft.phaseOf(before);
    draft.phase(phase);
    draft.verified(verified, reason, message);
    if (changed) {
      notice = Optional.of(new Notice("False".equals(verified), reason, message));
    }
  }

  /** Marked first, removed after a while, and only if it still may go. */
  private Optional<SavepointEffect> retention(Job job, List<Sibling> siblings) {
    if (!mayGo(job, siblings)) {
      draft.expiresAt(null);
      return Optional.empty();
    }
    if (before.expiresAt() == null) {
      Instant at = seen.now().plus(limits.grace());
      draft.expiresAt(at);
      notice =
          notice.or(
              () ->
                  Optional.of(
                      new Notice(
                          false,
                          Reason.SavepointExpired,
                          "%s: beyond spec.savepoints.retention of StreamJob %s; it is removed at %s"
                              .formatted(wish, wish.job(), at))));
      return Optional.empty();
    }
    return seen.now().isBefore(Instant.parse(before.expiresAt()))
        ? Optional.empty()
        : Optional.of(new SavepointEffect.Expire());
  }

  private boolean mayGo(Job job, List<Sibling> siblings) {
    EffectiveSpec.Savepoints policy = job.policy();
    // A job that is gone, or whose spec nobody understands, does not say what may go.
    if (wish.reason() == SavepointReason.Manual
        || wish.retain()
        || !job.isPolicyWished()
        || !job.uid().equals(before.jobUid())
        || Removal.user(before, job).isPresent()
        || seen.restorers()
            .optional()
            .filter(all -> Removal.restorer(wish, before, all).isEmpty())
            .isEmpty()) {
      return false;
    }
    List<Sibling> verified =
        siblings.stream()
            .filter(Sibling::isVerified)
            // What a person has recorded may be older than its object, and may go at any time.
            .filter(Sibling::ours)
            .filter(other -> other.jobUid().equals(before.jobUid()))
            .sorted(Comparator.comparing(Sibling::takenAt).reversed().thenComparing(Sibling::uid))
            .toList();
    // Without a verified one nothing goes: nobody knows what will be needed.
    if (verified.isEmpty() || verified.getFirst().uid().equals(wish.uid())) {
      return false;
    }
    long newer =
        verified.stream()
            .filter(other -> other.reason() != SavepointReason.Manual)
            .takeWhile(other -> !other.uid().equals(wish.uid()))
            .count();
    boolean counted = verified.stream().anyMatch(other -> other.uid().equals(wish.uid()));
    Instant since = before.takenAt() == null ? wish.createdAt() : Instant.parse(before.takenAt());
    return (counted && newer >= policy.maxCount())
        || since.plus(policy.maxAge()).isBefore(seen.now());
  }
}
