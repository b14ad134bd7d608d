package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.TasksView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** When the tasks of a job began to run. */
final class TaskTimes {
  static final Pattern VERTEX_ID = Pattern.compile("[0-9a-f]{32}");

  private TaskTimes() {}

  static TasksView read(RestClient.Question question, JobId job, Fields details)
      throws NoAnswerException {
    List<Fields> vertices = details.objects("vertices");
    int total = 0;
    int running = 0;
    for (Fields vertex : vertices) {
      total += vertex.smallCount("parallelism");
      Fields tasks = vertex.object("tasks");
      running += tasks.smallCount("RUNNING") + tasks.smallCount("FINISHED");
    }
    if (total == 0 || running < total) {
      return new TasksView(total, running, Optional.empty());
    }
    return whenAllRun(question, job, vertices, total);
  }

  // The overview may be older than what the vertices tell, so both figures are counted again.
  private static TasksView whenAllRun(
      RestClient.Question question, JobId job, List<Fields> vertices, int total)
      throws NoAnswerException {
    int running = 0;
    Instant processing = Instant.MIN;
    for (Fields vertex : vertices) {
      String id = vertex.text("id");
      if (!VERTEX_ID.matcher(id).matches()) {
        throw new NoAnswerException(vertex.request() + ": expected a vertex id in 'id'");
      }
      Fields tasks = question.get("/jobs/" + job + "/vertices/" + id).fields();
      Instant first = Instant.MAX;
      for (Fields task : tasks.objects("subtasks")) {
        String status = task.text("status");
        if (status.equals("RUNNING")) {
          Instant since = runningSince(task);
          first = since.isBefore(first) ? since : first;
        }
        running += status.equals("RUNNING") || status.equals("FINISHED") ? 1 : 0;
      }
      if (first.isAfter(processing) && first.isBefore(Instant.MAX)) {
        processing = first;
      }
    }
    return running == total && processing.isAfter(Instant.MIN)
        ? new TasksView(total, running, Optional.of(processing))
        : new TasksView(total, running, Optional.empty());
  }

  /** The start of DEPLOYING plus what was spent before RUNNING; INITIALIZING restores the state. */
  private static Instant runningSince(Fields task) throws NoAnswerException {
    Fields spent = task.object("status-duration");
    return task.instant("start-time")
        .plusMillis(spent.count("DEPLOYING"))
        .plusMillis(spent.count("INITIALIZING"));
  }
}
