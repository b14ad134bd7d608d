/**
 * Pure: decides about StreamSavepoints, one at a time, as the planner above does about StreamJobs.
 */
@NullMarked
package io.streamjob.operator.plan.savepoint;

import org.jspecify.annotations.NullMarked;
