package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;

/**
 * Something that a person should hear of once.
 *
 * @param warning whether something went wrong
 * @param reason the same word as in the conditions
 * @param message the same sentence as in the conditions
 */
public record Notice(boolean warning, Reason reason, String message) {}
