/** Which way dependencies point; the build fails otherwise. */
@NullMarked
package io.streamjob.operator.arch;

import org.jspecify.annotations.NullMarked;
