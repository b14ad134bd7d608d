package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.reading.Reading;
import java.util.Optional;

/** Why a job has failed for good: the schedulers of the engine tell it in different places. */
final class FailedJob {
  private FailedJob() {}

  /** Unknown: the reasons come from a cache, which does not know of the end yet. */
  static Reading<JobView> read(RestClient.Question question, JobId job) throws NoAnswerException {
    if (!question.get("/jobs/" + job).fields().word("state", JobState.class).isTerminal()) {
      return Reading.unknown("the job has failed, and the coordinator does not tell why yet");
    }
    FailureHistory history = FailureHistory.of(question, job);
    Optional<EngineFailure> why =
        history.newest().isPresent() ? history.newest() : ofItsResult(question, job);
    return Reading.known(
        new FailureHistory(
                history.count(),
                why.isPresent() && hasStopped(question, job)
                    ? Optional.of(atItsEnd(why.get()))
                    : why)
            .view(JobState.FAILED));
  }

  /** The adaptive scheduler has no failure of tasks that it could not begin to deploy. */
  private static Optional<EngineFailure> ofItsResult(RestClient.Question question, JobId job)
      throws NoAnswerException {
    Optional<Fields> cause =
        question
            .get("/jobs/" + job + "/execution-result")
            .fields()
            .object("job-execution-result")
            .objectOrNull("failure-cause");
    return cause.isEmpty()
        ? Optional.empty()
        : Optional.of(Failures.of(CauseChain.parse(cause.get().text("stack-trace"))));
  }

  /** That it did so after its savepoint, the adaptive scheduler tells of the savepoint alone. */
  private static boolean hasStopped(RestClient.Question question, JobId job)
      throws NoAnswerException {
    RestAnswer statistics = question.get("/jobs/" + job + "/checkpoints");
    return !statistics.saysUnknown(job)
        && !statistics.saysCheckpointsOff()
        && CheckpointStatistics.endWithStop(statistics.fields());
  }

  private static EngineFailure atItsEnd(EngineFailure failure) {
    return new EngineFailure(Kind.FAILED_WHILE_STOPPING, failure.message());
  }
}
