/**
 * A small world behind the planner, in memory and in simulated time: API server, engine, bucket,
 * and an operator that crashes.
 */
@NullMarked
package io.streamjob.operator.simulation;

import org.jspecify.annotations.NullMarked;
