package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One job in a coordinator's memory. */
final class EngineJob {
  static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
  private static final Duration RESTART_EVERY = Duration.ofMillis(300);

  final int revision;
  final Submission submission;
  final Program program;
  private JobState state = JobState.RUNNING;
  private Optional<EngineFailure> failure = Optional.empty();
  private Optional<Instant> tasksSince = Optional.empty();
  private Optional<Checkpoints.Completed> checkpoint = Optional.empty();
  private Reading<Instant> stoppedAt = Reading.absent();
  private Instant nextEvent = Instant.MAX;
  private int restarts;
  private int completed;
  private boolean lost;

  EngineJob(int revision, Submission submission, Program program) {
    this.revision = revision;
    this.submission = submission;
    this.program = program;
  }

  /** Whether it may process records, now or later. */
  boolean isAlive() {
    return !lost && !state.isTerminal();
  }

  boolean runsTasks() {
    return isAlive() && tasksSince.isPresent();
  }

  /** Whether it ever processed a record. */
  boolean hasRun() {
    return tasksSince.isPresent();
  }

  int completed() {
    return completed;
  }

  JobState state() {
    return state;
  }

  void die() {
    lost = true;
  }

  void end(JobState how) {
    state = how;
  }

  void fail(EngineFailure.Kind kind, String message) {
    state = JobState.FAILED;
    failure = Optional.of(new EngineFailure(kind, message));
  }

  void cannotMap(OperatorState operator) {
    state = JobState.FAILED;
    failure =
        Optional.of(
            new EngineFailure(
                EngineFailure.Kind.STATE_NOT_MAPPABLE,
                "Cannot map state for operator " + operator.id(),
                Optional.of(operator.id())));
  }

  /** Where the engine says it started from: the folder, if it was told a file in it. */
  Optional<String> restoredFrom() {
    return submission.restoreFrom().map(from -> from.replaceAll("/without-a-[0-9]+$", ""));
  }

  void finish(Instant lastRecordAt) {
    completed++;
    stoppedAt = Reading.known(lastRecordAt);
    state = JobState.FINISHED;
  }

  /** Lets time pass; {@code slots} says whether there are workers for its tasks. */
  void tick(Instant now, boolean slots, Bucket bucket) {
    if (!isAlive() || !slots) {
      return;
    }
    if (tasksSince.isEmpty()) {
      tasksSince = Optional.of(now);
      nextEvent = now.plus(cannotRead() ? RESTART_EVERY : CHECKPOINT_EVERY);
    }
    while (isAlive() && !nextEvent.isAfter(now)) {
      if (cannotRead()) {
        restart();
      } else if (program != Program.NEVER_CHECKPOINTS) {
        checkpoint(bucket);
      }
      nextEvent = nextEvent.plus(cannotRead() ? RESTART_EVERY : CHECKPOINT_EVERY);
    }
  }

  private boolean cannotRead() {
    return program == Program.CANNOT_READ_STATE && submission.restoreFrom().isPresent();
  }

  private void restart() {
    restarts++;
    failure =
        Optional.of(
            new EngineFailure(
                EngineFailure.Kind.STATE_NOT_READABLE,
                "StateMigrationException: the new serializer must not be incompatible"));
    if (restarts > 3) {
      state = JobState.FAILED;
    }
  }

  void checkpoint(Bucket bucket, Instant at) {
    nextEvent = at;
    checkpoint(bucket);
  }

  private void checkpoint(Bucket bucket) {
    checkpoint.ifPresent(old -> bucket.delete(old.location()));
    completed++;
    String location =
        "s3://bucket/orders/checkpoints/" + submission.job().orElseThrow() + "/chk-" + completed;
    bucket.write(location, false);
    checkpoint = Optional.of(new Checkpoints.Completed(completed, location, nextEvent, nextEvent));
    if (program == Program.FAILS_LATE) {
      fail(EngineFailure.Kind.OTHER, "NullPointerException: in the second window");
    } else if (program == Program.FINISHES) {
      state = JobState.FINISHED;
    }
  }

  JobView view() {
    return new JobView(state, restarts, failure);
  }

  TasksView tasks() {
    boolean all = runsTasks() && !cannotRead();
    return new TasksView(1, all ? 1 : 0, all ? tasksSince : Optional.empty());
  }

  Checkpoints checkpoints() {
    return new Checkpoints(completed, 0, restoredFrom(), checkpoint);
  }

  Reading<Instant> stoppedAt() {
    return stoppedAt;
  }
}
