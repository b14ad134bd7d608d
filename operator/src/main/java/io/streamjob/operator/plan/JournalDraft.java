package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.TimingStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A journal that begins as another one; local to one change. */
final class JournalDraft {
  private final Journal before;
  RolloutStrategy strategy;
  RolloutStep step;
  Instant stepStartedAt;
  int preflightRetries;
  Check preflight;
  List<String> unmapped;
  Check warmUp;
  Optional<String> note;
  Optional<Journal.Stop> stop;
  Optional<String> restoreFrom;
  long checkpoints;
  Optional<RolloutOutcome> outcome;
  Optional<Instant> stoppedAt;
  Optional<Instant> runningAt;
  Optional<Obstacle> failure;
  List<TimingStatus> timings;

  JournalDraft(Journal before) {
    this.before = before;
    this.strategy = before.strategy();
    this.step = before.step();
    this.stepStartedAt = before.stepStartedAt();
    this.preflightRetries = before.preflightRetries();
    this.preflight = before.preflight();
    this.unmapped = before.unmapped();
    this.warmUp = before.warmUp();
    this.note = before.note();
    this.stop = before.stop();
    this.restoreFrom = before.restoreFrom();
    this.checkpoints = before.checkpoints();
    this.outcome = before.outcome();
    this.stoppedAt = before.stoppedAt();
    this.runningAt = before.runningAt();
    this.failure = before.failure();
    this.timings = before.timings();
  }

  Journal journal() {
    return new Journal(
        before.attempt(),
        strategy,
        step,
        before.startedAt(),
        stepStartedAt,
        before.from(),
        before.to(),
        before.asked(),
        note,
        before.oldJob(),
        preflightRetries,
        preflight,
        unmapped,
        warmUp,
        stop,
        restoreFrom,
        before.chosen(),
        before.size(),
        checkpoints,
        outcome,
        stoppedAt,
        runningAt,
        failure,
        timings);
  }
}
