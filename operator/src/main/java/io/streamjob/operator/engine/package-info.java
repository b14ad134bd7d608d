/** The engine as the operator speaks of it: a port, with no type of any engine in it. */
@NullMarked
package io.streamjob.operator.engine;

import org.jspecify.annotations.NullMarked;
