package io.streamjob.operator.snapshots;

import java.util.Optional;

/**
 * What a savepoint or checkpoint keeps of one operator.
 *
 * @param id 32 hexadecimal digits, see {@link OperatorIds}
 * @param uid as the program gave it; empty: it gave none, or the file is of an older engine
 * @param name for people, such as {@code KeyedProcess}
 * @param bytes size of its state
 * @param parallelism number of its tasks
 * @param maxParallelism number of groups that its keyed state is divided into
 */
public record OperatorState(
    String id,
    Optional<String> uid,
    Optional<String> name,
    long bytes,
    int parallelism,
    int maxParallelism) {}
