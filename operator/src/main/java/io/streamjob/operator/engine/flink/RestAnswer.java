package io.streamjob.operator.engine.flink;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.TriggerId;

/**
 * One answer in JSON. It is untrusted: a job runs in the same process as the REST interface.
 *
 * @param request method and address, for messages
 */
record RestAnswer(String request, int status, JsonNode body) {

  boolean isSuccess() {
    return status == 200 || status == 202;
  }

  /** The body of a successful answer. */
  Fields fields() throws NoAnswerException {
    if (!isSuccess()) {
      throw new NoAnswerException(request + " answered " + status + ": " + errors().summary());
    }
    return new Fields(request, body);
  }

  /** What went wrong, as the engine tells it; empty if it does not look like the engine's. */
  CauseChain errors() {
    StringBuilder text = new StringBuilder();
    for (JsonNode error : body.path("errors")) {
      text.append(error.asText()).append('\n');
    }
    return CauseChain.parse(text.toString());
  }

  /**
   * Whether the engine itself says that it does not know the job. Flink answers 404 or, for
   * /jobs/:id/status, 500; a 404 of anything else on the way does not name the job like this.
   */
  boolean saysUnknown(JobId job) {
    return isError()
        && (errors().contains("FlinkJobNotFoundException", "(" + job + ")")
            || errors().contains("rest.NotFoundException", "Job " + job + " not found"));
  }

  boolean saysUnknown(ApplicationId application) {
    return isError()
        && errors().contains("FlinkApplicationNotFoundException", "(" + application + ")");
  }

  boolean saysUnknown(TriggerId trigger) {
    return isError()
        && errors().contains("RestHandlerException", "operation with triggerId=" + trigger + " ");
  }

  boolean saysCheckpointsOff() {
    return status == 404
        && errors().contains("RestHandlerException", "Checkpointing has not been enabled");
  }

  private boolean isError() {
    return status == 404 || status == 500;
  }
}
