package io.streamjob.operator.plan;

import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.TriggerId;

/**
 * The StreamJob that is planned for, and the ids of everything that is done in its name.
 *
 * <p>Every id is a function of the object's uid, a revision and an attempt: whoever repeats an act,
 * after a crash or as a second operator, repeats it under the same id.
 */
public record Subject(String namespace, String name, String uid, long generation) {
  private static final int SHORT = 8;

  /** The beginning of the uid, which tells the objects of one name from each other. */
  public String shortUid() {
    return uid.substring(0, Math.min(SHORT, uid.length()));
  }

  /** The job that a revision runs in an attempt. */
  public JobId job(int revision, int attempt) {
    return JobId.of(act("run", revision, attempt));
  }

  /** The run of the main method that starts that job. */
  public ApplicationId run(int revision, int attempt) {
    return ApplicationId.of(act("run", revision, attempt));
  }

  /** The job that only tests whether the state fits. */
  public JobId preflightJob(int revision, int attempt, int retries) {
    return JobId.of(act("preflight-" + retries, revision, attempt));
  }

  /** The run of the main method that starts the preflight. */
  public ApplicationId preflight(int revision, int attempt, int retries) {
    return ApplicationId.of(act("preflight-" + retries, revision, attempt));
  }

  /** The run of the built-in warm-up. */
  public ApplicationId warmUp(int revision, int attempt) {
    return ApplicationId.of(act("warm-up", revision, attempt));
  }

  /** The request for the savepoint that an attempt stops the old job with. */
  public TriggerId stop(int attempt) {
    return TriggerId.of(uid + "/stop/" + attempt);
  }

  /**
   * The same request to another process of the old job's coordinator.
   *
   * @param coordinator see {@link ClusterView.Pods#coordinatorUid}
   */
  public TriggerId stopAgain(int attempt, String coordinator) {
    return TriggerId.of(uid + "/stop/" + attempt + "/" + coordinator);
  }

  private String act(String what, int revision, int attempt) {
    return uid + "/" + what + "/" + revision + "/" + attempt;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
