package io.streamjob.operator.plan.savepoint;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.plan.Notice;
import io.streamjob.operator.plan.Sizes;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Origin;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a StreamSavepoint: Pending, Taking, Verifying, then Completed or Failed. A pure
 * function of what is wished, written and seen.
 *
 * <p>Whose turn it is, its StreamJob says: one savepoint at a time, and none during a rollout.
 */
public final class SavepointPlanner {
  private final SavepointObservation seen;
  private final SavepointLimits limits;
  private final Wish wish;
  private final StreamSavepointStatus before;
  private final SavepointDraft draft;

  private SavepointPlanner(SavepointObservation seen, SavepointLimits limits) {
    this.seen = seen;
    this.limits = limits;
    this.wish = seen.wish();
    this.before = seen.status();
    this.draft = new SavepointDraft(seen);
  }

  /** What to write and do next. */
  public static SavepointPlan plan(SavepointObservation seen, SavepointLimits limits) {
    return seen.wish().deletedAt().isPresent()
        ? new Removal(seen, limits).plan()
        : new SavepointPlanner(seen, limits).plan();
  }

  private SavepointPlan plan() {
    return switch (SavepointDraft.phaseOf(before)) {
      case Pending -> pending();
      case Taking -> taking();
      case Verifying -> verifying();
      case Completed, Broken, Failed -> new Keeping(seen, limits).plan();
    };
  }

  private SavepointPlan pending() {
    return switch (seen.job()) {
      case Reading.Unknown<Job> unknown -> stay("waits for the API server to answer");
      case Reading.Absent<Job> absent ->
          await(
              Reason.JobNotFound,
              "expected StreamJob %s/%s, found none".formatted(wish.namespace(), wish.job()),
              limits.waiting());
      case Reading.Known<Job>(Job job) ->
          job.current().isEmpty()
              ? await(
                  Reason.SavepointWaiting,
                  "StreamJob %s has not started yet".formatted(wish.job()),
                  job.policy().timeout())
              : begin(job, job.current().get());
    };
  }

  private SavepointPlan begin(Job job, Origin current) {
    if (wish.location().isPresent()) {
      return adopt(job, current, withoutSlash(wish.location().get()));
    }
    if (isUnwritable(current)) {
      return unwritable();
    }
    SavepointStatus turn = job.status().savepoint();
    if (turn != null
        && wish.uid().equals(turn.uid())
        && job.status().rollout() == null
        && job.status().job() != null) {
      draft.origin(job, current.revision());
      draft.directory(current.directory());
      draft.trigger(TriggerId.of(wish.uid() + "/savepoint"));
      draft.takenAt(seen.now());
      // Written down, so that it is the same for whoever cannot ask for the spec, or finds another.
      draft.giveUpAt(seen.now().plus(job.policy().timeout()));
      draft.phase(SavepointPhase.Taking);
      return say("Unknown", Reason.SavepointUnderWay, "the savepoint is being taken");
    }
    return await(Reason.SavepointWaiting, whatFor(job, turn), job.policy().timeout());
  }

  private String whatFor(Job job, @Nullable SavepointStatus turn) {
    if (job.status().rollout() != null) {
      return "StreamJob %s is being rolled out".formatted(wish.job());
    }
    if (turn != null && !wish.uid().equals(turn.uid())) {
      return "StreamSavepoint %s is being taken".formatted(turn.name());
    }
    String state =
        Optional.ofNullable(job.status().job()).map(JobStatus::state).orElse("not started");
    return "StreamJob %s is to give it its turn; its job is %s".formatted(wish.job(), state);
  }

