package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.StreamJobStatus;
import java.util.List;
import java.util.Optional;

/**
 * Decides. A pure function of what is wished, written and seen; every product decision of the
 * operator is below this call.
 */
public final class Planner {
  private Planner() {}

  /** What to write and do next. */
  public static Plan plan(Observation seen, Limits limits) {
    StreamJobStatus before = seen.status();
    if (before.schemaVersion() != null && before.schemaVersion() > StatusDraft.SCHEMA_VERSION) {
      // A newer operator wrote this; an older one that guessed at it could do harm.
      return seen.life().deletedAt().isPresent()
          ? new Departure(seen, limits).ofNewerOperator()
          : new Plan(before, List.of(), Optional.empty(), limits.lookLater());
    }
    return seen.life().deletedAt().isPresent()
        ? new Departure(seen, limits).plan()
        : Departure.held(seen, goOn(seen, limits));
  }

  /** As long as nobody deletes it, or until it stands still because somebody has. */
  static Plan goOn(Observation seen, Limits limits) {
    return seen.status().rollout() == null
        ? new Steady(seen, limits).plan()
        : Rollout.of(seen, limits, Journal.of(seen.status().rollout())).plan();
  }
}
