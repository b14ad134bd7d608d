package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobId;
import java.time.Instant;

/** When the last task of a job met the barrier of a savepoint. */
final class StopTime {
  private StopTime() {}

  static Instant read(RestClient.Question question, JobId job, Checkpoints.Completed savepoint)
      throws NoAnswerException {
    String details = "/jobs/" + job + "/checkpoints/details/" + savepoint.id();
    long delay = 0;
    for (String vertex : question.get(details).fields().object("tasks").names()) {
      if (!TaskTimes.VERTEX_ID.matcher(vertex).matches()) {
        throw new NoAnswerException(details + ": expected vertex ids as names in 'tasks'");
      }
      Fields tasks = question.get(details + "/subtasks/" + vertex).fields();
      delay = Math.max(delay, tasks.object("summary").object("start_delay").count("max"));
    }
    return savepoint.triggeredAt().plusMillis(delay);
  }
}
