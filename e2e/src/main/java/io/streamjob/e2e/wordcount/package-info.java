/** Runs the exact word count through what a user would do to it, and counts after it. */
@NullMarked
package io.streamjob.e2e.wordcount;

import org.jspecify.annotations.NullMarked;
