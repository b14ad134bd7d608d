package io.streamjob.operator.snapshots;

import java.time.Instant;

/**
 * A savepoint or a completed checkpoint.
 *
 * @param location folder that holds its {@code _metadata}
 * @param writtenAt when that file was written, on the storage's clock
 */
public record StateFound(String location, Instant writtenAt) {}
