package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import java.time.Instant;
import java.util.Optional;

/**
 * What {@code spec.restore} names, read back.
 *
 * @param phase of the StreamSavepoint; empty: a location was named
 * @param location empty: the StreamSavepoint has none yet
 * @param takenAt when, as far as anybody knows
 */
public record RestorePointView(
    Optional<SavepointPhase> phase,
    Optional<String> location,
    Optional<Instant> takenAt,
    Reading<Verification> verification) {

  /** The same, found damaged by a deep check. */
  public RestorePointView damaged(String defect) {
    return new RestorePointView(
        phase, location, takenAt, Reading.known(new Verification.Broken(defect)));
  }
}
