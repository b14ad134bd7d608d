/**
 * An exact word count over text that arrives in an object store. User code: it knows nothing of the
 * operator.
 */
@NullMarked
package io.streamjob.examples.wordcount;

import org.jspecify.annotations.NullMarked;
