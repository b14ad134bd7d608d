package io.streamjob.operator.engine;

/** Workers that have registered with a coordinator, and their task slots. */
public record Slots(int workers, int total, int free) {}
