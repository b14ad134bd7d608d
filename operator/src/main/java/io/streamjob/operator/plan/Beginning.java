package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The beginning of a rollout: its numbers, its journal, and what is forgotten for it. */
final class Beginning {
  private final Observation seen;
  private final Limits limits;
  private final StatusDraft draft;
  private final StreamJobStatus before;
  private final Map<Integer, Observation.StoredRevision> revisions;
  private final Goal goal;
  private final EffectiveSpec spec;

  Beginning(
      Observation seen,
      Limits limits,
      StatusDraft draft,
      Map<Integer, Observation.StoredRevision> revisions,
      Goal goal,
      EffectiveSpec spec) {
    this.seen = seen;
    this.limits = limits;
    this.draft = draft;
    this.before = seen.status();
    this.revisions = revisions;
    this.goal = goal;
    this.spec = spec;
  }

  /**
   * Where a rollout leads to, and who asked for it.
   *
   * @param annotation empty: the spec
   * @param revision a stored one; empty: the wished spec is stored as a new one
   */
  record Goal(Optional<String> annotation, Optional<Integer> revision) {
    static final Goal SPEC = new Goal(Optional.empty(), Optional.empty());
    static final Goal RESTART = new Goal(Optional.of(Annotations.RESTART), Optional.empty());

    /** Nothing else comes: what is current stays so, and stands still. */
    static Goal suspension(RevisionStatus current) {
      return new Goal(Optional.empty(), Optional.ofNullable(current.number()));
    }

    static Goal back(int revision) {
      return new Goal(Optional.of(Annotations.ROLLBACK), Optional.of(revision));
    }
  }

  /** Begins in a step; what is written now is done at the next look. */
  Plan begin(RolloutStrategy strategy, RolloutStep step, Optional<String> restoreFrom) {
    Optional<RevisionStatus> current = Optional.ofNullable(before.current());
    boolean warm = strategy == RolloutStrategy.Warm;
    Journal journal =
        new Journal(
            nextAttempt(),
            strategy,
            step,
            seen.now(),
            seen.now(),
            current.map(RevisionStatus::number),
            goal.revision().orElseGet(this::nextRevision),
            goal.annotation().map(name -> new Journal.Asked(name, seen.wishedHash())),
            goal.annotation().map(name -> "asked for by " + name),
            Optional.ofNullable(before.job()).map(JobStatus::id).map(JobId::new),
            0,
            preflight(strategy, step, restoreFrom),
            List.of(),
            warm ? Check.Pending : Check.Skipped,
            Optional.empty(),
            restoreFrom,
            0,
            Optional.empty(),
            step == RolloutStep.Retiring ? Optional.of(seen.now()) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    if (!journal.isSuspension()) {
      takeUpRequests(journal);
    }
    return new Rollout(seen, limits, journal, draft)
        .go(
            journal,
            Optional.of(new Notice(false, Rollout.reason(journal), sentence(journal))),
            forgotten(journal.to()));
  }

  private void takeUpRequests(Journal journal) {
    seen.requests()
        .newRestart(before)
        .ifPresent(id -> draft.request(Annotations.RESTART, id, journal.attempt(), "under way"));
    if (goal.revision().isPresent()) {
      seen.requests()
          .newRollback(before)
          .ifPresent(to -> draft.request(Annotations.ROLLBACK, to, journal.attempt(), "under way"));
    }
  }

  private static String sentence(Journal journal) {
    return switch (journal.strategy()) {
      case Initial ->
          "First start begins, attempt %d: revision %d".formatted(journal.attempt(), journal.to());
      case Warm, Cold ->
          "%s upgrade begins, attempt %d: revision %d to revision %d"
              .formatted(
                  journal.strategy(),
                  journal.attempt(),
                  journal.from().orElse(journal.to()),
                  journal.to());
      case Suspend ->
          "Suspension begins, attempt %d: revision %d".formatted(journal.attempt(), journal.to());
    };
  }

  /** Under Cold it costs downtime, and is done only if it decides what is dropped. */
  private Check preflight(
      RolloutStrategy strategy, RolloutStep step, Optional<String> restoreFrom) {
    boolean hasState = restoreFrom.isPresent() || step == RolloutStep.Stopping;
    boolean worthIt =
        switch (strategy) {
          case Warm -> true;
          case Cold -> hasState && !spec.program().dropStateOf().isEmpty();
          case Initial, Suspend -> false;
        };
    return worthIt && spec.upgrade().preflight() != PreflightPolicy.Off
        ? Check.Pending
        : Check.Skipped;
  }

  /** Old revisions that nothing refers to any more, so that their number stays bounded. */
  private Effect[] forgotten(int wanted) {
    Set<Integer> kept = new HashSet<>(Set.of(wanted));
    Stream.of(Optional.ofNullable(before.current()), Optional.ofNullable(before.stable()))
        .flatMap(Optional::stream)
        .map(RevisionStatus::number)
        .forEach(kept::add);
    return revisions.keySet().stream()
        .sorted(Comparator.reverseOrder())
        .skip(limits.history())
        .filter(number -> !kept.contains(number))
        .map(Effect.ForgetRevision::new)
        .toArray(Effect[]::new);
  }

  private int nextAttempt() {
    return 1
        + requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
            .map(HistoryStatus::attempt)
            .flatMap(Stream::ofNullable)
            .mapToInt(Integer::intValue)
            .max()
            .orElse(0);
  }

  /** Numbers are never used twice, not even for a revision whose objects are being deleted. */
  private int nextRevision() {
    return 1
        + IntStream.concat(
                revisions.keySet().stream().mapToInt(Integer::intValue),
                requireNonNullElse(before.history(), List.<HistoryStatus>of()).stream()
                    .map(HistoryStatus::toRevision)
                    .flatMap(Stream::ofNullable)
                    .mapToInt(Integer::intValue))
            .max()
            .orElse(0);
  }
}
