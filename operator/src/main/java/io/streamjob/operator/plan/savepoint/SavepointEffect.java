package io.streamjob.operator.plan.savepoint;

import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.TriggerId;

/** An act on behalf of a StreamSavepoint. Each may be repeated, and its answer may be lost. */
public sealed interface SavepointEffect {

  /** Ask the coordinator of a revision for a savepoint. */
  record Take(int revision, JobId job, TriggerId trigger, String directory, SavepointFormat format)
      implements SavepointEffect {}

  /** Delete some of the objects in its folder. */
  record Delete(String directory) implements SavepointEffect {}

  /** Delete the StreamSavepoint, as a person would. */
  record Expire() implements SavepointEffect {}

  /** Let the object go that is being deleted. */
  record Release() implements SavepointEffect {}
}
