/**
 * What the runtime image brings of its own: the preflight, the warm-up job, the fetching of jars,
 * and the training of the class-data archives.
 */
@NullMarked
package io.streamjob.boot;

import org.jspecify.annotations.NullMarked;
