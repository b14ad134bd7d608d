package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.CheckpointView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine over the REST interface of Flink 2.3, as plain HTTP.
 *
 * <p>Cost in requests: one each, but {@link #job} two (three after many restarts, three more if it
 * failed), {@link #application} two if it failed, and {@link #tasks} one plus, once all tasks run,
 * one per vertex, and {@link #stoppedAt} two plus one per vertex. The coordinator serves failures,
 * {@code tasks} and {@code checkpoints} from caches; their age is what {@code
 * rest.cache.execution-graph.timeout} and {@code rest.cache.checkpoint-statistics.timeout} say.
 */
public final class FlinkEngine implements Engine, AutoCloseable {
  /** What {@code StopWithSavepointStoppingException} says of a savepoint that can be used. */
  private static final Pattern COMPLETE =
      Pattern.compile("A savepoint has been created at: (\\S+), but the corresponding job");

  private final FlinkLimits limits;
  private final RestClient rest;

  /** An engine whose answers stay within these limits. */
  public FlinkEngine(FlinkLimits limits) {
    this.limits = limits;
    this.rest = new RestClient(limits);
  }

  @Override
  public void close() {
    rest.close();
  }

  @Override
  public Reading<String> version(URI coordinator) {
    return read(
        coordinator,
        question -> Reading.known(question.get("/config").fields().text("flink-version")));
  }

  @Override
  public Reading<Slots> slots(URI coordinator) {
    return read(
        coordinator,
        question -> {
          Fields overview = question.get("/overview").fields();
          return Reading.known(
              new Slots(
                  overview.smallCount("taskmanagers"),
                  overview.smallCount("slots-total"),
                  overview.smallCount("slots-available")));
        });
  }

  @Override
  public Reading<JobView> job(URI coordinator, JobId job) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/status");
          if (answer.saysUnknown(job)) {
            return Reading.absent();
          }
          JobState state = answer.fields().word("status", JobState.class);
          if (state == JobState.FAILED) {
            return FailedJob.read(question, job);
          }
          return Reading.known(
              FailureHistory.of(question, job)
                  .view(
                      state == JobState.RUNNING && isShortOfSlots(question, job)
                          ? JobState.RESTARTING
                          : state));
        });
  }

  /** A job whose tasks wait for a lost worker calls itself running, for minutes. */
  private static boolean isShortOfSlots(RestClient.Question question, JobId job)
      throws NoAnswerException {
    for (Fields vertex : question.get("/jobs/" + job).fields().objects("vertices")) {
      Fields tasks = vertex.object("tasks");
      if (tasks.smallCount("SCHEDULED") > 0 || tasks.smallCount("CREATED") > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Reading<TasksView> tasks(URI coordinator, JobId job) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job);
          return answer.saysUnknown(job)
              ? Reading.absent()
              : Reading.known(TaskTimes.read(question, job, answer.fields()));
        });
  }

  @Override
  public Reading<Checkpoints> checkpoints(URI coordinator, JobId job) {
    return checkpointStatistics(coordinator, job, CheckpointStatistics::read);
  }

  @Override
  public Reading<CheckpointHealth> checkpointHealth(URI coordinator, JobId job) {
    return checkpointStatistics(coordinator, job, CheckpointStatistics::health);
  }

  private interface Reader<T> {
    T read(Fields statistics) throws NoAnswerException;
  }

  private <T> Reading<T> checkpointStatistics(URI coordinator, JobId job, Reader<T> reader) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/checkpoints");
          return answer.saysUnknown(job) || answer.saysCheckpointsOff()
              ? Reading.absent()
              : Reading.known(reader.read(answer.fields()));
        });
  }

  @Override
  public Reading<Instant> stoppedAt(URI coordinator, JobId job, String location) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/checkpoints");
          if (answer.saysUnknown(job) || answer.saysCheckpointsOff()) {
            return Reading.absent();
          }
          Optional<Checkpoints.Completed> newest =
              CheckpointStatistics.newestAt(answer.fields(), location);
          return newest.isEmpty()
              ? Reading.absent()
              : Reading.known(StopTime.read(question, job, newest.get()));
        });
  }

  @Override
  public Reading<ApplicationView> application(URI coordinator, ApplicationId application) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/applications/" + application);
          if (answer.saysUnknown(application)) {
            return Reading.absent();
          }
          Fields fields = answer.fields();
          return Reading.known(
              switch (fields.word("status", ApplicationStatus.class)) {
                case CREATED, RUNNING, FAILING, CANCELING -> new ApplicationView.Running();
                case CANCELED -> new ApplicationView.Canceled();
                case FINISHED -> finished(fields);
                case FAILED -> new ApplicationView.Failed(whyFailed(question, application));
              });
        });
  }

  /** Flink {@code ApplicationState}. */
  private enum ApplicationStatus {
    CREATED,
    RUNNING,
    FAILING,
    FAILED,
    CANCELING,
    CANCELED,
    FINISHED
  }

  private static ApplicationView finished(Fields application) throws NoAnswerException {
    return application.objects("jobs").isEmpty()
        ? new ApplicationView.Failed(
            new EngineFailure(
                EngineFailure.Kind.PROGRAM_FAILED, "the main method ended without starting a job"))
        : new ApplicationView.Finished();
  }

  private static EngineFailure whyFailed(RestClient.Question question, ApplicationId application)
      throws NoAnswerException {
    List<Fields> entries =
        question
            .get("/applications/" + application + "/exceptions")
            .fields()
            .object("exceptionHistory")
            .objects("entries");
    if (entries.isEmpty()) {
      return Failures.of(CauseChain.parse(""));
    }
    Fields first = entries.getFirst();
    for (Fields entry : entries) {
      if (entry.count("timestamp") < first.count("timestamp")) {
        first = entry;
      }
    }
    return Failures.of(CauseChain.parse(first.text("stacktrace")));
  }

  @Override
  public Reading<SavepointView> savepoint(URI coordinator, JobId job, TriggerId trigger) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/savepoints/" + trigger);
          return answer.saysUnknown(trigger)
              ? Reading.absent()
              : Reading.known(savepoint(answer.fields()));
        });
  }

  private static SavepointView savepoint(Fields fields) throws NoAnswerException {
    return switch (fields.object("status").word("id", OperationStatus.class)) {
      case IN_PROGRESS -> new SavepointView.InProgress();
      case COMPLETED -> {
        Fields operation = fields.object("operation");
        if (operation.node().has("failure-cause")) {
          String trace = operation.object("failure-cause").text("stack-trace");
          Matcher complete = COMPLETE.matcher(trace);
          yield new SavepointView.Failed(
              Failures.of(CauseChain.parse(trace)),
              complete.find() ? Optional.of(complete.group(1)) : Optional.empty());
        }
        yield new SavepointView.Completed(operation.text("location"));
      }
    };
  }

  /** Flink {@code QueueStatus.Id}. */
  private enum OperationStatus {
    IN_PROGRESS,
    COMPLETED
  }

  @Override
  public Reading<CheckpointRules> checkpointRules(URI coordinator, JobId job) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/checkpoints/config");
          if (answer.saysUnknown(job) || answer.saysCheckpointsOff()) {
            return Reading.absent();
          }
          Fields kept = answer.fields().object("externalization");
          return Reading.known(
              new CheckpointRules(
                  kept.flag("enabled") && !kept.flag("delete_on_cancellation"),
                  answer.fields().flag("unaligned_checkpoints")));
        });
  }

  @Override
  public Reading<CheckpointView> checkpoint(URI coordinator, JobId job, TriggerId trigger) {
    return read(
        coordinator,
        question -> {
          RestAnswer answer = question.get("/jobs/" + job + "/checkpoints/" + trigger);
          return answer.saysUnknown(trigger)
              ? Reading.absent()
              : Reading.known(checkpoint(answer.fields()));
        });
  }

  private static CheckpointView checkpoint(Fields fields) throws NoAnswerException {
    return switch (fields.object("status").word("id", OperationStatus.class)) {
      case IN_PROGRESS -> new CheckpointView.InProgress();
      case COMPLETED -> {
        Fields operation = fields.object("operation");
        if (operation.node().has("failureCause")) {
          String trace = operation.object("failureCause").text("stack-trace");
          yield new CheckpointView.Failed(Failures.of(CauseChain.parse(trace)));
        }
        yield new CheckpointView.Completed(operation.count("checkpointId"));
      }
    };
  }

  @Override
  public Answer submit(URI coordinator, Submission submission) {
    return change(
        rest.question(coordinator, limits.submit()),
        question -> {
          RestAnswer answer = question.post(Runs.path(submission), Runs.body(submission));
          if (answer.errors().contains("DuplicateApplicationSubmissionException", "")) {
            return new Answer.Accepted();
          }
          return accepted(answer, "applicationid", submission.application().hex());
        });
  }

  @Override
  public Answer stop(
      URI coordinator, JobId job, TriggerId trigger, String directory, SavepointFormat format) {
    Map<String, Object> body =
        Map.of(
            "triggerId",
            trigger.hex(),
            "targetDirectory",
            directory,
            "drain",
            false,
            "formatType",
            format.name());
    return change(
        rest.question(coordinator, limits.read()),
        question ->
            accepted(question.post("/jobs/" + job + "/stop", body), "request-id", trigger.hex()));
  }

  @Override
  public Answer takeSavepoint(
      URI coordinator, JobId job, TriggerId trigger, String directory, SavepointFormat format) {
    Map<String, Object> body =
        Map.of(
            "triggerId",
            trigger.hex(),
            "target-directory",
            directory,
            "cancel-job",
            false,
            "formatType",
            format.name());
    return change(
        rest.question(coordinator, limits.read()),
        question ->
            accepted(
                question.post("/jobs/" + job + "/savepoints", body), "request-id", trigger.hex()));
  }

  @Override
  public Answer takeCheckpoint(URI coordinator, JobId job, TriggerId trigger) {
    // INCREMENTAL is refused by 2.3 (FLINK-33723); CONFIGURED is incremental where the job's are.
    Map<String, Object> body = Map.of("triggerId", trigger.hex(), "checkpointType", "CONFIGURED");
    return change(
        rest.question(coordinator, limits.read()),
        question ->
            accepted(
                question.post("/jobs/" + job + "/checkpoints", body), "request-id", trigger.hex()));
  }

  @Override
  public Reading<ScaleView> scale(URI coordinator, JobId job) {
    return read(
        coordinator,
        question -> {
          RestAnswer wished = question.get("/jobs/" + job + "/resource-requirements");
          if (wished.saysUnknown(job) || cannotRescale(wished)) {
            return Reading.absent();
          }
          RestAnswer details = question.get("/jobs/" + job);
          RestAnswer checkpoints = question.get("/jobs/" + job + "/checkpoints");
          return details.saysUnknown(job) || checkpoints.saysUnknown(job)
              ? Reading.absent()
              : Reading.known(
                  Sizes.read(
                      wished.fields(),
                      details.fields(),
                      checkpoints.saysCheckpointsOff()
                          ? Optional.empty()
                          : CheckpointStatistics.interruptedAt(checkpoints.fields())));
        });
  }

  /** Any other scheduler than the adaptive one says so. */
  private static boolean cannotRescale(RestAnswer answer) {
    return !answer.isSuccess()
        && answer.errors().contains("UnsupportedOperationException", "AdaptiveScheduler");
  }

  @Override
  public Answer rescale(URI coordinator, JobId job, int from, int to) {
    String path = "/jobs/" + job + "/resource-requirements";
    return change(
        rest.question(coordinator, limits.read()),
        question -> {
          RestAnswer wished = question.get(path);
          if (!wished.isSuccess()) {
            return refused(wished);
          }
          RestAnswer answer = question.put(path, Sizes.replaced(wished.fields(), from, to));
          return answer.isSuccess() ? new Answer.Accepted() : refused(answer);
        });
  }

  @Override
  public Answer cancel(URI coordinator, JobId job) {
    return change(
        rest.question(coordinator, limits.read()),
        question -> {
          RestAnswer answer = question.patch("/jobs/" + job + "?mode=cancel");
          boolean ended =
              answer.status() == 409
                  && answer.errors().contains("RestHandlerException", "terminal state");
          return answer.isSuccess() || ended || answer.saysUnknown(job)
              ? new Answer.Accepted()
              : refused(answer);
        });
  }

  /** Accepted only if the answer repeats the id that was sent. */
  private static Answer accepted(RestAnswer answer, String idField, String id)
      throws NoAnswerException {
    if (!answer.isSuccess()) {
      return refused(answer);
    }
    String found = answer.fields().text(idField);
    return found.equals(id)
        ? new Answer.Accepted()
        : new Answer.Unanswered(
            Redaction.line(answer.request() + ": expected the id " + id + ", found " + found, 300));
  }

  /** Refused only if the engine gives a reason that stays true; all else may have been taken. */
  private static Answer refused(RestAnswer answer) {
    CauseChain errors = answer.errors();
    boolean engineSpeaks = errors.find(c -> c.type().startsWith("org.apache.flink.")).isPresent();
    boolean finalStatus = answer.status() == 400 || answer.status() == 409;
    boolean finalWords =
        errors.contains("ProgramInvocationException", "")
            || errors.contains("RestHandlerException", "Jar file ");
    return engineSpeaks && (finalStatus || finalWords) && !Failures.isTransient(errors)
        ? new Answer.Refused(Failures.of(errors))
        : new Answer.Unanswered(
            answer.request() + " answered " + answer.status() + ": " + errors.summary());
  }

  /** What is asked of a coordinator within one time limit. */
  private interface Inquiry<T> {
    T ask(RestClient.Question question) throws NoAnswerException;
  }

  private <T> Reading<T> read(URI coordinator, Inquiry<Reading<T>> inquiry) {
    try {
      return inquiry.ask(rest.question(coordinator, limits.read()));
    } catch (NoAnswerException e) {
      return Reading.unknown(String.valueOf(e.getMessage()));
    }
  }

  private static Answer change(RestClient.Question question, Inquiry<Answer> inquiry) {
    try {
      return inquiry.ask(question);
    } catch (NoAnswerException e) {
      return new Answer.Unanswered(String.valueOf(e.getMessage()));
    }
  }
}
