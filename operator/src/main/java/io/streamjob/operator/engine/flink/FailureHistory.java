package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import java.util.List;
import java.util.Optional;

/**
 * The failures of a job's tasks that the engine remembers.
 *
 * @param count how many there were since the job was submitted
 * @param newest the newest of them
 */
record FailureHistory(int count, Optional<EngineFailure> newest) {

  /** {@code web.exception-history-size}: the engine forgets older entries. */
  private static final int REMEMBERED = 16;

  static FailureHistory of(RestClient.Question question, JobId job) throws NoAnswerException {
    Fields history =
        question.get("/jobs/" + job + "/exceptions").fields().object("exceptionHistory");
    List<Fields> entries = history.objects("entries");
    if (entries.isEmpty()) {
      return new FailureHistory(0, Optional.empty());
    }
    int count = entries.size();
    if (count >= REMEMBERED || history.flag("truncated")) {
      count = Math.max(count, counted(question, job));
    }
    CauseChain newest = CauseChain.parse(entries.getFirst().text("stacktrace"));
    return new FailureHistory(count, Optional.of(Failures.of(newest)));
  }

  /** The failure that ended a job for good was not followed by a restart. */
  JobView view(JobState state) {
    return new JobView(state, state == JobState.FAILED ? Math.max(0, count - 1) : count, newest);
  }

  /**
   * The engine's own counter: never forgets, but up to 10 s old and gone when the job has ended.
   */
  private static int counted(RestClient.Question question, JobId job) throws NoAnswerException {
    RestAnswer answer = question.get("/jobs/" + job + "/metrics?get=numRestarts");
    String value = answer.body().path(0).path("value").asText("");
    return value.matches("\\d{1,9}") ? Integer.parseInt(value) : 0;
  }
}
