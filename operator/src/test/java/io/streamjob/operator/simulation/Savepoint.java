package io.streamjob.operator.simulation;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A StreamSavepoint in one of its versions.
 *
 * @param at when this version was written
 * @param exists location of a savepoint that exists already; empty: one is to be taken
 */
record Savepoint(
    String name,
    String uid,
    long version,
    Instant at,
    Instant createdAt,
    SavepointReason reason,
    Optional<String> exists,
    boolean retain,
    Optional<Instant> deletedAt,
    StreamSavepointStatus status) {

  static final StreamSavepointStatus NOTHING_WRITTEN =
      new StreamSavepointStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null, null, null);

  boolean goes() {
    return deletedAt.isPresent();
  }

  SavepointPhase phase() {
    return phase(status);
  }

  static SavepointPhase phase(StreamSavepointStatus status) {
    return status.phase() == null ? SavepointPhase.Pending : SavepointPhase.valueOf(status.phase());
  }

  /** Whether it is of the StreamJob with this uid. */
  boolean isOf(String jobUid) {
    return jobUid.equals(status.jobUid());
  }

  /** Where it lies, as far as anybody has written down. */
  Optional<String> location() {
    return Optional.ofNullable(status.location()).or(() -> exists);
  }

  /** As its own planner sees it. */
  Wish wish() {
    return new Wish(
        "shop",
        name,
        uid,
        1,
        createdAt,
        deletedAt,
        "orders",
        reason,
        Optional.empty(),
        exists,
        retain);
  }

  /** As others of its kind see it. */
  Sibling sibling() {
    return new Sibling(
        uid,
        requireNonNullElse(status.jobUid(), ""),
        phase(),
        reason,
        status.takenAt() == null ? createdAt : Instant.parse(status.takenAt()),
        location().orElse(""),
        status.directory() != null,
        goes(),
        retain);
  }

  /** As its StreamJob sees it. */
  Requested requested() {
    return new Requested(name, uid, createdAt, reason, phase(), exists.isPresent(), goes());
  }

  /** What is wrong with it, if it was whole once and is not any more. */
  Optional<String> defect() {
    return phase() == SavepointPhase.Broken && !goes()
        ? requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
            .map(Condition::getMessage)
            .findFirst()
        : Optional.empty();
  }
}
