/**
 * Crashes the operator at each of its writes, on real parts: {@link
 * io.streamjob.e2e.crash.Chokepoint} sees every request that it makes, and strikes.
 */
@NullMarked
package io.streamjob.e2e.crash;

import org.jspecify.annotations.NullMarked;
