package io.streamjob.operator.plan.savepoint;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.Notice;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The end of a StreamSavepoint that somebody deletes: its objects go first, unless anything refers
 * to it.
 */
final class Removal {
  private final SavepointObservation seen;
  private final SavepointLimits limits;
  private final Wish wish;
  private final StreamSavepointStatus before;
  private final SavepointDraft draft;

  Removal(SavepointObservation seen, SavepointLimits limits) {
    this.seen = seen;
    this.limits = limits;
    this.wish = seen.wish();
    this.before = seen.status();
    this.draft = new SavepointDraft(seen);
  }

  SavepointPlan plan() {
    SavepointPhase phase = SavepointDraft.phaseOf(before);
    if (phase == SavepointPhase.Pending || before.directory() == null || wish.retain()) {
      return release();
    }
    if (seen.namespaceGoes().equals(Reading.known(true))) {
      // With it go the secret of the bucket and the StreamJob that could say what it still needs.
      return letGo(before.directory(), "the namespace is deleted");
    }
    if (phase == SavepointPhase.Taking && !isOver()) {
      return await("it is deleted when the engine has ended writing it");
    }
    return switch (seen.job()) {
      case Reading.Unknown<Job> unknown -> await("waits for the API server to answer");
      case Reading.Absent<Job> gone -> remove(before.directory());
      case Reading.Known<Job>(Job job) ->
          user(before, job).isPresent()
              ? inUse(user(before, job).get())
              : remove(before.directory());
    };
  }

  /** What refers to a restore point, in words; empty: nothing does. */
  static Optional<String> user(StreamSavepointStatus status, Job job) {
    String location = status.location();
    if (location == null || !Objects.equals(job.uid(), status.jobUid())) {
      return Optional.empty();
    }
    if (job.status().rollout() != null && location.equals(job.status().rollout().restoreFrom())) {
      return Optional.of("the rollout under way starts from it");
    }
    boolean last =
        requireNonNullElse(job.status().restorePoints(), List.<RestorePointStatus>of()).stream()
            .limit(1)
            .anyMatch(
                point ->
                    location.equals(point.location())
                        && job.status().job() != null
                        && Objects.equals(point.jobId(), job.status().job().id()));
    return last
        ? Optional.of(
            Phase.Suspended.name().equals(job.status().phase())
                ? "the suspended job resumes from it"
                : "the job was stopped with it, and goes on from it")
        : Optional.empty();
  }

  private boolean isOver() {
    boolean runs =
        seen.taken().isUnknown()
            || seen.taken()
                .optional()
                .filter(SavepointView.InProgress.class::isInstance)
                .isPresent();
    Instant deadline =
        Instant.parse(requireNonNullElse(before.takenAt(), Instant.EPOCH.toString()))
            .plus(
                seen.job().optional().map(job -> job.policy().timeout()).orElse(limits.waiting()));
    return !runs || seen.now().isAfter(deadline);
  }

  private SavepointPlan inUse(String user) {
    String message =
        "%s: it is deleted when nothing refers to it any more: %s (StreamJob %s)"
            .formatted(wish, user, wish.job());
    Optional<Notice> notice =
        message.equals(before.waitingFor())
            ? Optional.empty()
            : Optional.of(new Notice(true, Reason.SavepointInUse, message));
    draft.waitingFor(message);
    return new SavepointPlan(draft.build(), Optional.empty(), notice, Duration.ofSeconds(10));
  }

  private SavepointPlan remove(String directory) {
    return switch (seen.leftover()) {
      case Reading.Absent<String> nothing -> release();
      case Reading.Known<String> something -> {
        draft.waitingFor("its objects are deleted");
        yield new SavepointPlan(
            draft.build(),
            Optional.of(new SavepointEffect.Delete(directory)),
            Optional.empty(),
            Duration.ZERO);
      }
      case Reading.Unknown<String>(String why) ->
          seen.now().isAfter(wish.deletedAt().orElse(seen.now()).plus(limits.removal()))
              ? letGo(directory, why)
              : await("waits for the storage to answer: " + why);
    };
  }

  /** Nobody can be kept from deleting a namespace because a bucket is gone. */
  private SavepointPlan letGo(String directory, String why) {
    SavepointPlan plan = release();
    return new SavepointPlan(
        plan.status(),
        plan.effect(),
        Optional.of(
            new Notice(
                true,
                Reason.StorageUnreachable,
                "%s: objects may be left in %s: %s; next step: delete them by hand"
                    .formatted(wish, directory, why))),
        plan.lookAgainAfter());
  }

  private SavepointPlan release() {
    return new SavepointPlan(
        before, Optional.of(new SavepointEffect.Release()), Optional.empty(), limits.lookLater());
  }

  private SavepointPlan await(String sentence) {
    draft.waitingFor(sentence);
    return new SavepointPlan(draft.build(), Optional.empty(), Optional.empty(), limits.lookSoon());
  }
}
