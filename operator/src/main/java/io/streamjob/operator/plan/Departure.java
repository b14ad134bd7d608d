package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.plan.Observation.Remains;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The end of a StreamJob that somebody has deleted: what {@code spec.deletion} says happens to its
 * state first. A deletion is never held up for longer than it says.
 */
final class Departure {
  private final Observation seen;
  private final Limits limits;
  private final StreamJobStatus before;

  Departure(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.before = seen.status();
  }

  /** While nobody has deleted it: a policy that takes time has it held beforehand. */
  static Plan held(Observation seen, Plan plan) {
    if (!(seen.wished() instanceof Parsed.Valid(EffectiveSpec wished))) {
      return plan;
    }
    boolean needed = wished.deletion().policy() != DeletionPolicy.Keep;
    return needed == seen.life().held()
        ? plan
        : new Plan(
            plan.status(),
            Stream.concat(
                    plan.effects().stream(),
                    Stream.of(needed ? new Effect.Hold() : new Effect.Release()))
                .toList(),
            plan.notice(),
            plan.lookAgainAfter());
  }

  static Set<Question> questions(
      StreamJobStatus status,
      Parsed wished,
      String wishedHash,
      Requests requests,
      Observation.Life life) {
    if (!life.held()) {
      return Set.of();
    }
    EnumSet<Question> questions = EnumSet.of(Question.NAMESPACE);
    if (wished instanceof Parsed.Valid(EffectiveSpec spec)) {
      switch (spec.deletion().policy()) {
        case Keep -> {}
        case Savepoint -> {
          questions.addAll(
              Questions.of(status, suspended(spec), wishedHash, withoutAnnotations(requests)));
          if (Steady.standsStill(status)) {
            questions.add(Question.SAVEPOINTS);
          }
        }
        case Discard -> questions.add(Question.REMAINS);
      }
    }
    return questions;
  }

  private static Parsed suspended(EffectiveSpec spec) {
    return new Parsed.Valid(spec.suspended());
  }

  /** What somebody has asked for before the deletion is not wished any more. */
  private static Requests withoutAnnotations(Requests requests) {
    return Requests.NONE.with(requests.savepoints());
  }

  /** What a newer operator has written is not understood; it is let go when it may, and in time. */
  Plan ofNewerOperator() {
    boolean keep =
        !(seen.wished() instanceof Parsed.Valid(EffectiveSpec wished))
            || wished.deletion().policy() == DeletionPolicy.Keep
            || isOverdue(wished.deletion());
    boolean goes = seen.facts().namespaceGoes().equals(Reading.known(true));
    return seen.life().held() && (keep || goes)
        ? letGo(Reason.DeletionTimedOut, "a newer operator was at it; its state stays")
        : new Plan(before, List.of(), Optional.empty(), limits.lookLater());
  }

  private boolean isOverdue(EffectiveSpec.Deletion deletion) {
    return seen.now().isAfter(until(deletion));
  }

  private Instant until(EffectiveSpec.Deletion deletion) {
    return seen.life().deletedAt().orElseThrow().plus(deletion.within());
  }

  Plan plan() {
    if (!seen.life().held()) {
      // Everything that was made for it goes with it, by owner references.
      return new Plan(before, List.of(), Optional.empty(), limits.lookLater());
    }
    if (seen.facts().namespaceGoes().equals(Reading.known(true))) {
      return letGo(Reason.Deleting, "the namespace is deleted");
    }
    if (!(seen.wished() instanceof Parsed.Valid(EffectiveSpec wished))) {
      return letGo(Reason.Deleting, "its spec does not say what becomes of its state, which stays");
    }
    EffectiveSpec.Deletion deletion = wished.deletion();
    if (deletion.policy() != DeletionPolicy.Keep && isOverdue(deletion)) {
      return letGo(
          Reason.DeletionTimedOut,
          "spec.deletion.policy %s was not carried out by %s (%s); its newest state stays in the bucket"
              .formatted(
                  deletion.policy(),
                  until(deletion),
                  before.waitingFor() == null ? "it was under way" : before.waitingFor()));
    }
    if (before.current() == null && before.rollout() == null && before.history() == null) {
      // It has never begun anything.
      return released(Optional.empty());
    }
    return switch (deletion.policy()) {
      case Keep -> released(Optional.empty());
      case Savepoint -> stopped(wished);
      case Discard -> discarded();
    };
  }

