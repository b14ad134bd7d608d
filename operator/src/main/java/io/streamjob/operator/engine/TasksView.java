package io.streamjob.operator.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * How the tasks of a job stand.
 *
 * @param total number of parallel tasks
 * @param running how many of them run
 * @param allRunningSince when the last of them began to process records, on the engine's clock;
 *     empty while not all run
 */
public record TasksView(int total, int running, Optional<Instant> allRunningSince) {}
