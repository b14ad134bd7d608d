package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.TriggerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rollout under way, as written in status before each act.
 *
 * @param attempt number that names, ids and folders carry
 * @param from the revision that is replaced; empty for a first start
 * @param to the revision that is wished
 * @param oldJob the job that is stopped
 * @param stop the savepoint request; present from the moment it may have been sent
 * @param restoreFrom where the new job starts from; verified once the step is past Verifying
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
    Optional<JobId> oldJob,
    int preflightRetries,
    Check preflight,
    Check warmUp,
    Optional<Stop> stop,
    Optional<String> restoreFrom,
    Optional<RolloutOutcome> outcome,
    Optional<Instant> stoppedAt,
    Optional<Instant> runningAt,
    Optional<Obstacle> failure,
    List<TimingStatus> timings) {
  public Journal {
    timings = List.copyOf(timings);
  }

  /**
   * A request to stop with a savepoint.
   *
   * @param directory folder of this attempt's savepoint alone
   * @param coordinatorUid the pod that was asked; another one has forgotten the request
   */
  public record Stop(TriggerId trigger, String directory, String coordinatorUid) {}

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

  boolean isRollback() {
    return outcome.filter(RolloutOutcome.RolledBack::equals).isPresent();
  }

  Journal at(RolloutStep next, Instant now) {
    Transitions.check(this, next);
    List<TimingStatus> more = new ArrayList<>(timings);
    more.add(
        new TimingStatus(
            step.name().toLowerCase(Locale.ROOT), Duration.between(stepStartedAt, now).toMillis()));
    return new Journal(
        attempt,
        strategy,
        next,
        startedAt,
        now,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        warmUp,
        stop,
        restoreFrom,
        outcome,
        stoppedAt,
        runningAt,
        failure,
        more);
  }

  Journal withPreflight(Check check, int retries) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        retries,
        check,
        warmUp,
        stop,
        restoreFrom,
        outcome,
        stoppedAt,
        runningAt,
        failure,
        timings);
  }

  Journal withWarmUp(Check check) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        check,
        stop,
        restoreFrom,
        outcome,
        stoppedAt,
        runningAt,
        failure,
        timings);
  }

  Journal withStop(Stop request) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        warmUp,
        Optional.of(request),
        restoreFrom,
        outcome,
        stoppedAt,
        runningAt,
        failure,
        timings);
  }

  Journal withStopped(Optional<String> location, Instant at) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        warmUp,
        stop,
        location,
        outcome,
        Optional.of(at),
        runningAt,
        failure,
        timings);
  }

  Journal withRunning(Instant at) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        warmUp,
        stop,
        restoreFrom,
        outcome,
        stoppedAt,
        Optional.of(at),
        failure,
        timings);
  }

  Journal withOutcome(RolloutOutcome decided, Optional<Obstacle> because) {
    return new Journal(
        attempt,
        strategy,
        step,
        startedAt,
        stepStartedAt,
        from,
        to,
        oldJob,
        preflightRetries,
        preflight,
        warmUp,
        stop,
        restoreFrom,
        Optional.of(decided),
        stoppedAt,
        runningAt,
        because,
        timings);
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
        Optional.ofNullable(status.oldJobId()).map(JobId::new),
        requireNonNullElse(status.preflightRetries(), 0),
        Check.valueOf(required("preflight", status.preflight())),
        Check.valueOf(required("warmUp", status.warmUp())),
        status.triggerId() == null
            ? Optional.empty()
            : Optional.of(
                new Stop(
                    new TriggerId(status.triggerId()),
                    required("savepointDirectory", status.savepointDirectory()),
                    required("coordinatorUid", status.coordinatorUid()))),
        Optional.ofNullable(status.restoreFrom()),
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
        from.orElse(null),
        to,
        oldJob.map(JobId::hex).orElse(null),
        subject.job(target(), attempt).hex(),
        preflightRetries,
        preflight.name(),
        warmUp.name(),
        stop.map(request -> request.trigger().hex()).orElse(null),
        stop.map(Stop::directory).orElse(null),
        restoreFrom.orElse(null),
        stop.map(Stop::coordinatorUid).orElse(null),
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
