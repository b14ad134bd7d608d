package io.streamjob.operator.plan;

import java.time.Duration;

/**
 * How long the planner waits, and how often it looks. What concerns the user's job (confirmation,
 * checkpoint time-outs) stands in the spec instead.
 *
 * @param preparing how long a new revision may take to come up before the rollout is given up
 * @param warmUp how long the warm-up of new workers may take before it ends itself
 * @param podProblem how long a pod may be in trouble (image, quota, crash) before that counts
 * @param coordinatorSilence how long a new coordinator may be silent before it is taken down in a
 *     rollback
 * @param retryAfter how long a rollout that failed for a reason outside the spec is left alone
 * @param recoveryPause after a recovery, before the next; each further one doubles it
 * @param preflightRetries how often a preflight is begun anew because its checkpoint was gone
 * @param restarts how often the engine may restart an unconfirmed job's tasks
 * @param patience how long a step may take before it is written down what it waits for
 * @param lookNow pause between looks while a job is down
 * @param lookSoon pause between looks in other steps of a rollout
 * @param lookRestless pause between looks while the engine brings a job's tasks back, and after its
 *     pods have changed
 * @param lookLater pause between looks while a job just runs
 * @param history ended rollouts and restore points that are kept in status
 */
public record Limits(
    Duration preparing,
    Duration warmUp,
    Duration podProblem,
    Duration coordinatorSilence,
    Duration retryAfter,
    Duration recoveryPause,
    int preflightRetries,
    int restarts,
    Duration patience,
    Duration lookNow,
    Duration lookSoon,
    Duration lookRestless,
    Duration lookLater,
    int history) {

  /** The limits that hold unless the operator's flags say otherwise. */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofMinutes(5),
          Duration.ofMinutes(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          3,
          3,
          Duration.ofSeconds(30),
          Duration.ofMillis(15),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          10);
}
