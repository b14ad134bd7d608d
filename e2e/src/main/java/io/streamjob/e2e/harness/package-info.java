/**
 * What end-to-end tests and the demo stand on: a cluster, images in it, an object store, kubectl.
 *
 * <p>Every wait has a limit, and what takes long says so on standard error. Failures are
 * exceptions: a test cannot go on without its cluster.
 */
@NullMarked
package io.streamjob.e2e.harness;

import org.jspecify.annotations.NullMarked;
