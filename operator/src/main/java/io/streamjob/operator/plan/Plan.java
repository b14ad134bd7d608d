package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.StreamJobStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is written and done next.
 *
 * @param status the whole new status; written by compare-and-set before the effects, if it differs
 * @param effects what is done then, in this order; an effect whose evidence is already there is not
 *     among them
 * @param notice what a person should hear of, if anything
 * @param lookAgainAfter when to look again, even if nothing happens
 */
public record Plan(
    StreamJobStatus status,
    List<Effect> effects,
    Optional<Notice> notice,
    Duration lookAgainAfter) {
  public Plan {
    effects = List.copyOf(effects);
  }
}
