package io.streamjob.operator.simulation;

import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.TriggerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The world's own books: which jobs ever began, what they were stopped with, what was written. */
final class Ledger {
  private final List<EngineJob> real = new ArrayList<>();
  private final Map<EngineJob, String> savepoints = new LinkedHashMap<>();
  private final Set<String> intents = new HashSet<>();
  private final Set<String> restoresWished = new HashSet<>();
  private final Map<String, EngineJob> restoredAs = new HashMap<>();
  private int newestAttempt;

  /** Jobs that process records, oldest first. */
  List<EngineJob> real() {
    return real;
  }

  void begun(EngineJob job) {
    real.add(job);
  }

  /** The newest with this id: one that was lost before it did anything is started again. */
  Optional<EngineJob> byId(String id) {
    return real.stream()
        .filter(job -> job.submission.job().filter(it -> it.hex().equals(id)).isPresent())
        .reduce((before, after) -> after);
  }

  Optional<EngineJob> newestOf(int revision) {
    return real.stream().filter(job -> job.revision == revision).reduce((before, after) -> after);
  }

  boolean isAfter(EngineJob job, EngineJob other) {
    return real.indexOf(job) > real.indexOf(other);
  }

  void stopped(EngineJob job, String location) {
    savepoints.put(job, location);
  }

  /** Whether a job was asked to stop, did, and cannot be asked again. */
  boolean hasEnded(EngineJob job) {
    return savepoints.containsKey(job);
  }

  Optional<String> savepointOf(EngineJob job) {
    return Optional.ofNullable(savepoints.get(job));
  }

  /** The savepoint that a job was stopped with last. */
  Optional<String> newestSavepoint() {
    return savepoints.values().stream().reduce((before, after) -> after);
  }

  /**
   * The same, until another has gone on from there, as far as anybody can tell, or has ended by
   * itself.
   */
  Optional<String> needed() {
    boolean goneOn =
        sinceTheNewestSavepoint().stream()
            .anyMatch(
                job -> job.progress() > 0 || job.isUntold() || job.state() == JobState.FINISHED);
    return goneOn ? Optional.empty() : newestSavepoint();
  }

  /** Jobs that began after the last one that was stopped with a savepoint. */
  List<EngineJob> sinceTheNewestSavepoint() {
    return real.stream()
        .filter(job -> savepoints.keySet().stream().allMatch(stopped -> isAfter(job, stopped)))
        .toList();
  }

  void intended(String id) {
    intents.add(id);
  }

  boolean isIntended(TriggerId trigger) {
    return intents.contains(trigger.hex());
  }

  boolean isIntended(EngineJob job) {
    return job.submission.job().filter(id -> intents.contains(id.hex())).isPresent();
  }

  void restoreWished(String id, String from) {
    restoresWished.add(id + " from " + from);
  }

  boolean isRestoreWished(String id, String from) {
    return restoresWished.contains(id + " from " + from);
  }

  /** Whether nothing has gone on from this restore in this life: then it may be tried again. */
  boolean restores(int life, String id, EngineJob job) {
    EngineJob before = restoredAs.put(life + "/" + id, job);
    return before == null || (before.progress() == 0 && !before.isAlive());
  }

  int newestAttempt() {
    return newestAttempt;
  }

  void attempted(int attempt) {
    newestAttempt = attempt;
  }

  /** The StreamJob was deleted: its jobs end, and nobody refers to its savepoints. */
  void close() {
    real.clear();
    savepoints.clear();
    newestAttempt = 0;
  }
}
