/** Pure: a StreamJob's spec with words and durations understood and every default applied. */
@NullMarked
package io.streamjob.operator.spec;

import org.jspecify.annotations.NullMarked;
