/**
 * The pure core: from what is wished, written and seen to what is written and done next. No clock,
 * no I/O.
 */
@NullMarked
package io.streamjob.operator.plan;

import org.jspecify.annotations.NullMarked;