  /** It stands still before it goes, as if it was suspended; a record tells where its state is. */
  private Plan stopped(EffectiveSpec wished) {
    boolean neverStarted = before.current() == null && before.rollout() == null;
    if (Steady.isFinished(before) && before.rollout() == null) {
      return released(Optional.of("its job has done its work"));
    }
    if (before.rollout() == null && !Steady.isSuspended(before) && hasEnded()) {
      return letGo(
          Reason.Deleting,
          "its job is over, so that no savepoint can be taken; its newest state stays in the bucket");
    }
    boolean stands = Steady.isSuspended(before) && before.rollout() == null;
    if (neverStarted || (stands && isRecorded())) {
      return released(Steady.finalSavepoint(before).map("its state is in "::concat));
    }
    return Planner.goOn(
        new Observation(
            seen.subject(),
            suspended(wished),
            seen.wishedHash(),
            withoutAnnotations(seen.requests()),
            before,
            seen.revisions(),
            seen.facts(),
            seen.folders(),
            seen.workerSelector(),
            seen.life(),
            seen.now()),
        limits);
  }

  /** Whether nothing runs that could be stopped with a savepoint, and none was. */
  private boolean hasEnded() {
    boolean over =
        switch (seen.facts().oldJob()) {
          case Reading.Known<JobView>(JobView job) -> job.state().isTerminal();
          case Reading.Absent<JobView> lost -> true;
          case Reading.Unknown<JobView> unknown -> false;
        };
    return before.current() != null && over && Steady.finalSavepoint(before).isEmpty();
  }

  /** A record has to be read back while the StreamJob can still say where it lies. */
  private boolean isRecorded() {
    if (Turns.unrecorded(before).findAny().isPresent()
        || !(seen.facts().savepoints() instanceof Reading.Known<List<Requested>>(var known))) {
      return false;
    }
    Set<String> records =
        requireNonNullElse(before.restorePoints(), List.<RestorePointStatus>of()).stream()
            .flatMap(point -> Stream.ofNullable(point.savepoint()))
            .collect(Collectors.toSet());
    return known.stream()
        .filter(it -> records.contains(it.name()))
        .allMatch(
            it ->
                switch (it.phase()) {
                  case Pending, Taking, Verifying -> false;
                  case Completed, Broken, Failed -> true;
                });
  }

  /** Nothing is deleted from under a job that may run. */
  private Plan discarded() {
    return switch (seen.facts().remains()) {
      case Reading.Unknown<Remains>(String why) -> await(why, List.of());
      case Reading.Absent<Remains> nothing -> released(Optional.of("its state was discarded"));
      case Reading.Known<Remains>(Remains remains) -> {
        if (remains.pod().isPresent()) {
          yield await("its pods go first", List.of(new Effect.DeleteClusters()));
        }
        if (remains.savepoint().isPresent()) {
          yield await("its StreamSavepoints are deleted", List.of(new Effect.DiscardSavepoints()));
        }
        yield remains.object().isPresent()
            ? await("its objects in the bucket are deleted", List.of(new Effect.DiscardObjects()))
            : released(Optional.of("its state was discarded"));
      }
    };
  }

  private Plan await(String sentence, List<Effect> effects) {
    StatusDraft draft = new StatusDraft(seen, limits);
    draft.waitingFor("%s is deleted: %s".formatted(seen.subject(), sentence));
    return new Plan(draft.build(), effects, Optional.empty(), limits.lookSoon());
  }

  private Plan released(Optional<String> told) {
    return new Plan(
        before,
        List.of(new Effect.Release()),
        told.map(
            what ->
                new Notice(
                    false, Reason.Deleting, "%s is deleted: %s".formatted(seen.subject(), what))),
        limits.lookLater());
  }

  private Plan letGo(Reason reason, String why) {
    return new Plan(
        before,
        List.of(new Effect.Release()),
        Optional.of(new Notice(true, reason, "%s is deleted: %s".formatted(seen.subject(), why))),
        limits.lookLater());
  }
}
