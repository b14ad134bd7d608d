/** The operator's process: its options, its wiring, its end. */
@NullMarked
package io.streamjob.operator;

import org.jspecify.annotations.NullMarked;
