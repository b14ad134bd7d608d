/** Benchmarks: figures of the product, taken from outside of it. */
@NullMarked
package io.streamjob.e2e.bench;

import org.jspecify.annotations.NullMarked;
