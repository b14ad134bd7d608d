/** Tests on a real cluster: one scenario per class. */
@NullMarked
package io.streamjob.e2e;

import org.jspecify.annotations.NullMarked;
