package io.streamjob.operator.plan;

/** How a test of the new revision stands. */
enum Check {
  Pending,
  Passed,
  Failed,
  Skipped
}
