package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Savepoints and checkpoints by location, since their {@code _metadata} was written. */
final class Bucket {
  private final Map<String, Instant> locations = new TreeMap<>();
  private final Set<String> broken = new HashSet<>();
  private final Set<String> copies = new HashSet<>();
  private boolean breaksTheNext;
  private boolean silent;

  /** Objects of the next savepoint that is written get lost. */
  void breakTheNextSavepoint() {
    breaksTheNext = true;
  }

  /** Nobody gets an answer, as with expired keys, or while the storage throttles. */
  void silence(boolean now) {
    silent = now;
  }

  void repair() {
    broken.clear();
    breaksTheNext = false;
  }

  void write(String location, boolean savepoint, Instant now) {
    locations.put(location, now);
    if (savepoint && breaksTheNext) {
      broken.add(location);
      breaksTheNext = false;
    }
  }

  void delete(String location) {
    locations.remove(location);
  }

  /** Whether it is there, whole or not. */
  boolean lists(String location) {
    return locations.containsKey(location);
  }

  /** Whether it is there and whole. */
  boolean holds(String location) {
    return !isWhole(location) || (locations.containsKey(location) && !broken.contains(location));
  }

  /** A copy of a restore point's metadata that leaves something out. */
  boolean leaveOut(String location, String file) {
    return holds(location) && copies.add(file.replace("/_metadata", ""));
  }

  boolean isWhole(String location) {
    return !copies.contains(location);
  }

  long savepointsBelow(String directory) {
    return locations.keySet().stream().filter(location -> location.startsWith(directory)).count();
  }

  Reading<Verification> verify(String location) {
    if (silent) {
      return Reading.unknown("503 SlowDown");
    }
    if (!locations.containsKey(location)) {
      return Reading.absent();
    }
    return Reading.known(
        broken.contains(location)
            ? new Verification.Broken("expected data-1 of 1024 bytes, found no such object")
            : new Verification.Whole(2, 2048));
  }

  /** Restore points outside of a folder, newest first. */
  Reading<List<StateFound>> statesBeside(String folder) {
    return silent
        ? Reading.unknown("503 SlowDown")
        : Reading.known(
            locations.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(folder))
                .filter(entry -> isWhole(entry.getKey()))
                .map(entry -> new StateFound(entry.getKey(), entry.getValue()))
                .sorted(
                    Comparator.comparing(StateFound::writtenAt)
                        .reversed()
                        .thenComparing(StateFound::location))
                .toList());
  }

  /** Everything that a job could be started from, older ones first. */
  List<String> restorePoints() {
    return locations.entrySet().stream()
        .sorted(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** When it was written; empty: it is not there, or not whole. */
  Optional<Instant> writtenAt(String location) {
    return holds(location) ? Optional.ofNullable(locations.get(location)) : Optional.empty();
  }

  List<String> restorePointsBelow(String folder) {
    return locations.keySet().stream().filter(key -> key.startsWith(folder)).toList();
  }

  Optional<String> anythingIn(String folder) {
    return locations.keySet().stream().filter(key -> key.startsWith(folder)).findFirst();
  }

  void deleteBelow(String folder) {
    locations.keySet().removeIf(key -> key.startsWith(folder));
    copies.removeIf(key -> key.startsWith(folder));
  }

  /** A listing does not show yet what is younger than {@code lag}. */
  Reading<String> find(String directory, Instant now, Duration lag) {
    if (silent) {
      return Reading.unknown("503 SlowDown");
    }
    List<String> found =
        locations.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(directory))
            .filter(entry -> !entry.getValue().plus(lag).isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    return switch (found.size()) {
      case 0 -> Reading.absent();
      case 1 -> Reading.known(found.get(0));
      default -> Reading.unknown("several savepoints below " + directory);
    };
  }

  Reading<String> newestCheckpoint(JobId job) {
    if (silent) {
      return Reading.unknown("503 SlowDown");
    }
    return locations.keySet().stream()
        .filter(location -> location.contains("/checkpoints/" + job + "/"))
        .max(
            Comparator.comparingInt(
                location -> Integer.parseInt(location.replaceAll(".*chk-", ""))))
        .map(Reading::known)
        .orElse(Reading.absent());
  }
}
