/** Tests of the Helm chart, with the real Helm engine. */
@NullMarked
package io.streamjob.chart;

import org.jspecify.annotations.NullMarked;
