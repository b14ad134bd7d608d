package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.RequestStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import io.streamjob.operator.plan.savepoint.SavepointPlan;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rule 4: nothing is removed from the bucket that anybody needs; judged by what jobs really did,
 * whatever was written about it.
 *
 * <p>What a StreamJob writes itself, it has written before it can need it: that is judged when
 * objects go. What a person chooses meanwhile comes too late: that is judged when their removal is
 * decided, as no request to a bucket can depend on an object in the API server.
 */
final class Custody {
  private final World world;
  private final Ledger ledger;
  private final Set<String> deleted = new HashSet<>();
  private final Set<String> discarded = new HashSet<>();
  private final Set<String> letGo = new HashSet<>();
  private final Map<String, Set<String>> names = new HashMap<>();
  private Tally tally = Tally.NONE;

  /**
   * What became of savepoints.
   *
   * @param completed found whole for the first time
   * @param expired deleted by retention
   * @param removed whose objects went
   */
  record Tally(int completed, int expired, int removed) {
    static final Tally NONE = new Tally(0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          completed + other.completed, expired + other.expired, removed + other.removed);
    }
  }

  Custody(World world, Ledger ledger) {
    this.world = world;
    this.ledger = ledger;
  }

  Tally tally() {
    return tally;
  }

  /** Whether its objects have gone with the StreamSavepoint that recorded it. */
  boolean isLetGo(String location) {
    return letGo.contains(location);
  }

  /** Whether they have, because somebody has wished that of all that the StreamJob has. */
  boolean isDiscarded(String location) {
    return discarded.contains(location);
  }

  /** Names of StreamSavepoints that have ever recorded it. */
  Set<String> namesOf(String location) {
    return names.getOrDefault(location, Set.of());
  }

  /** Somebody deletes one. */
  void deleted(Savepoint it) {
    deleted.add(it.uid());
  }

  /** Retention has deleted one. */
  void expired() {
    tally = tally.plus(new Tally(0, 1, 0));
  }

  void afterDeciding(Savepoint it, SavepointPlan plan) {
    if (Savepoint.phase(plan.status()) == SavepointPhase.Completed
        && it.phase() != SavepointPhase.Completed) {
      String location = Objects.requireNonNull(plan.status().location());
      check(
          world.bucket().holds(location),
          () -> "rule 4: %s is told to be whole, and is not".formatted(location));
    }
    plan.effect().ifPresent(effect -> afterDeciding(it, effect));
  }

  private void afterDeciding(Savepoint it, SavepointEffect effect) {
    switch (effect) {
      case SavepointEffect.Expire expire -> expires(it);
      case SavepointEffect.Delete(String directory) -> {
        if (isDiscarding()) {
          discarded.addAll(world.bucket().restorePointsBelow(directory));
        } else {
          removes(it, directory);
        }
      }
      case SavepointEffect.Take take -> {}
      case SavepointEffect.Release release -> {}
    }
  }

  private boolean isDiscarding() {
    return world.newest().end().deletedAt().isPresent()
        && world.wished() instanceof Parsed.Valid(EffectiveSpec spec)
        && spec.deletion().policy() == DeletionPolicy.Discard;
  }

  /** Retention deletes one, if it is still as it was seen. */
  private void expires(Savepoint it) {
    boolean isNewest = world.savepoints().newest(it).equals(Optional.of(it));
    if (!isNewest || it.status().directory() == null) {
      // It is not deleted after all, or its objects stay.
      return;
    }
    check(
        it.reason() != SavepointReason.Manual && !it.retain(),
        () -> "rule 4: retention removes %s, which a person has asked for".formatted(it.name()));
    check(
        it.phase() != SavepointPhase.Completed || newerThan(it).findAny().isPresent(),
        () -> "rule 4: retention removes the newest verified savepoint " + it.location());
  }

  /** Others of its StreamJob that are whole, and were not written before it. */
  private Stream<Savepoint> newerThan(Savepoint it) {
    Instant written = writtenAt(it).orElse(Instant.MIN);
    return world.savepoints().all().stream()
        .filter(other -> !other.uid().equals(it.uid()) && !other.goes())
        .filter(other -> other.phase() == SavepointPhase.Completed)
        .filter(other -> Objects.equals(other.status().jobUid(), it.status().jobUid()))
        .filter(other -> writtenAt(other).filter(at -> !at.isBefore(written)).isPresent());
  }

  private Optional<Instant> writtenAt(Savepoint it) {
    return it.location().flatMap(world.bucket()::writtenAt);
  }

  /** Its objects are to go, now or as soon as the bucket is reached. */
  private void removes(Savepoint it, String directory) {
    for (String location : world.bucket().restorePointsBelow(directory)) {
      check(
          !isChosen(it, location),
          () -> "rule 4: %s is removed, and somebody has chosen it".formatted(location));
      check(
          world.savepoints().all().stream()
              .filter(other -> !other.uid().equals(it.uid()))
              .filter(other -> !other.goes() || other.retain())
              .noneMatch(other -> other.location().equals(Optional.of(location))),
          () ->
              "rule 4: %s is removed, and another StreamSavepoint records it".formatted(location));
      check(
          ledger.real().stream().noneMatch(job -> job.hasNothingBut(location)),
          () -> "rule 4: %s is removed, and a job has nothing else".formatted(location));
    }
  }

  /** Whether the StreamJob starts from it because a person wants that, or is to. */
  private boolean isChosen(Savepoint it, String location) {
    RolloutStatus rollout = world.status().rollout();
    boolean underWay = rollout != null && location.equals(rollout.restorePoint());
    boolean wished =
        world.newest().end().deletedAt().isEmpty()
            && world.wished() instanceof Parsed.Valid(EffectiveSpec spec)
            && spec.restore()
                .filter(
                    restore -> restore.from().equals(location) || restore.from().equals(it.name()))
                .filter(restore -> !isCarriedOut(restore.id()))
                .isPresent();
    return underWay || wished;
  }

  private boolean isCarriedOut(String restoreId) {
    return Objects.requireNonNullElse(world.status().requests(), List.<RequestStatus>of()).stream()
        .anyMatch(
            request ->
                RestoreSpec.FIELD.equals(request.annotation())
                    && restoreId.equals(request.value()));
  }

  /** The objects in its folder are removed. */
  void beforeRemoving(Savepoint it, String directory) {
    check(
        deleted.contains(it.uid()),
        () -> "rule 4: the objects of %s are removed, and nobody has deleted it".formatted(it));
    check(
        directory.endsWith("/savepoints/s-" + it.uid() + "/")
            || (directory.matches(".*/savepoints/a-[0-9]+/")
                && it.location().filter(at -> at.startsWith(directory)).isPresent()),
        () -> "rule 4: %s removes %s, which is not its own".formatted(it.name(), directory));
    RolloutStatus rollout = world.status().rollout();
    for (String location : world.bucket().restorePointsBelow(directory)) {
      letGo.add(location);
      tally = tally.plus(new Tally(0, 0, 1));
      if (discarded.contains(location)) {
        continue;
      }
      check(
          rollout == null || !location.equals(rollout.restoreFrom()),
          () -> "rule 4: %s is removed, and a rollout starts from it".formatted(location));
      check(
          !ledger.needed().equals(Optional.of(location)),
          () ->
              "rule 4: %s is removed, and nothing has gone on from where its job was stopped"
                  .formatted(location));
    }
  }

  /** One savepoint at a time, and none during a rollout. */
  void beforeWriting(Savepoint before, StreamSavepointStatus next) {
    Optional.ofNullable(next.location())
        .ifPresent(at -> names.computeIfAbsent(at, key -> new HashSet<>()).add(before.name()));
    if (before.phase() == SavepointPhase.Verifying
        && Savepoint.phase(next) == SavepointPhase.Completed) {
      tally = tally.plus(new Tally(1, 0, 0));
    }
    if (Savepoint.phase(next) != SavepointPhase.Taking
        || before.phase() == SavepointPhase.Taking
        || !world.subject().uid().equals(next.jobUid())) {
      return;
    }
    check(
        world.status().rollout() == null,
        () -> "%s is taken during a rollout".formatted(before.name()));
    check(
        world.savepoints().all().stream()
            .filter(other -> other.phase() == SavepointPhase.Taking)
            .noneMatch(other -> Objects.equals(other.status().jobUid(), next.jobUid())),
        () -> "%s is taken while another one is".formatted(before.name()));
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      throw new Invariants.Violation(
          violation.get() + ", at " + world.now() + " in " + world.status().rollout());
    }
  }
}
