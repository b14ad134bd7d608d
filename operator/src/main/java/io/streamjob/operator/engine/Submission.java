package io.streamjob.operator.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request to run a main method.
 *
 * @param application id of the run, chosen by the caller
 * @param job id of the job it starts, chosen by the caller; empty for a program that starts several
 * @param jar which of the jars that the coordinator's image offers: {@link #JOB_JAR} or {@link
 *     #WARM_UP_JAR}
 * @param entryClass class with the main method; empty: the jar's manifest names it
 * @param args arguments of the main method
 * @param parallelism default parallelism of the job
 * @param restoreFrom location to restore from, never claimed (the engine's {@code NO_CLAIM}), all
 *     of whose state must find an operator; empty: start without state
 * @param options engine options for this run alone
 * @param dryRun whether to find out only if it would start: no task of the program ever runs, and
 *     what comes up under the job's id, if all state has its place, is a stand-in for it
 */
public record Submission(
    ApplicationId application,
    Optional<JobId> job,
    String jar,
    Optional<String> entryClass,
    List<String> args,
    int parallelism,
    Optional<String> restoreFrom,
    Map<String, String> options,
    boolean dryRun) {
  /** The job's own jar, as the coordinator offers it. */
  public static final String JOB_JAR = "job.jar";

  /** The built-in warm-up, as the coordinator offers it, and the preflight. */
  public static final String WARM_UP_JAR = "warm-up.jar";

  public Submission {
    Objects.requireNonNull(application);
    args = List.copyOf(args);
    options = Map.copyOf(options);
  }

  /** A run in earnest. */
  public Submission(
      ApplicationId application,
      Optional<JobId> job,
      String jar,
      Optional<String> entryClass,
      List<String> args,
      int parallelism,
      Optional<String> restoreFrom,
      Map<String, String> options) {
    this(application, job, jar, entryClass, args, parallelism, restoreFrom, options, false);
  }

  /** The same, not in earnest. */
  public Submission dry() {
    return new Submission(
        application, job, jar, entryClass, args, parallelism, restoreFrom, options, true);
  }
}
