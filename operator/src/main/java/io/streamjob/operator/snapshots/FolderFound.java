package io.streamjob.operator.snapshots;

/**
 * A folder in the bucket that holds something.
 *
 * @param location with a slash at its end
 * @param objects in it and below, empty ones not counted
 * @param bytes their sizes
 */
public record FolderFound(String location, long objects, long bytes) {}
