@NullMarked
package io.streamjob.operator.plan.savepoint;

import org.jspecify.annotations.NullMarked;
