package io.streamjob.operator.plan;

/** What the planner needs to know; anything else is not looked at. */
public enum Question {
  /** Can the wished spec's storage be written? */
  STORAGE,
  /** Which pods and objects does the old cluster have? */
  OLD_CLUSTER,
  /** Which pods and objects does the cluster have that is being started? */
  NEW_CLUSTER,
  /** How does the old job stand? */
  OLD_JOB,
  /** Which checkpoints has the old job completed? */
  OLD_CHECKPOINTS,
  /** Which is the newest checkpoint of the old job in the bucket? */
  OLD_STATE,
  /** How does the preflight stand? */
  PREFLIGHT,
  /** Whose state is it that the preflight found no operator for? */
  OPERATORS,
  /** How does the warm-up stand? */
  WARM_UP,
  /** How does the requested savepoint or checkpoint stand? */
  SAVEPOINT,
  /** Is it whole? */
  VERIFICATION,
  /** How do the new job and the run that starts it stand? */
  NEW_JOB,
  /** Which checkpoints has the new job completed, and where did it restore from? */
  NEW_CHECKPOINTS,
  /** Does the bucket hold a checkpoint of the new job? */
  NEW_STATE,
  /** At which size does the old job run, and how many workers are there to be? */
  SCALE,
  /** Which revision does the job's own service select? */
  SERVICE,
  /** Which StreamSavepoints of the job are there? */
  SAVEPOINTS,
  /** Where does what spec.restore names lie, and is it whole? */
  RESTORE_POINT,
  /** What have earlier StreamJobs of the name left? */
  EARLIER,
  /** Is the whole namespace being deleted? */
  NAMESPACE,
  /** What is left of the job and its state? */
  REMAINS,
  /** Would an upgrade go well, and what in the bucket does nobody need? */
  UPKEEP
}