  /**
   * It exists already; whether it is whole has to be seen. Only what a rollout had written is ours
   * to delete: a location that a person names may be any folder.
   */
  private SavepointPlan adopt(Job job, Origin current, String location) {
    Optional<RestorePointStatus> point = restorePoint(job, location);
    Origin origin = point.map(RestorePointStatus::revision).flatMap(job::origin).orElse(current);
    draft.origin(job, origin.revision());
    draft.location(location);
    draft.takenAt(wish.createdAt());
    point.ifPresent(draft::stoppedWith);
    draft.directory(point.flatMap(it -> ownFolder(origin.savepoints(), location)).orElse(null));
    draft.phase(SavepointPhase.Verifying);
    draft.waitingFor("it is read back");
    return new SavepointPlan(draft.build(), Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  private static Optional<RestorePointStatus> restorePoint(Job job, String location) {
    return requireNonNullElse(job.status().restorePoints(), List.<RestorePointStatus>of()).stream()
        .filter(point -> location.equals(point.location()))
        .findFirst();
  }

  /** The folder below that of all savepoints which holds this one and nothing else. */
  static Optional<String> ownFolder(String savepoints, String location) {
    if (savepoints.isEmpty() || !location.startsWith(savepoints)) {
      return Optional.empty();
    }
    String name = location.substring(savepoints.length()).split("/", 2)[0];
    return name.isEmpty() || name.equals(".") || name.equals("..")
        ? Optional.empty()
        : Optional.of(savepoints + name + "/");
  }

  private static String withoutSlash(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }

  private SavepointPlan taking() {
    draft.engineVersion(seen.engineVersion().optional());
    return switch (seen.taken()) {
      case Reading.Known<SavepointView>(SavepointView.Completed(String location)) -> read(location);
      case Reading.Known<SavepointView>(SavepointView.InProgress running) ->
          goOn(Optional.empty(), "the engine writes it");
      case Reading.Known<SavepointView>(
              SavepointView.Failed(EngineFailure failure, Optional<String> complete)) ->
          complete.isPresent() ? read(complete.get()) : failed(failure);
      case Reading.Unknown<SavepointView> silent ->
          goOn(Optional.empty(), "the coordinator does not answer");
      case Reading.Absent<SavepointView> absent -> unheardOf();
    };
  }

  /** Only the bucket can tell whether it was completed before the engine told of the failure. */
  private SavepointPlan failed(EngineFailure failure) {
    return switch (seen.found()) {
      case Reading.Known<String>(String location) -> read(location);
      case Reading.Unknown<String> silent -> goOn(Optional.empty(), "the storage does not answer");
      case Reading.Absent<String> none ->
          fail(
              Reason.SavepointFailed,
              "the engine could not take it: %s; next step: see docs/operations/runbooks.md#savepointfailed, then create another StreamSavepoint"
                  .formatted(failure.message()));
    };
  }

  /**
   * Not asked for yet, or by a coordinator that is no more, or so long ago that it is forgotten.
   */
  private SavepointPlan unheardOf() {
    return switch (seen.found()) {
      case Reading.Known<String>(String location) -> read(location);
      case Reading.Unknown<String> silent -> goOn(Optional.empty(), "the storage does not answer");
      // What the StreamJob asks for may have changed since its turn began.
      case Reading.Absent<String> none when origin().filter(this::isUnwritable).isPresent() ->
          unwritable();
      case Reading.Absent<String> none ->
          goOn(
              Optional.of(
                  new SavepointEffect.Take(
                      requireNonNullElse(before.revision(), 0),
                      new JobId(requireNonNullElse(before.jobId(), "")),
                      new TriggerId(requireNonNullElse(before.triggerId(), "")),
                      requireNonNullElse(before.directory(), ""),
                      format())),
              "the engine is asked for it");
    };
  }

  private Optional<Origin> origin() {
    return seen.job()
        .optional()
        .flatMap(job -> job.origin(requireNonNullElse(before.revision(), 0)));
  }

  /** The engine would fail the tasks of the job (Flink 2.3). */
  private boolean isUnwritable(Origin origin) {
    return origin.revision().spec().state().backend() == StateBackend.ForSt
        && format() == SavepointFormat.CANONICAL;
  }

  private SavepointPlan unwritable() {
    return fail(
        Reason.SavepointFailed,
        "expected the format Native, the only one of the state backend ForSt, found Canonical; the engine was not asked, as the job's tasks would fail; next step: create another StreamSavepoint with spec.format Native");
  }

  private SavepointFormat format() {
    return switch (wish.format()
        .or(() -> seen.job().optional().map(job -> job.policy().format()))
        .orElse(EffectiveSpec.Savepoints.DEFAULT.format())) {
      case Native -> SavepointFormat.NATIVE;
      case Canonical -> SavepointFormat.CANONICAL;
    };
  }

  private SavepointPlan goOn(Optional<SavepointEffect> effect, String sentence) {
    if (isGivenUp(before, seen.now())) {
      return fail(
          Reason.SavepointTimedOut,
          "expected it from %s to %s (spec.savepoints.timeout), found: %s; next step: see docs/operations/runbooks.md#savepointtimedout"
              .formatted(before.takenAt(), before.giveUpAt(), sentence));
    }
    draft.waitingFor(sentence + "; until " + before.giveUpAt());
    return new SavepointPlan(draft.build(), effect, Optional.empty(), limits.lookSoon());
  }

  /** Whether the engine is waited for no longer. */
  static boolean isGivenUp(StreamSavepointStatus status, Instant now) {
    return now.isAfter(Instant.parse(requireNonNullElse(status.giveUpAt(), "")));
  }

  private SavepointPlan read(String location) {
    draft.location(location);
    draft.phase(SavepointPhase.Verifying);
    draft.waitingFor(null);
    return new SavepointPlan(draft.build(), Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  private SavepointPlan verifying() {
    return switch (seen.verification()) {
      case Reading.Known<Verification>(Verification.Whole whole)
          when seen.manifest() instanceof Reading.Known<Manifest>(Manifest manifest) -> {
        draft.content(whole, manifest, limits.operators());
        draft.verifiedNow();
        draft.phase(SavepointPhase.Completed);
        yield say(
            "True",
            Reason.SavepointVerified,
            "%s is whole: %d files, %s"
                .formatted(before.location(), whole.files(), Sizes.people(whole.bytes())));
      }
      case Reading.Known<Verification>(Verification.Whole whole) -> unread("no manifest");
      case Reading.Known<Verification>(Verification.Broken(String defect)) -> incomplete(defect);
      case Reading.Absent<Verification> none ->
          incomplete(before.location() + "/_metadata: expected it, found no such object");
      case Reading.Unknown<Verification>(String why) -> unread(why);
    };
  }

  /** Nobody waits for it: its turn has ended with the engine's part. */
  private SavepointPlan unread(String why) {
    draft.waitingFor("waits for the storage to answer: " + why);
    return new SavepointPlan(
        draft.build(), Optional.empty(), Optional.empty(), limits.lookWaiting());
  }

  private SavepointPlan incomplete(String defect) {
    return fail(
        Reason.SavepointIncomplete,
        "%s; nothing is started from it; next step: see docs/operations/runbooks.md#savepointincomplete"
            .formatted(defect));
  }

  private SavepointPlan await(Reason reason, String whatFor, Duration atMost) {
    Instant deadline = wish.createdAt().plus(atMost);
    if (seen.now().isAfter(deadline)) {
      return fail(
          reason == Reason.JobNotFound ? reason : Reason.SavepointTimedOut,
          "it was not begun within %s: %s; next step: create another StreamSavepoint when that has changed"
              .formatted(atMost, whatFor));
    }
    draft.waitingFor(whatFor + "; until " + deadline);
    draft.verified("Unknown", reason, "%s: %s".formatted(wish, whatFor));
    return new SavepointPlan(
        draft.build(), Optional.empty(), Optional.empty(), limits.lookWaiting());
  }

  private SavepointPlan fail(Reason reason, String message) {
    draft.phase(SavepointPhase.Failed);
    return say("False", reason, message);
  }

  /** Nothing is decided on a guess. */
  private SavepointPlan stay(String sentence) {
    draft.waitingFor(sentence);
    return new SavepointPlan(draft.build(), Optional.empty(), Optional.empty(), limits.lookSoon());
  }

  /** A new state, told once. */
  private SavepointPlan say(String verified, Reason reason, String message) {
    String sentence = "%s: %s".formatted(wish, message);
    draft.waitingFor(null);
    draft.verified(verified, reason, sentence);
    return new SavepointPlan(
        draft.build(),
        Optional.empty(),
        draft.isSaid(reason, sentence)
            ? Optional.empty()
            : Optional.of(new Notice("False".equals(verified), reason, sentence)),
        Duration.ZERO);
  }
}
