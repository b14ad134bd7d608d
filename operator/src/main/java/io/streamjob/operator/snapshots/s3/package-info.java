/**
 * The snapshots port over S3, with the AWS SDK; {@code _metadata} is read by the engine's own code.
 */
@NullMarked
package io.streamjob.operator.snapshots.s3;

import org.jspecify.annotations.NullMarked;
