package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointView;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorIds;
import io.streamjob.operator.snapshots.OperatorState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One coordinator process, true to the measured contract; what it knows dies with it. */
final class Coordinator {
  private static final Duration MAIN_TAKES = Duration.ofMillis(50);
  private static final Duration WARM_UP_TAKES = Duration.ofSeconds(3);
  private static final Duration RESULT_KEPT = Duration.ofMinutes(5);

  /** The one operator that keeps state. */
  static final OperatorState COUNTER =
      new OperatorState(
          OperatorIds.ofUid("counter"),
          Optional.of("counter"),
          Optional.of("Counter"),
          1024,
          1,
          128);

  final Map<JobId, EngineJob> jobs = new LinkedHashMap<>();
  private final Map<ApplicationId, Run> runs = new LinkedHashMap<>();
  private final Map<TriggerId, Stop> stops = new LinkedHashMap<>();
  private final Map<TriggerId, Taken> taken = new LinkedHashMap<>();
  private final Map<TriggerId, Requested> savepoints = new LinkedHashMap<>();
  private final World world;
  private final ApiServer.Held owner;
  private final int revision;
  private final Program made;

  Coordinator(World world, ApiServer.Held owner, int revision, Program program) {
    this.world = world;
    this.owner = owner;
    this.revision = revision;
    this.made = program;
  }

  private static final class Run {
    final Submission submission;
    final Instant due;
    boolean begun;
    Optional<EngineFailure> failure = Optional.empty();

    Run(Submission submission, Instant due) {
      this.submission = submission;
      this.due = due;
    }
  }

  private static final class Stop {
    final Optional<EngineJob> job;
    final TriggerId trigger;
    final String directory;
    final Instant since;
    Instant due;
    boolean finishing;
    Optional<SavepointView> result = Optional.empty();

    Stop(Optional<EngineJob> job, TriggerId trigger, String directory, Instant since, Instant due) {
      this.job = job;
      this.trigger = trigger;
      this.directory = directory;
      this.since = since;
      this.due = due;
    }
  }

  /** A checkpoint that somebody has asked for. */
  private static final class Taken {
    final Optional<EngineJob> job;
    final Instant due;
    Optional<CheckpointView> result = Optional.empty();

    Taken(Optional<EngineJob> job, Instant due) {
      this.job = job;
      this.due = due;
    }
  }

  /** A savepoint that somebody has asked for, of a job that runs on. */
  private static final class Requested {
    final Optional<EngineJob> job;
    final TriggerId trigger;
    final String directory;
    final Instant due;
    Optional<SavepointView> result = Optional.empty();

    Requested(Optional<EngineJob> job, TriggerId trigger, String directory, Instant due) {
      this.job = job;
      this.trigger = trigger;
      this.directory = directory;
      this.due = due;
    }
  }

  Answer submit(Submission submission) {
    boolean warmUp = submission.jar().equals(Submission.WARM_UP_JAR);
    Program program = world.program(revision, made);
    if (program == Program.JAR_MISSING && !warmUp && !submission.dryRun()) {
      return new Answer.Refused(
          new EngineFailure(Kind.JAR_NOT_FOUND, "Jar file job.jar does not exist"));
    }
    // The application id is the idempotency key: nothing runs twice.
    runs.putIfAbsent(
        submission.application(),
        new Run(submission, world.now().plus(warmUp ? WARM_UP_TAKES : MAIN_TAKES)));
    return new Answer.Accepted();
  }

  Answer stop(JobId id, TriggerId trigger, String directory) {
    if (stops.containsKey(trigger)) {
      return new Answer.Accepted();
    }
    EngineJob job = jobs.get(id);
    if (job == null || job.state() != JobState.RUNNING || !job.runsTasks()) {
      Stop refused = new Stop(Optional.empty(), trigger, directory, world.now(), world.now());
      refused.result = Optional.of(failed("the job is not known or not all of its tasks run"));
      stops.put(trigger, refused);
      return new Answer.Accepted();
    }
    for (Stop other : stops.values()) {
      if (other.job.filter(job::equals).isPresent() && other.result.isEmpty()) {
        other.result = Optional.of(failed("Checkpoint Coordinator is suspending"));
      }
    }
    for (Requested other : savepoints.values()) {
      if (other.job.filter(job::equals).isPresent() && other.result.isEmpty()) {
        other.result = Optional.of(failed("Checkpoint Coordinator is suspending"));
      }
    }
    stops.put(
        trigger,
        new Stop(
            Optional.of(job),
            trigger,
            directory,
            world.now(),
            world.now().plus(world.weather.savepointTakes)));
    return new Answer.Accepted();
  }

