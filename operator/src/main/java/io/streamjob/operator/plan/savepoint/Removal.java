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
import io.streamjob.operator.plan.savepoint.SavepointObservation.Restorer;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    if (phase == SavepointPhase.Pending) {
      return release();
    }
    if (seen.namespaceGoes().equals(Reading.known(true))) {
      // With it go the secret of the bucket and the StreamJob that could say what it still needs.
      return letGo("the namespace is deleted");
    }
    if (phase == SavepointPhase.Taking && !isOver()) {
      return await("it is deleted when the engine has ended writing it");
    }
    String directory = before.directory();
    if (directory == null || wish.retain()) {
      return release();
    }
    if (seen.job().isUnknown()
        || !(seen.restorers() instanceof Reading.Known<List<Restorer>>(List<Restorer> restorers))) {
      return await("waits for the API server to answer");
    }
    return seen.job()
        .optional()
        .flatMap(job -> user(before, job))
        .or(() -> restorer(wish, before, restorers))
        .map(this::inUse)
        .orElseGet(() -> remove(directory));
  }

  /** What refers to a restore point or to anything beside it in its folder; empty: nothing does. */
  static Optional<String> user(StreamSavepointStatus status, Job job) {
    if (!job.uid().equals(status.jobUid())) {
      return Optional.empty();
    }
    if (job.status().rollout() != null && isOf(status, job.status().rollout().restoreFrom())) {
      return Optional.of("the rollout under way starts from it");
    }
    boolean last =
        requireNonNullElse(job.status().restorePoints(), List.<RestorePointStatus>of()).stream()
            .limit(1)
            .anyMatch(
                point ->
                    isOf(status, point.location())
                        && job.status().job() != null
                        && Objects.equals(point.jobId(), job.status().job().id()));
    return last
        ? Optional.of(
            Phase.Suspended.name().equals(job.status().phase())
                ? "the suspended job resumes from it"
                : "the job was stopped with it, and goes on from it")
        : Optional.empty();
  }

  /** Whoever is about to start from it by {@code spec.restore}; empty: nobody. */
  static Optional<String> restorer(
      SavepointObservation.Wish wish, StreamSavepointStatus status, List<Restorer> restorers) {
    return restorers.stream()
        .filter(it -> wish.name().equals(it.from()) || isOf(status, it.from()))
        .findFirst()
        .map(it -> "StreamJob %s starts from it, as its spec.restore says".formatted(it.job()));
  }

  private static boolean isOf(StreamSavepointStatus status, @Nullable String location) {
    return location != null
        && (location.equals(status.location())
            || (status.directory() != null && (location + "/").startsWith(status.directory())));
  }

  private boolean isOver() {
    // The pods of a StreamJob that is gone, or goes with all its state, end in their own time.
    boolean ended =
        seen.job().isAbsent()
            && wish.deletedAt()
                .filter(deleted -> deleted.plus(limits.farewell()).isBefore(seen.now()))
                .isPresent();
    boolean silent = seen.taken().isUnknown() && !ended;
    boolean runs =
        silent
            || seen.taken()
                .optional()
                .filter(SavepointView.InProgress.class::isInstance)
                .isPresent();
    return !runs || SavepointPlanner.isGivenUp(before, seen.now());
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
    return new SavepointPlan(draft.build(), Optional.empty(), notice, limits.lookWaiting());
  }

  private SavepointPlan remove(String directory) {
    if (!(seen.siblings() instanceof Reading.Known<List<Sibling>>(List<Sibling> siblings))) {
      return await("waits for the API server to answer");
    }
    // Whoever records the same objects keeps them, or removes them in its turn.
    boolean shared =
        siblings.stream()
            .filter(other -> !other.uid().equals(wish.uid()))
            .filter(other -> !other.goes() || other.retain())
            .anyMatch(other -> (other.location() + "/").startsWith(directory));
    if (shared) {
      return release();
    }
    return switch (seen.leftover()) {
      case Reading.Absent<String> nothing -> release();
      case Reading.Known<String>(String next) -> {
        String sentence = "its objects are deleted, next " + next;
        boolean progress = !sentence.equals(before.waitingFor());
        yield goOn(sentence, progress, Optional.of(new SavepointEffect.Delete(directory)));
      }
      case Reading.Unknown<String>(String why) -> goOn(why, false, Optional.empty());
    };
  }

  /** A storage that refuses or is silent is tried for a while. */
  private SavepointPlan goOn(String sentence, boolean progress, Optional<SavepointEffect> effect) {
    Instant since =
        progress || before.stuckSince() == null ? seen.now() : Instant.parse(before.stuckSince());
    if (seen.now().isAfter(since.plus(limits.removal()))) {
      return letGo(sentence);
    }
    draft.stuckSince(progress ? null : since);
    draft.waitingFor(sentence);
    return new SavepointPlan(draft.build(), effect, Optional.empty(), limits.lookSoon());
  }

  /** Nobody can be kept from deleting a namespace because a bucket is gone. */
  private SavepointPlan letGo(String why) {
    SavepointPlan plan = release();
    return new SavepointPlan(
        plan.status(),
        plan.effect(),
        Optional.of(
            new Notice(
                true,
                Reason.StorageUnreachable,
                "%s: objects may be left in %s: %s; next step: delete them by hand"
                    .formatted(
                        wish, Optional.ofNullable(before.directory()).orElse("its bucket"), why))),
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
