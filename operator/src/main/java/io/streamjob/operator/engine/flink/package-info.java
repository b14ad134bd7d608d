/** The engine port over the REST interface of Apache Flink 2.3. */
@NullMarked
package io.streamjob.operator.engine.flink;

import org.jspecify.annotations.NullMarked;
