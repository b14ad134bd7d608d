package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The annotation {@code streamjob.io/hold}. */
final class Hold {
  private Hold() {}

  /** No rollout begins before the time that it names, nor on one nobody can read. */
  static Optional<Obstacle> of(Observation seen) {
    if (seen.requests().hold().isEmpty()) {
      return Optional.empty();
    }
    String text = Requests.shortened(seen.requests().hold().get());
    try {
      Instant until = OffsetDateTime.parse(text).toInstant();
      return until.isAfter(seen.now())
          ? Optional.of(
              new Obstacle(
                  Reason.OnHold,
                  "%s: annotation %s: no rollout begins before %s; %s; next step: wait, or remove it"
                      .formatted(
                          seen.subject(),
                          Annotations.HOLD,
                          until,
                          Steady.whatRunsOn(seen.status()))))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.of(
          new Obstacle(
              Reason.InvalidAnnotation,
              "%s: annotation %s: expected a time such as 2030-01-31T18:00:00Z, found '%s'; no rollout begins, %s; next step: correct or remove it"
                  .formatted(
                      seen.subject(), Annotations.HOLD, text, Steady.whatRunsOn(seen.status()))));
    }
  }
}
