package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One job in a coordinator's memory. */
final class EngineJob {
  static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
  private static final Duration RESTART_EVERY = Duration.ofMillis(300);
  private static final Duration FAILOVER_TAKES = Duration.ofSeconds(1);
  private static final Duration RESCALING_TAKES = Duration.ofMillis(400);

  final int life;
  final int revision;
  final Submission submission;
  final Program program;
  private final String folder;
  private final boolean restoresElsewhere;
  private JobState state = JobState.RUNNING;
  private Optional<EngineFailure> failure = Optional.empty();
  private Optional<String> restoredFrom;
  private Optional<Instant> tasksSince = Optional.empty();
  private Optional<Instant> endsAt = Optional.empty();
  private Optional<Instant> resumesAt = Optional.empty();
  private JobState endsAs = JobState.CANCELED;
  private Optional<Checkpoints.Completed> checkpoint = Optional.empty();
  private Optional<String> discarded = Optional.empty();
  private Reading<Instant> stoppedAt = Reading.absent();
  private Instant nextEvent = Instant.MAX;
  private Optional<Instant> interruptedAt = Optional.empty();
  private int restarts;
  private int wished;
  private int actual;
  private int completedWhenAsked;
  private int completed;
  private boolean hasRun;
  private boolean lost;

  EngineJob(ApiServer.Held owner, int revision, Submission submission, Program program) {
    this.life = owner.life();
    this.folder = owner.folder();
    this.revision = revision;
    this.submission = submission;
    this.program = program;
    this.wished = submission.parallelism();
    this.actual = wished;
    this.restoresElsewhere =
        program == Program.RESTORES_ELSEWHERE && submission.restoreFrom().isPresent();
    this.restoredFrom =
        restoresElsewhere ? Optional.of(folder + "checkpoints/of-somebody-else") : toldFrom();
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
    return hasRun;
  }

  /** What its state really comes from. */
  Optional<String> restoredFrom() {
    return restoredFrom;
  }

  /** Checkpoints that would be missed; one that began from the wrong state has none. */
  int progress() {
    return restoresElsewhere ? 0 : completed;
  }

  /** It was lost after a checkpoint, so that nobody can ask any more what it began from. */
  boolean isUntold() {
    return lost && completed > 0;
  }

  JobState state() {
    return state;
  }

  void die() {
    lost = true;
  }

  void cancel(Instant now, Duration takes) {
    if (takes.isZero()) {
      end(JobState.CANCELED);
    } else if (state != JobState.CANCELLING) {
      state = JobState.CANCELLING;
      endLater(JobState.CANCELED, now.plus(takes));
    }
  }

  void end(JobState how) {
    if (how == JobState.CANCELED && !rules().keptWhenCancelled()) {
      discarded = newestCheckpoint();
      checkpoint = Optional.empty();
    }
    state = how;
    tasksSince = Optional.empty();
  }

  private void endLater(JobState how, Instant at) {
    endsAs = how;
    endsAt = Optional.of(at);
  }

  /** A worker is lost: the engine restarts the tasks from the newest checkpoint. */
  void failOver(Instant now) {
    if (state == JobState.RUNNING && runsTasks() && endsAt.isEmpty()) {
      state = JobState.RESTARTING;
      restarts++;
      failure = Optional.of(new EngineFailure(EngineFailure.Kind.OTHER, "a worker was lost"));
      tasksSince = Optional.empty();
      resumesAt = Optional.of(now.plus(FAILOVER_TAKES));
    }
  }

  void fail(EngineFailure.Kind kind, String message) {
    end(JobState.FAILED);
    failure = Optional.of(new EngineFailure(kind, message));
  }

  void cannotMap(OperatorState operator) {
    end(JobState.FAILED);
    failure =
        Optional.of(
            new EngineFailure(
                EngineFailure.Kind.STATE_NOT_MAPPABLE,
                "Cannot map state for operator " + operator.id(),
                List.of(operator.id())));
  }

  /** Where it was told to start from: the folder, if it was told a file in it. */
  Optional<String> toldFrom() {
    return submission.restoreFrom().map(from -> from.replaceAll("/without-[^/]+$", ""));
  }

  /** Its savepoint is complete; it ends with it, at once or a moment later. */
  void finish(Instant lastRecordAt, Instant now, Duration takes) {
    completed++;
    stoppedAt = Reading.known(lastRecordAt);
    if (takes.isZero()) {
      end(JobState.FINISHED);
    } else {
      endLater(JobState.FINISHED, now.plus(takes));
    }
  }

