/**
 * Pure: from a revision to the Kubernetes objects that run it. The only place that formats names
 * and labels.
 */
@NullMarked
package io.streamjob.operator.resources;

import org.jspecify.annotations.NullMarked;
