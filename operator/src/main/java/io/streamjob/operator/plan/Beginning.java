package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.RestoreSpec;
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
import java.util.Objects;
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
  private final Optional<EffectiveSpec> spec;

  /**
   * @param revisions those that may be forgotten, and numbers that are taken
   * @param spec what will run; empty: no other than what is current
   */
  Beginning(
      Observation seen,
      Limits limits,
      StatusDraft draft,
      Map<Integer, Observation.StoredRevision> revisions,
      Goal goal,
      Optional<EffectiveSpec> spec) {
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
   * @param annotation or another word for who asked; empty: the spec
   * @param revision a stored one; empty: the wished spec is stored as a new one
   * @param chosen what it starts from instead of the job's own state
   * @param note what history will say besides the outcome
   */
  record Goal(
      Optional<String> annotation,
      Optional<Integer> revision,
      Optional<Journal.Chosen> chosen,
      Optional<String> note) {
    static final Goal SPEC =
        new Goal(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    static final Goal RESTART = askedBy(Annotations.RESTART, Optional.empty());

    private static Goal askedBy(String annotation, Optional<Integer> revision) {
      return new Goal(
          Optional.of(annotation),
          revision,
          Optional.empty(),
          Optional.of("asked for by " + annotation));
    }

    /** Nothing else comes: what is current stays so, and stands still. */
    static Goal suspension(RevisionStatus current) {
      return new Goal(
          Optional.empty(),
          Optional.ofNullable(current.number()),
          Optional.empty(),
          Optional.empty());
    }

    /** The same revision, at another size. */
    static Goal rescale(RevisionStatus current) {
      return new Goal(
          Optional.of(Journal.Asked.RESCALE),
          Optional.ofNullable(current.number()),
          Optional.empty(),
          Optional.empty());
    }

    /** The same revision, whose job is over. */
    static Goal recovery(RevisionStatus current, String why) {
      return new Goal(
          Optional.of(Journal.Asked.RECOVERY),
          Optional.ofNullable(current.number()),
          Optional.empty(),
          Optional.of(why));
    }

    /** Nothing comes after the job, whose work is done. */
    static Goal finish(RevisionStatus current) {
      return suspension(current);
    }

    static Goal back(int revision) {
      return askedBy(Annotations.ROLLBACK, Optional.of(revision));
    }

    /** What the spec says, and why it is not done in another way. */
    static Goal spec(String note) {
      return new Goal(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(note));
    }

    static Goal restore(Journal.Chosen chosen, String note) {
      return new Goal(Optional.empty(), Optional.empty(), Optional.of(chosen), Optional.of(note));
    }
  }

  /** Whether the spec asks for nothing but another size, and the engine may be able to give it. */
  boolean isRescale() {
    Optional<EffectiveSpec> runs =
        Optional.ofNullable(before.current())
            .map(RevisionStatus::number)
            .map(revisions::get)
            .map(Observation.StoredRevision::spec);
    return goal.equals(Goal.SPEC)
        && seen.requests().newRestart(before).isEmpty()
        && runs.isPresent()
        && spec.filter(wished -> wished.isRescaleOf(runs.get())).isPresent();
  }

  /** On the pods of the current revision. */
  Plan rescale() {
    RevisionStatus current = Objects.requireNonNull(before.current());
    return new Beginning(seen, limits, draft, revisions, Goal.rescale(current), spec)
        .begin(RolloutStrategy.Rescale, RolloutStep.Preparing, Optional.empty());
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
            goal.annotation().map(name -> Journal.Asked.by(name, seen)),
            goal.note(),
            Optional.ofNullable(before.job()).map(JobStatus::id).map(JobId::new),
            0,
            preflight(strategy, step, restoreFrom),
            List.of(),
            warm ? Check.Pending : Check.Skipped,
            Optional.empty(),
            restoreFrom,
            goal.chosen(),
            strategy == RolloutStrategy.Rescale
                ? spec.map(it -> new Journal.Size(it.replicas(), it.program().parallelism()))
                : Optional.empty(),
            0,
            Optional.empty(),
            step == RolloutStep.Retiring || step == RolloutStep.Verifying
                ? Optional.of(seen.now())
                : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    if (!journal.isSuspension() && !journal.isOfTheJobAlone() && !journal.isRescale()) {
      takeUpRequests(journal);
    }
    return new Rollout(seen, limits, journal, draft)
        .go(
            journal,
            Optional.of(
                new Notice(journal.isRecovery(), Rollout.reason(journal), sentence(journal))),
            forgotten(journal.to()));
  }

  private void takeUpRequests(Journal journal) {
    journal
        .chosen()
        .ifPresent(
            chosen ->
                draft.request(RestoreSpec.FIELD, chosen.id(), journal.attempt(), "under way"));
    seen.requests()
        .newRestart(before)
        .ifPresent(id -> draft.request(Annotations.RESTART, id, journal.attempt(), "under way"));
    if (goal.revision().isPresent()) {
      giveUpRestore(seen, draft);
      seen.requests()
          .newRollback(before)
          .ifPresent(to -> draft.request(Annotations.ROLLBACK, to, journal.attempt(), "under way"));
    }
  }

  /** Who goes back behind a spec, goes back behind the restore in it as well. */
  static void giveUpRestore(Observation seen, StatusDraft draft) {
    Requests.newRestore(seen.wished(), seen.status())
        .ifPresent(
            restore ->
                draft.request(
                    RestoreSpec.FIELD,
                    restore.id(),
                    null,
                    "given up: annotation %s went back behind it".formatted(Annotations.ROLLBACK)));
  }

  private static String sentence(Journal journal) {
    String sentence = begins(journal);
    return journal.chosen().isPresent() || journal.isRecovery()
        ? sentence + journal.note().map((journal.isRecovery() ? "; " : "; it ")::concat).orElse("")
        : sentence;
  }

  private static String begins(Journal journal) {
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
      case Recovery ->
          "Recovery begins, attempt %d: revision %d".formatted(journal.attempt(), journal.to());
      case Rescale ->
          "Rescaling begins, attempt %d: revision %d to %d worker(s), parallelism %d"
              .formatted(
                  journal.attempt(),
                  journal.to(),
                  journal.size().orElseThrow().replicas(),
                  journal.size().orElseThrow().parallelism());
      case Finish ->
          "The job has ended by itself, attempt %d: the pods of revision %d go"
              .formatted(journal.attempt(), journal.to());
    };
  }

  /**
   * Without an old job beside it costs downtime, and is done only if it decides what is dropped.
   */
  private Check preflight(
      RolloutStrategy strategy, RolloutStep step, Optional<String> restoreFrom) {
    if (spec.isEmpty()) {
      return Check.Skipped;
    }
    boolean hasState =
        goal.chosen()
            .map(chosen -> chosen.location().isPresent())
            .orElse(restoreFrom.isPresent() || step == RolloutStep.Stopping);
    boolean worthIt =
        switch (strategy) {
          case Warm -> true;
          case Initial, Cold -> hasState && !spec.get().program().dropStateOf().isEmpty();
          case Suspend, Recovery, Finish, Rescale -> false;
        };
    return worthIt && spec.get().upgrade().preflight() != PreflightPolicy.Off
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