  /** Its source has come to an end, without a savepoint. */
  void runOut() {
    if (state == JobState.RUNNING && runsTasks()) {
      end(JobState.FINISHED);
    }
  }

  /**
   * Lets time pass.
   *
   * @param slots whether there are workers for its tasks
   * @param bucket where checkpoints go; empty while it cannot be written
   */
  void tick(Instant now, boolean slots, Optional<Bucket> bucket) {
    bucket.ifPresent(it -> discarded.ifPresent(it::delete));

    if (isAlive() && endsAt.filter(at -> !at.isAfter(now)).isPresent()) {
      end(endsAs);
    }
    if (!isAlive() || endsAt.isPresent() || !slots || submission.dryRun()) {
      return;
    }
    if (resumesAt.filter(at -> !at.isAfter(now)).isPresent()) {
      resumesAt = Optional.empty();
      state = JobState.RUNNING;
      actual = wished;
      if (!restoresElsewhere) {
        restoredFrom = checkpoint.map(Checkpoints.Completed::location).or(this::toldFrom);
      }
    }
    if (state != JobState.RUNNING) {
      return;
    }
    if (tasksSince.isEmpty()) {
      hasRun = true;
      tasksSince = Optional.of(now);
      nextEvent = now.plus(cannotRead() ? RESTART_EVERY : CHECKPOINT_EVERY);
    }
    while (isAlive() && !nextEvent.isAfter(now)) {
      if (cannotRead()) {
        restart();
      } else if (program != Program.NEVER_CHECKPOINTS) {
        bucket.ifPresent(this::checkpoint);
      }
      nextEvent = nextEvent.plus(cannotRead() ? RESTART_EVERY : CHECKPOINT_EVERY);
    }
    if (runsTasks() && wished != actual && completed > completedWhenAsked) {
      state = JobState.RESTARTING;
      tasksSince = Optional.empty();
      interruptedAt = Optional.of(now);
      resumesAt = Optional.of(now.plus(RESCALING_TAKES));
    }
  }

  /** The next checkpoint that it completes is what it goes on from at another size. */
  void rescale(int from, int to) {
    if (wished == from) {
      wished = to;
      completedWhenAsked = completed;
    }
  }

  ScaleView scale() {
    return new ScaleView(
        Set.of(wished), state == JobState.RUNNING ? Set.of(actual) : Set.of(), interruptedAt);
  }

  /** Slots that its tasks take. */
  int size() {
    return actual;
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
      end(JobState.FAILED);
    }
  }

  /** Whether a checkpoint that is asked for now would be taken. */
  boolean completesCheckpoints() {
    return runsTasks()
        && state == JobState.RUNNING
        && endsAt.isEmpty()
        && !cannotRead()
        && program != Program.NEVER_CHECKPOINTS;
  }

  /** Completes a checkpoint, and tells its number. */
  long checkpoint(Bucket bucket, Instant at) {
    Instant regular = nextEvent;
    nextEvent = at;
    checkpoint(bucket);
    nextEvent = regular;
    return completed;
  }

  /** How it takes them: as configured, unless the program decides otherwise. */
  CheckpointRules rules() {
    return new CheckpointRules(program != Program.DELETES_CHECKPOINTS, false);
  }

  /** Whether it would have to start from there again if a worker was lost. */
  boolean hasNothingBut(String location) {
    return isAlive() && checkpoint.isEmpty() && restoredFrom.equals(Optional.of(location));
  }

  /** Where the newest checkpoint lies that it has completed itself. */
  Optional<String> newestCheckpoint() {
    return checkpoint.map(Checkpoints.Completed::location);
  }

  private void checkpoint(Bucket bucket) {
    checkpoint.ifPresent(old -> bucket.delete(old.location()));
    completed++;
    String location =
        folder + "checkpoints/" + submission.job().orElseThrow() + "/chk-" + completed;
    bucket.write(location, false, nextEvent);
    checkpoint = Optional.of(new Checkpoints.Completed(completed, location, nextEvent, nextEvent));
    if (program == Program.FAILS_LATE) {
      fail(EngineFailure.Kind.OTHER, "NullPointerException: in the second window");
    } else if (program == Program.FINISHES) {
      end(JobState.FINISHED);
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
    return new Checkpoints(completed, 0, restoredFrom, checkpoint);
  }

  /** When it met the barrier of its savepoint, or else of its newest checkpoint. */
  Reading<Instant> stoppedAt() {
    return stoppedAt.isAbsent()
        ? checkpoint
            .map(Checkpoints.Completed::triggeredAt)
            .<Reading<Instant>>map(Reading::known)
            .orElse(Reading.absent())
        : stoppedAt;
  }
}
