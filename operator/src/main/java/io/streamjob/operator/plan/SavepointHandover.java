package io.streamjob.operator.plan;

import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.reading.Reading;
import java.util.Optional;

/** The old job ends with a savepoint, which is known by its coordinator or in the bucket. */
final class SavepointHandover {
  private final Rollout rollout;
  private final Handover handover;
  private final Journal journal;
  private final Observation.Facts facts;
  private final StopRequest request;

  SavepointHandover(Rollout rollout, Handover handover) {
    this.rollout = rollout;
    this.handover = handover;
    this.journal = rollout.journal();
    this.facts = rollout.facts();
    this.request = new StopRequest(rollout);
  }

  Plan plan() {
    return switch (facts.savepoint()) {
      case Reading.Unknown<SavepointView> unknown -> wait("waits for the old job's savepoint");
      case Reading.Known<SavepointView>(SavepointView savepoint) ->
          switch (savepoint) {
            case SavepointView.InProgress inProgress -> wait("waits for the old job's savepoint");
            case SavepointView.Completed(String location) -> completed(location);
            case SavepointView.Failed(EngineFailure failure, Optional<String> complete) ->
                failed(failure, complete);
          };
      case Reading.Absent<SavepointView> notKnown -> forgotten();
    };
  }

  private Plan completed(String location) {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when job.state() == JobState.FINISHED ->
          handover.stopped(
              Optional.of(location), facts.stoppedAt().optional().orElse(journal.stepStartedAt()));
      case Reading.Known<JobView> stillThere -> wait("waits for the old job to end");
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job to end");
      case Reading.Absent<JobView> absent -> wait("waits for the old job to end");
    };
  }

  private Plan failed(EngineFailure failure, Optional<String> complete) {
    return switch (facts.oldJob()) {
      case Reading.Known<JobView>(JobView job) when !job.state().isTerminal() ->
          failure.kind() == EngineFailure.Kind.FAILED_WHILE_STOPPING && !job.isRunning()
              ? wait("waits for the old job to end")
              : handover.runsOn(job, handover.noState(failure.message() + "; it runs on"));
      // It may have ended with the savepoint that an earlier, forgotten answer told of.
      case Reading.Known<JobView>(JobView job) when mayHaveEndedWithIt(job) ->
          complete
              .map(location -> handover.stopped(Optional.of(location), journal.stepStartedAt()))
              .orElseGet(this::found);
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() ->
          request.over(journal);
      case Reading.Known<JobView>(JobView job) ->
          rollout.fail(
              handover.noState(failure.message() + "; the job has ended as " + job.state()));
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      // It may have ended with the savepoint before its coordinator was lost.
      case Reading.Absent<JobView> lost -> found();
    };
  }

  /**
   * The coordinator does not know the request: it never arrived, or the answer has expired, or
   * another process answers. Only the first is a reason to send it again.
   */
  private Plan forgotten() {
    return switch (facts.oldJob()) {
      case Reading.Unknown<JobView> unknown -> wait("waits for the old job's coordinator");
      case Reading.Known<JobView>(JobView job) when mayHaveEndedWithIt(job) -> found();
      case Reading.Known<JobView>(JobView job) when job.state().isOverByFailure() ->
          request.over(journal);
      case Reading.Known<JobView>(JobView job) when job.state().isTerminal() ->
          rollout.fail(handover.noState("the job has ended as " + job.state()));
      case Reading.Known<JobView> alive when request.isSameCoordinator() ->
          wait("waits for the old job's savepoint", request.again());
      case Reading.Known<JobView>(JobView alive) -> unheardOf(alive);
      case Reading.Absent<JobView> absent -> found();
    };
  }

  /**
   * With a savepoint that was complete before another process brought the job back, results may
   * have been committed that this process repeats; and since then the job has gone on. Nothing
   * starts from such a savepoint, and nobody but a person stops the job behind it.
   */
  private Plan unheardOf(JobView alive) {
    if (request.newCoordinator().isEmpty()) {
      return wait("waits for the old job's coordinator pod");
    }
    return switch (facts.savepointFound()) {
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(Handover.SAVEPOINT, rollout.limits().lookNow());
      case Reading.Absent<String> none ->
          request.askAnew(alive, "waits for the old job's savepoint");
      case Reading.Known<String>(String location) when alive.isRunning() ->
          handover.runsOn(
              alive,
              handover.noState(
                  location
                      + " was complete when another coordinator brought the job back, which has gone on since; it runs on"));
      case Reading.Known<String> complete -> wait("waits until the old job runs again");
    };
  }

  /** Whether the savepoint, if there is one, is the last that the job has done. */
  private static boolean mayHaveEndedWithIt(JobView job) {
    boolean failedAtItsEnd =
        job.lastFailure()
            .filter(last -> last.kind() == EngineFailure.Kind.FAILED_WHILE_STOPPING)
            .isPresent();
    return job.state() == JobState.FINISHED || (job.state() == JobState.FAILED && failedAtItsEnd);
  }

  /** The job has ended and nobody remembers the savepoint: the bucket does. */
  private Plan found() {
    return switch (facts.savepointFound()) {
      case Reading.Known<String>(String location) ->
          handover.stopped(Optional.of(location), journal.stepStartedAt());
      case Reading.Unknown<String> unknown ->
          rollout.awaitStorage(Handover.SAVEPOINT, rollout.limits().lookNow());
      case Reading.Absent<String> none when facts.oldJob().isAbsent() -> request.over(journal);
      case Reading.Absent<String> none ->
          rollout.fail(
              handover.noState(
                  "the job has ended and there is no _metadata below "
                      + journal.stop().orElseThrow().directory()));
    };
  }

  private Plan wait(String waitingFor, Effect... effects) {
    return rollout.stay(waitingFor, rollout.limits().lookNow(), effects);
  }
}
