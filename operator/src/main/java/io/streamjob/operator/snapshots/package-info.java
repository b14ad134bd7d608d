/** Savepoints and checkpoints in the bucket: a port. */
@NullMarked
package io.streamjob.operator.snapshots;

import org.jspecify.annotations.NullMarked;
