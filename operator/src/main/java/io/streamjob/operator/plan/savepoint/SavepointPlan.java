package io.streamjob.operator.plan.savepoint;

import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.Notice;
import java.time.Duration;
import java.util.Optional;

/**
 * What is written and done next.
 *
 * @param status the whole new status; written by compare-and-set before the effect, if it differs
 * @param effect what is done then, if anything
 * @param notice what a person should hear of, if anything
 * @param lookAgainAfter when to look again, even if nothing happens
 */
public record SavepointPlan(
    StreamSavepointStatus status,
    Optional<SavepointEffect> effect,
    Optional<Notice> notice,
    Duration lookAgainAfter) {}
