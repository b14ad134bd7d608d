package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Savepoints and checkpoints by location. */
final class Bucket {
  private final Set<String> locations = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private boolean breaksTheNext;

  /** Objects of the next savepoint that is written get lost. */
  void breakTheNextSavepoint() {
    breaksTheNext = true;
  }

  void repair() {
    broken.clear();
    breaksTheNext = false;
  }

  void write(String location, boolean savepoint) {
    locations.add(location);
    if (savepoint && breaksTheNext) {
      broken.add(location);
      breaksTheNext = false;
    }
  }

  void delete(String location) {
    locations.remove(location);
  }

  boolean holds(String location) {
    return locations.contains(location) && !broken.contains(location);
  }

  long savepointsBelow(String directory) {
    return locations.stream().filter(location -> location.startsWith(directory)).count();
  }

  Reading<Verification> verify(String location) {
    if (!locations.contains(location)) {
      return Reading.absent();
    }
    return Reading.known(
        broken.contains(location)
            ? new Verification.Broken("expected data-1 of 1024 bytes, found no such object")
            : new Verification.Whole(2, 2048));
  }

  Reading<String> find(String directory) {
    List<String> found =
        locations.stream().filter(location -> location.startsWith(directory)).toList();
    return switch (found.size()) {
      case 0 -> Reading.absent();
      case 1 -> Reading.known(found.get(0));
      default -> Reading.unknown("several savepoints below " + directory);
    };
  }

  Reading<String> newestCheckpoint(JobId job) {
    return locations.stream()
        .filter(location -> location.contains("/checkpoints/" + job + "/"))
        .max(
            Comparator.comparingInt(
                location -> Integer.parseInt(location.replaceAll(".*chk-", ""))))
        .map(Reading::known)
        .orElse(Reading.absent());
  }
}
