/**
 * What could be learned of something outside: it is known, it is not there, or nobody could tell.
 */
@NullMarked
package io.streamjob.operator.reading;

import org.jspecify.annotations.NullMarked;
