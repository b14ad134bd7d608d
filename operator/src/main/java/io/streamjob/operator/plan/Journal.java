package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.TriggerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rollout under way, as written in status before each act.
 *
 * @param attempt number that names, ids and folders carry
 * @param from the revision that is replaced; empty for a first start
 * @param to the revision that is wished
 * @param asked the annotation that asked for it; empty: the spec did
 * @param note what history will say besides the outcome
 * @param oldJob the job that is stopped
 * @param unmapped ids of operators whose state has nowhere to go, as the preflight has found
 * @param stop the request to end the old job; present from the moment it may have been sent
 * @param restoreFrom what the old job was ended with; verified once the step is past Verifying. The
 *     new job starts from it, unless another point is chosen; the old one does in a rollback
 * @param chosen what {@code spec.restore} names, if that is carried out
 * @param size what a rescale leads to; empty: it is none
 * @param checkpoints how many the new job had completed when that was last written; once there is
 *     one, it may have committed results
 * @param outcome how it ends, once that is decided
 */
public record Journal(
    int attempt,
    RolloutStrategy strategy,
    RolloutStep step,
    Instant startedAt,
    Instant stepStartedAt,
    Optional<Integer> from,
    int to,
    Optional<Asked> asked,
    Optional<String> note,
    Optional<JobId> oldJob,
    int preflightRetries,
    Check preflight,
    List<String> unmapped,
    Check warmUp,
    Optional<Stop> stop,
    Optional<String> restoreFrom,
    Optional<Chosen> chosen,
    Optional<Size> size,
    long checkpoints,
    Optional<RolloutOutcome> outcome,
    Optional<Instant> stoppedAt,
    Optional<Instant> runningAt,
    Optional<Obstacle> failure,
    List<TimingStatus> timings) {
  /** A part of a rollout that is no step: nobody could carry the step out. */
  private static final String OUTAGE = "outage";

  public Journal {
    unmapped = List.copyOf(unmapped);
    timings = List.copyOf(timings);
  }

  /**
   * What asked for the rollout, if the spec did not.
   *
   * @param annotation its name, or {@link #RECOVERY} or {@link #RESCALE}
   * @param wish hash of the spec that was wished when it was acted upon; of a recovery its
   *     generation, since it is none of the wish's business until that changes
   */
  public record Asked(String annotation, String wish) {
    static final String RECOVERY = "Recovery";
    static final String RESCALE = "Rescale";

    static Asked by(String annotation, Observation seen) {
      return new Asked(
          annotation,
          annotation.equals(RECOVERY) ? "" + seen.subject().generation() : seen.wishedHash());
    }

    /** Whether what was wished then is wished still. */
    boolean stands(Observation seen) {
      return equals(by(annotation, seen));
    }

    boolean isRollback() {
      return annotation.equals(Annotations.ROLLBACK);
    }
  }

  /**
   * A request to end the old job.
   *
   * @param handover what the new job will start from
   * @param directory folder that it must lie in: of this attempt's savepoint alone, or of the
   *     checkpoints of the old job alone
   * @param coordinatorUid the pod or process that was asked, and another one knows nothing of it;
   *     empty: the job was over already
   */
  public record Stop(
      StateHandover handover, TriggerId trigger, String directory, String coordinatorUid) {
    /** Of a job that was over already. Empty strings do not reach the API server. */
    static final String NOBODY = "nobody";
  }

  /**
   * State that somebody has chosen.
   *
   * @param id of {@code spec.restore}
   * @param location read back before the rollout began; empty: empty state
   */
  public record Chosen(String id, Optional<String> location) {}

  /** How many workers, and at which parallelism. */
  public record Size(int replicas, int parallelism) {}

  /** Where the job that is started starts from; empty: empty state. */
  public Optional<String> startsFrom() {
    return chosen.isEmpty() || isRollback() ? restoreFrom : chosen.get().location();
  }

  /** Whether the old job takes a checkpoint, and runs on until that is complete. */
  public boolean isByCheckpoint() {
    return isBy(StateHandover.Checkpoint);
  }

  /** Whether the old job was over before anybody could ask it for its state. */
  public boolean isByLastCheckpoint() {
    return isBy(StateHandover.LastCheckpoint);
  }

  private boolean isBy(StateHandover handover) {
    return stop.filter(request -> request.handover() == handover).isPresent();
  }

  /** The revision whose job is started: the wished one, or the old one in a rollback. */
  public int target() {
    return outcome.filter(RolloutOutcome.RolledBack::equals).isPresent() ? from.orElse(to) : to;
  }

  /** The revision whose cluster goes when this step retires one. */
  public int retired() {
    return outcome.isEmpty() || outcome.get() == RolloutOutcome.Completed ? from.orElse(to) : to;
  }

  /** The revision whose cluster and job are looked at as the new ones in this step. */
  public int watched() {
    return step == RolloutStep.RollingBack || step == RolloutStep.Retiring ? to : target();
  }

  /** Whether it is blocked over a failure that a rollback would undo, if somebody decided so. */
  boolean isWayBackOpen() {
    return outcome.filter(RolloutOutcome.Abandoned::equals).isPresent()
        && from.isPresent()
        && restoreFrom.isPresent();
  }

  /** Its job did not start from what it was told to: what that has completed is worth nothing. */
  boolean isForeign() {
    return failure.filter(it -> it.reason() == Reason.RestoredFromElsewhere).isPresent();
  }

  /** Whether nothing comes after the old job: its state is kept, and its pods go. */
  boolean isSuspension() {
    return strategy == RolloutStrategy.Suspend;
  }

  /** Whether the job of the same revision starts again, on the same pods. */
  public boolean isRecovery() {
    return strategy == RolloutStrategy.Recovery;
  }

  /** Whether the job has ended by itself, and its pods go. */
  boolean isFinish() {
    return strategy == RolloutStrategy.Finish;
  }

  /** Whether the engine rescales the running job. */
  public boolean isRescale() {
    return strategy == RolloutStrategy.Rescale;
  }

  /** Whether it has nothing to do with what is wished. */
  boolean isOfTheJobAlone() {
    return isRecovery() || isFinish();
  }

  /** Whether it matters which slots are free in the cluster that is looked at as the new one. */
  public boolean countsSlots() {
    return step == RolloutStep.Preparing || (isRecovery() && step == RolloutStep.RollingBack);
  }

  boolean isRollback() {
    return outcome.filter(RolloutOutcome.RolledBack::equals).isPresent();
  }

  /** Whether the rollout has been in a step before this one. */
  boolean hasBeen(RolloutStep earlier) {
    return timings.stream().anyMatch(timing -> part(earlier).equals(timing.part()));
  }

  /**
   * Whether a real job may have been submitted in this attempt: no step before Starting submits
   * one.
   */
  boolean mayHaveStarted() {
    return step == RolloutStep.Starting || hasBeen(RolloutStep.Starting);
  }

  Journal at(RolloutStep next, Instant now) {
    Transitions.check(this, next);
    return with(
        draft -> {
          draft.timings =
              Stream.concat(
                      timings.stream(),
                      Stream.of(
                          new TimingStatus(
                              part(step), Duration.between(stepStartedAt, now).toMillis())))
                  .toList();
          draft.step = next;
          draft.stepStartedAt = now;
        });
  }

  /** The step begins anew: for as long as it took, nobody could carry it out. */
  Journal anew(Instant now) {
    Duration outage = Duration.between(stepStartedAt, now);
    return with(
        draft -> {
          draft.timings =
              Stream.concat(
                      timings.stream(), Stream.of(new TimingStatus(OUTAGE, outage.toMillis())))
                  .toList();
          draft.stepStartedAt = now;
        });
  }

  /** Whether a step of this rollout has begun anew after an outage. */
  boolean hadOutage() {
    return timings.stream().anyMatch(part -> OUTAGE.equals(part.part()));
  }

  private static String part(RolloutStep step) {
    return step.name().toLowerCase(Locale.ROOT);
  }

  Journal withPreflight(Check check, int retries) {
    return with(
        draft -> {
          draft.preflight = check;
          draft.preflightRetries = retries;
        });
  }

  /** There is no room beside the old pods: from here on as Cold, which lets them go first. */
  Journal becomingCold(String why) {
    return with(
        draft -> {
          draft.strategy = RolloutStrategy.Cold;
          draft.warmUp = Check.Skipped;
          draft.note = noted(why);
        });
  }

  /** The preflight found their state with nowhere to go. */
  Journal withUnmapped(List<String> operators) {
    return with(draft -> draft.unmapped = operators);
  }

  Journal withNote(String more) {
    return with(draft -> draft.note = noted(more));
  }

  private Optional<String> noted(String more) {
    return Optional.of(note.map(before -> before + "; " + more).orElse(more));
  }

  Journal withWarmUp(Check check) {
    return with(draft -> draft.warmUp = check);
  }

  Journal withStop(Stop request) {
    return with(draft -> draft.stop = Optional.of(request));
  }

  Journal withStopped(Optional<String> location, Instant at) {
    return with(
        draft -> {
          draft.restoreFrom = location;
          draft.stoppedAt = Optional.of(at);
        });
  }

  /** The state is given up on purpose: the new job starts empty. */
  Journal withoutState() {
    return with(draft -> draft.restoreFrom = Optional.empty());
  }

  Journal withCheckpoints(long completed) {
    return with(draft -> draft.checkpoints = completed);
  }

  Journal withRunning(Instant at) {
    return with(draft -> draft.runningAt = Optional.of(at));
  }

  Journal withOutcome(RolloutOutcome decided, Optional<Obstacle> because) {
    return with(
        draft -> {
          draft.outcome = Optional.of(decided);
          draft.failure = because;
        });
  }

  private Journal with(Consumer<JournalDraft> change) {
    JournalDraft draft = new JournalDraft(this);
    change.accept(draft);
    return draft.journal();
  }

  /** Reads the journal that status holds. */
  public static Journal of(RolloutStatus status) {
    return new Journal(
        required("attempt", status.attempt()),
        RolloutStrategy.valueOf(required("strategy", status.strategy())),
        RolloutStep.valueOf(required("step", status.step())),
        Instant.parse(required("startedAt", status.startedAt())),
        Instant.parse(required("stepStartedAt", status.stepStartedAt())),
        Optional.ofNullable(status.fromRevision()),
        required("toRevision", status.toRevision()),
        status.askedBy() == null
            ? Optional.empty()
            : Optional.of(new Asked(status.askedBy(), required("wishedHash", status.wishedHash()))),
        Optional.ofNullable(status.note()),
        Optional.ofNullable(status.oldJobId()).map(JobId::new),
        requireNonNullElse(status.preflightRetries(), 0),
        Check.valueOf(required("preflight", status.preflight())),
        requireNonNullElse(status.unmappedOperators(), List.of()),
        Check.valueOf(required("warmUp", status.warmUp())),
        status.triggerId() == null
            ? Optional.empty()
            : Optional.of(
                new Stop(
                    StateHandover.valueOf(required("handover", status.handover())),
                    new TriggerId(status.triggerId()),
                    required("savepointDirectory", status.savepointDirectory()),
                    required("coordinatorUid", status.coordinatorUid()))),
        Optional.ofNullable(status.restoreFrom()),
        Optional.ofNullable(status.restoreId())
            .map(id -> new Chosen(id, Optional.ofNullable(status.restorePoint()))),
        status.replicas() == null
            ? Optional.empty()
            : Optional.of(
                new Size(status.replicas(), required("parallelism", status.parallelism()))),
        requireNonNullElse(status.checkpoints(), 0L),
        Optional.ofNullable(status.outcome()).map(RolloutOutcome::valueOf),
        Optional.ofNullable(status.stoppedAt()).map(Instant::parse),
        Optional.ofNullable(status.runningAt()).map(Instant::parse),
        Optional.ofNullable(status.failure()).map(Obstacle::of),
        requireNonNullElse(status.timings(), List.of()));
  }

  RolloutStatus status(Subject subject) {
    return new RolloutStatus(
        attempt,
        strategy.name(),
        step.name(),
        startedAt.toString(),
        stepStartedAt.toString(),
        asked.map(Asked::annotation).orElse(null),
        asked.map(Asked::wish).orElse(null),
        note.orElse(null),
        from.orElse(null),
        to,
        oldJob.map(JobId::hex).orElse(null),
        subject.job(target(), attempt).hex(),
        preflightRetries,
        preflight.name(),
        unmapped.isEmpty() ? null : unmapped,
        warmUp.name(),
        stop.map(request -> request.handover().name()).orElse(null),
        stop.map(request -> request.trigger().hex()).orElse(null),
        stop.map(Stop::directory).orElse(null),
        restoreFrom.orElse(null),
        chosen.map(Chosen::id).orElse(null),
        chosen.flatMap(Chosen::location).orElse(null),
        size.map(Size::replicas).orElse(null),
        size.map(Size::parallelism).orElse(null),
        stop.map(Stop::coordinatorUid).orElse(null),
        checkpoints == 0 ? null : checkpoints,
        outcome.map(Enum::name).orElse(null),
        stoppedAt.map(Instant::toString).orElse(null),
        runningAt.map(Instant::toString).orElse(null),
        failure.map(Obstacle::status).orElse(null),
        timings);
  }

  static <T> T required(String field, @Nullable T value) {
    return Objects.requireNonNull(
        value, () -> "status.rollout." + field + " is missing: not written by this operator");
  }
}
