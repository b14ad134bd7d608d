package io.streamjob.operator.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * How the tasks of a job stand.
 *
 * @param total number of parallel tasks
 * @param running how many of them run
 * @param processingSince when records could pass, on the engine's clock: each operator had a task
 *     that ran; empty while not all of them run
 */
public record TasksView(int total, int running, Optional<Instant> processingSince) {}
