package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The StreamSavepoints as the API server holds them, and held them a while ago, and what is done on
 * their behalf. They belong to no StreamJob: they outlive it.
 */
final class Savepoints {
  private static final int REMEMBERED = 8;

  private final World world;
  private final Map<String, Deque<Savepoint>> byName = new TreeMap<>();
  private List<Savepoint> newest = List.of();
  private long version;
  private int created;

  Savepoints(World world) {
    this.world = world;
  }

  /** All of them as they are now, by name. */
  List<Savepoint> all() {
    return newest;
  }

  Optional<Savepoint> named(String name) {
    return Optional.ofNullable(byName.get(name)).map(Deque::getLast);
  }

  /** As it is now; empty: it is gone. */
  Optional<Savepoint> newest(Savepoint it) {
    return named(it.name()).filter(there -> there.uid().equals(it.uid()));
  }

  /** What a cache delivers that is as old as {@code at}. */
  Savepoint asOf(Savepoint it, Instant at) {
    Savepoint old = it;
    Iterator<Savepoint> past =
        byName.getOrDefault(it.name(), new ArrayDeque<>()).descendingIterator();
    while (past.hasNext() && old.at().isAfter(at)) {
      old = past.next();
    }
    return old;
  }

  /** Rises with each change. */
  long version() {
    return version;
  }

  List<Requested> requested() {
    return newest.stream().map(Savepoint::requested).toList();
  }

  /** What watches tell a StreamJob of them. */
  Requests.Savepoints told(String jobUid) {
    return newest.isEmpty()
        ? Requests.Savepoints.NONE
        : new Requests.Savepoints(
            newest.stream().map(Savepoint::requested).anyMatch(Requested::waits),
            newest.stream()
                .filter(it -> it.isOf(jobUid))
                .flatMap(it -> it.defect().stream())
                .min(Comparator.naturalOrder()));
  }

  /** Those that go with the state of a StreamJob. */
  Stream<Savepoint> discardable(String jobUid) {
    return newest.stream().filter(it -> isDiscardable(it, jobUid));
  }

  /** Locations that are recorded by those that stay when the state of a StreamJob goes. */
  List<String> needed(String jobUid) {
    return newest.stream()
        .filter(it -> !isDiscardable(it, jobUid))
        .flatMap(it -> Stream.concat(it.exists().stream(), it.location().stream()))
        .toList();
  }

  private static boolean isDiscardable(Savepoint it, String jobUid) {
    return it.isOf(jobUid) && !it.retain();
  }

  // What is done to the objects.

  /** Somebody creates one, unless there is one of this name. */
  void create(String name, SavepointReason reason, Optional<String> exists, boolean retain) {
    if (!byName.containsKey(name)) {
      add(
          new Savepoint(
              name,
              "ssp-" + ++created,
              ++version,
              world.now(),
              world.now(),
              reason,
              exists,
              retain,
              Optional.empty(),
              Savepoint.NOTHING_WRITTEN));
    }
  }

  /** Somebody deletes it; it stays until it is released. */
  void delete(Savepoint it) {
    newest(it)
        .filter(there -> !there.goes())
        .ifPresent(
            there -> {
              world.invariants.custody().deleted(there);
              add(next(there, Optional.of(world.now()), there.status()));
            });
  }

  /** Somebody labels it. */
  void touch(Savepoint it) {
    newest(it).ifPresent(there -> add(next(there, there.deletedAt(), there.status())));
  }

  /** Compare-and-set: whether {@code expected} was still the newest, so that this was written. */
  boolean write(StreamSavepointStatus status, Savepoint expected) {
    Optional<Savepoint> there = newest(expected);
    if (there.filter(now -> now.version() == expected.version()).isEmpty()) {
      return false;
    }
    world.invariants.custody().beforeWriting(expected, status);
    add(next(expected, expected.deletedAt(), status));
    return true;
  }

  private Savepoint next(Savepoint it, Optional<Instant> deletedAt, StreamSavepointStatus status) {
    return new Savepoint(
        it.name(),
        it.uid(),
        ++version,
        world.now(),
        it.createdAt(),
        it.reason(),
        it.exists(),
        it.retain(),
        deletedAt,
        status);
  }

  private void add(Savepoint it) {
    Deque<Savepoint> versions = byName.computeIfAbsent(it.name(), name -> new ArrayDeque<>());
    versions.addLast(it);
    if (versions.size() > REMEMBERED) {
      versions.removeFirst();
    }
    changed();
  }

  private void changed() {
    newest = byName.values().stream().map(Deque::getLast).toList();
  }

  // What is done on behalf of one.

  /** Carries an effect out; {@code it} is the object as it was when that was decided. */
  Answer apply(SavepointEffect effect, Savepoint it) {
    switch (effect) {
      case SavepointEffect.Take take -> {
        return world
            .coordinator(take.revision())
            .map(engine -> engine.takeSavepoint(take.job(), take.trigger(), take.directory()))
            .orElse(World.SILENCE);
      }
      case SavepointEffect.Delete(String directory) -> {
        if (world.weather.bucketDown) {
          return World.SILENCE;
        }
        world.invariants.custody().beforeRemoving(it, directory);
        world.bucket().deleteBelow(directory);
      }
      case SavepointEffect.Expire expire ->
          newest(it)
              .filter(there -> there.version() == it.version())
              .filter(there -> !there.goes())
              .ifPresent(
                  there -> {
                    world.invariants.custody().expired();
                    delete(there);
                  });
      case SavepointEffect.Release release ->
          newest(it)
              .filter(Savepoint::goes)
              .ifPresent(
                  there -> {
                    byName.remove(there.name());
                    version++;
                    changed();
                  });
    }
    return new Answer.Accepted();
  }

  /** Carries it out later; a request to an engine goes to one process, and goes with it. */
  void applyLater(Duration delay, SavepointEffect effect, Savepoint it) {
    Optional<Coordinator> meant = addressee(effect);
    world.later(
        delay,
        () -> {
          if (addressee(effect).equals(meant)) {
            apply(effect, it);
          }
        });
  }

  private Optional<Coordinator> addressee(SavepointEffect effect) {
    return effect instanceof SavepointEffect.Take take
        ? world.coordinator(take.revision())
        : Optional.empty();
  }
}
