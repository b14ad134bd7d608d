/**
 * The user's contract: the {@code StreamJob} resource of group {@code streamjob.io}, as records.
 *
 * <p>Every component of a record is nullable, because a manifest may leave it out: unset means what
 * the component's description says. Defaults are applied by the operator, never by the schema, so
 * that no other controller sees them as drift. Texts that name one of a few words (such as {@code
 * RocksDB}) and durations are strings here, although the schema lists the words and the pattern: an
 * object that an older server let through must reach the operator, which then tells its author.
 */
@NullMarked
package io.streamjob.api.v1beta1;

import org.jspecify.annotations.NullMarked;
