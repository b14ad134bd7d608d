package io.streamjob.operator.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * How the tasks of a job stand.
 *
 * @param total number of parallel tasks
 * @param running how many of them run, or have read their bounded input to its end
 * @param processingSince when records could pass, on the engine's clock: each operator had a task
 *     that ran; empty while not all of them do, and once none does any more
 */
public record TasksView(int total, int running, Optional<Instant> processingSince) {}
