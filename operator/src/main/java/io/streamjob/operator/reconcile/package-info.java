/** The imperative shell: observe, decide, write the intent by compare-and-set, act once. */
@NullMarked
package io.streamjob.operator.reconcile;

import org.jspecify.annotations.NullMarked;
