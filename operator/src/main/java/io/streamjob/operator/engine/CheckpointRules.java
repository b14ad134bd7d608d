package io.streamjob.operator.engine;

/**
 * How a job takes its checkpoints, program and configuration together.
 *
 * @param keptWhenCancelled whether they stay when the job is cancelled
 * @param unaligned whether they may hold records on their way between its tasks
 */
public record CheckpointRules(boolean keptWhenCancelled, boolean unaligned) {}