  /** The trigger is the idempotency key: a second request is the first one. */
  Answer takeSavepoint(JobId id, TriggerId trigger, String directory) {
    savepoints.putIfAbsent(
        trigger,
        new Requested(
            Optional.ofNullable(jobs.get(id)).filter(EngineJob::runsTasks),
            trigger,
            directory,
            world.now().plus(world.weather.savepointTakes)));
    return new Answer.Accepted();
  }

  Answer takeCheckpoint(JobId id, TriggerId trigger) {
    Optional<EngineJob> job = Optional.ofNullable(jobs.get(id));
    taken.putIfAbsent(
        trigger,
        new Taken(
            job,
            job.map(it -> world.weather.savepointTakes)
                .map(world.now()::plus)
                .orElse(world.now())));
    return new Answer.Accepted();
  }

  Answer rescale(JobId id, int from, int to) {
    Optional.ofNullable(jobs.get(id))
        .filter(EngineJob::isAlive)
        .ifPresent(job -> job.rescale(from, to));
    return new Answer.Accepted();
  }

  Answer cancel(JobId id) {
    EngineJob job = jobs.get(id);
    if (job != null && job.isAlive()) {
      job.cancel(world.now(), world.weather.cancelTakes);
    }
    return new Answer.Accepted();
  }

  void tick(boolean slots) {
    Instant now = world.now();
    for (Run run : runs.values()) {
      if (!run.begun && !run.due.isAfter(now)) {
        run.begun = true;
        begin(run);
      }
    }
    Optional<Bucket> bucket =
        world.weather.bucketDown ? Optional.empty() : Optional.of(world.bucket());
    jobs.values().forEach(job -> job.tick(now, slots, bucket));
    for (Stop stop : stops.values()) {
      if (stop.result.isEmpty() && !stop.due.isAfter(now)) {
        stop.due = now;
        stop.result = complete(stop);
      }
    }
    for (Taken one : taken.values()) {
      if (one.result.isEmpty() && !one.due.isAfter(now)) {
        one.result = Optional.of(complete(one));
      }
    }
    for (Requested one : savepoints.values()) {
      if (one.result.isEmpty() && !one.due.isAfter(now)) {
        one.result = Optional.of(complete(one));
      }
    }
    savepoints.values().removeIf(one -> one.due.plus(RESULT_KEPT).isBefore(now));
    taken.values().removeIf(one -> one.due.plus(RESULT_KEPT).isBefore(now));
    stops.values().removeIf(stop -> stop.due.plus(RESULT_KEPT).isBefore(now));
  }

  private void begin(Run run) {
    Submission submission = run.submission;
    if (submission.jar().equals(Submission.WARM_UP_JAR)) {
      return;
    }
    Program program = world.program(revision, made);
    if (submission.dryRun()) {
      run.failure = tried(submission, program);
      if (run.failure.isPresent()) {
        return;
      }
    }
    if (program == Program.MAIN_THROWS) {
      run.failure =
          Optional.of(new EngineFailure(Kind.PROGRAM_FAILED, "IllegalArgumentException: --rate"));
      return;
    }
    JobId id = submission.job().orElseThrow();
    if (jobs.containsKey(id)) {
      run.failure = Optional.of(new EngineFailure(Kind.OTHER, "DuplicateJobSubmissionException"));
      return;
    }
    EngineJob job = new EngineJob(owner, revision, submission, program);
    jobs.put(id, job);
    if (submission.dryRun()) {
      return;
    }
    Optional<String> from = submission.restoreFrom();
    if (from.isPresent() && !world.bucket().holds(from.get())) {
      job.fail(Kind.RESTORE_POINT_UNREADABLE, "FileNotFoundException: " + from.get());
    } else if (program == Program.CANNOT_READ_STORE && from.isPresent()) {
      job.fail(Kind.RESTORE_POINT_UNREADABLE, "AccessDeniedException: " + from.get());
    } else if (program == Program.DROPS_STATE && from.filter(world.bucket()::isWhole).isPresent()) {
      job.cannotMap(COUNTER);
    }
    run.failure = job.view().lastFailure();
    world.begun(job);
  }

  /** What the preflight's own main method finds. */
  private Optional<EngineFailure> tried(Submission submission, Program program) {
    Optional<String> from = submission.restoreFrom();
    if (program == Program.JAR_MISSING) {
      return Optional.of(new EngineFailure(Kind.JAR_NOT_FOUND, "Jar file job.jar does not exist"));
    }
    if (program == Program.MAIN_THROWS) {
      return Optional.of(
          new EngineFailure(Kind.PROGRAM_FAILED, "IllegalArgumentException: --rate"));
    }
    if (from.isPresent()
        && (!world.bucket().holds(from.get()) || program == Program.CANNOT_READ_STORE)) {
      return Optional.of(
          new EngineFailure(Kind.RESTORE_POINT_UNREADABLE, "cannot read " + from.get()));
    }
    return program == Program.DROPS_STATE && from.filter(world.bucket()::isWhole).isPresent()
        ? Optional.of(
            new EngineFailure(
                Kind.STATE_NOT_MAPPABLE,
                "expected an operator for each state, found none for " + COUNTER.id(),
                List.of(COUNTER.id())))
        : Optional.empty();
  }

