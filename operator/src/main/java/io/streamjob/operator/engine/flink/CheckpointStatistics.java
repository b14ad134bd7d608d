package io.streamjob.operator.engine.flink;

import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.Checkpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** A job's checkpoint statistics, as {@code /jobs/:id/checkpoints} tells them. */
final class CheckpointStatistics {

  /** What Flink writes where others have a location: the state lies in the coordinator's memory. */
  private static final String NOT_ADDRESSABLE = "<checkpoint-not-externally-addressable>";

  /** Flink {@code RestAPICheckpointType}: tasks end after it. */
  private static final String STOP = "SYNC_SAVEPOINT";

  private static final String ACKNOWLEDGED = "latest_ack_timestamp";
  private static final int LONGEST_MESSAGE = 200;

  private CheckpointStatistics() {}

  static Checkpoints read(Fields statistics) throws NoAnswerException {
    Fields counts = statistics.object("counts");
    Fields latest = statistics.object("latest");
    return new Checkpoints(
        counts.count("completed"),
        counts.count("failed"),
        restoredFrom(latest),
        completed(latest, "completed"));
  }

  /** How checkpoints go. */
  static CheckpointHealth health(Fields statistics) throws NoAnswerException {
    Fields latest = statistics.object("latest");
    Optional<Fields> checkpoint = latest.objectOrNull("completed");
    Optional<Fields> savepoint = latest.objectOrNull("savepoint");
    Optional<Fields> failed = latest.objectOrNull("failed");
    return new CheckpointHealth(
        later(at(checkpoint, ACKNOWLEDGED), at(savepoint, ACKNOWLEDGED)),
        failed.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new CheckpointHealth.Failure(
                    failed.get().instant("failure_timestamp"),
                    Redaction.line(
                        failed.get().textOrNull("failure_message").orElse("no reason given"),
                        LONGEST_MESSAGE))),
        savepoint.isEmpty()
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(savepoint.get().count("end_to_end_duration"))));
  }

  private static Optional<Instant> at(Optional<Fields> checkpoint, String time)
      throws NoAnswerException {
    return checkpoint.isEmpty() ? Optional.empty() : Optional.of(checkpoint.get().instant(time));
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
  }

  /**
   * When the tasks met the barrier of the checkpoint that they were last started from. The engine
   * forgets the older ones; then, when they were started.
   */
  static Optional<Instant> interruptedAt(Fields statistics) throws NoAnswerException {
    Optional<Fields> restored = statistics.object("latest").objectOrNull("restored");
    if (restored.isEmpty()) {
      return Optional.empty();
    }
    for (Fields checkpoint : statistics.objects("history")) {
      if (checkpoint.count("id") == restored.get().count("id")) {
        return Optional.of(checkpoint.instant(ACKNOWLEDGED));
      }
    }
    return Optional.of(restored.get().instant("restore_timestamp"));
  }

  /**
   * Whether the last thing that a job has done is a savepoint to stop with: none comes after it,
   * and the tasks were not started again.
   */
  static boolean endWithStop(Fields statistics) throws NoAnswerException {
    Optional<Fields> newest = Optional.empty();
    for (Fields checkpoint : statistics.objects("history")) {
      if (newest.isEmpty() || checkpoint.count("id") > newest.get().count("id")) {
        newest = Optional.of(checkpoint);
      }
    }
    if (newest.isEmpty()
        || !newest.get().text("checkpoint_type").equals(STOP)
        || !newest.get().text("status").equals("COMPLETED")) {
      return false;
    }
    Optional<Fields> restored = statistics.object("latest").objectOrNull("restored");
    return restored.isEmpty()
        || restored
            .get()
            .instant("restore_timestamp")
            .isBefore(newest.get().instant("trigger_timestamp"));
  }

  /** The newest completed savepoint or checkpoint, if it lies at a location. */
  static Optional<Checkpoints.Completed> newestAt(Fields statistics, String location)
      throws NoAnswerException {
    Fields latest = statistics.object("latest");
    Optional<Checkpoints.Completed> savepoint =
        completed(latest, "savepoint").filter(it -> it.location().equals(location));
    return savepoint.isPresent()
        ? savepoint
        : completed(latest, "completed").filter(it -> it.location().equals(location));
  }

  private static Optional<String> restoredFrom(Fields latest) throws NoAnswerException {
    Optional<Fields> restored = latest.objectOrNull("restored");
    if (restored.isEmpty()) {
      return Optional.empty();
    }
    String location = restored.get().text("external_path");
    if (location.equals(NOT_ADDRESSABLE)) {
      // "Empty" would say that the job started without state.
      throw new NoAnswerException(latest.request() + ": the restored checkpoint has no location");
    }
    return Optional.of(location);
  }

  private static Optional<Checkpoints.Completed> completed(Fields latest, String name)
      throws NoAnswerException {
    Optional<Fields> found = latest.objectOrNull(name);
    if (found.isEmpty() || found.get().flag("discarded")) {
      return Optional.empty();
    }
    Fields checkpoint = found.get();
    String location = checkpoint.text("external_path");
    return location.equals(NOT_ADDRESSABLE)
        ? Optional.empty()
        : Optional.of(
            new Checkpoints.Completed(
                checkpoint.count("id"),
                location,
                checkpoint.instant("trigger_timestamp"),
                checkpoint.instant(ACKNOWLEDGED)));
  }
}