  /** The savepoint is due, or its job is, which ends a moment after {@code _metadata} is there. */
  private Optional<SavepointView> complete(Stop stop) {
    EngineJob job = stop.job.orElseThrow();
    if (stop.finishing) {
      job.fail(Kind.FAILED_WHILE_STOPPING, "a savepoint has been created, but the job failed");
      return Optional.of(
          new SavepointView.Failed(
              job.view().lastFailure().orElseThrow(), Optional.of(location(stop))));
    }
    if (!job.isAlive()) {
      return Optional.of(failed("the job has ended as " + job.state()));
    }
    if (!job.runsTasks()) {
      return Optional.of(failed("not all of its tasks run"));
    }
    if (world.weather.savepointsFail || world.weather.bucketDown) {
      return Optional.of(failed("AccessDenied: cannot write"));
    }
    String location = location(stop);
    world.bucket().write(location, true, world.now());
    world.stopped(job, location);
    if (world.weather.finishFails) {
      stop.finishing = true;
      stop.due = world.now().plus(world.weather.finishTakes);
      return Optional.empty();
    }
    job.finish(stop.since, world.now(), world.weather.finishTakes);
    return Optional.of(new SavepointView.Completed(location));
  }

  private static String location(Stop stop) {
    return location(stop.directory, stop.trigger);
  }

  private static String location(String directory, TriggerId trigger) {
    return directory + "savepoint-" + trigger.hex().substring(0, 6);
  }

  private SavepointView complete(Requested one) {
    if (one.job.filter(EngineJob::runsTasks).isEmpty()) {
      return failed("the job is not known or not all of its tasks run");
    }
    if (world.weather.savepointsFail || world.weather.bucketDown) {
      return failed("AccessDenied: cannot write");
    }
    String location = location(one.directory, one.trigger);
    world.bucket().write(location, true, world.now());
    return new SavepointView.Completed(location);
  }

  private CheckpointView complete(Taken one) {
    if (one.job.filter(EngineJob::completesCheckpoints).isEmpty()) {
      return new CheckpointView.Failed(
          new EngineFailure(Kind.OTHER, "the job is not known or not all of its tasks run"));
    }
    if (world.weather.savepointsFail || world.weather.bucketDown) {
      return new CheckpointView.Failed(new EngineFailure(Kind.OTHER, "AccessDenied: cannot write"));
    }
    return new CheckpointView.Completed(
        one.job.orElseThrow().checkpoint(world.bucket(), world.now()));
  }

  private static SavepointView failed(String message) {
    return new SavepointView.Failed(new EngineFailure(Kind.OTHER, message));
  }

  Reading<EngineJob> job(JobId id) {
    EngineJob job = jobs.get(id);
    return job == null ? Reading.absent() : Reading.known(job);
  }

  Reading<ApplicationView> application(ApplicationId id) {
    Run run = runs.get(id);
    if (run == null) {
      return Reading.absent();
    }
    if (run.failure.isPresent()) {
      return Reading.known(new ApplicationView.Failed(run.failure.get()));
    }
    EngineJob job = run.submission.job().map(jobs::get).orElse(null);
    if (!run.begun || (job != null && job.isAlive())) {
      return Reading.known(new ApplicationView.Running());
    }
    if (job == null || job.state() == JobState.FINISHED) {
      return Reading.known(new ApplicationView.Finished());
    }
    return Reading.known(
        job.state() == JobState.CANCELED
            ? new ApplicationView.Canceled()
            : new ApplicationView.Failed(job.view().lastFailure().orElseThrow()));
  }

  Reading<CheckpointView> checkpoint(TriggerId id) {
    Taken one = taken.get(id);
    return one == null
        ? Reading.absent()
        : Reading.known(one.result.orElse(new CheckpointView.InProgress()));
  }

  Reading<SavepointView> savepoint(TriggerId id) {
    Stop stop = stops.get(id);
    if (stop != null) {
      return Reading.known(stop.result.orElse(new SavepointView.InProgress()));
    }
    Requested one = savepoints.get(id);
    return one == null
        ? Reading.absent()
        : Reading.known(one.result.orElse(new SavepointView.InProgress()));
  }
}
