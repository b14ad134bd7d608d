package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.RequestStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for besides the spec: by annotations, as the user wrote them, and by other objects.
 *
 * @param savepoints what watches told of the job's StreamSavepoints
 */
public record Requests(
    Optional<String> hold,
    Optional<String> restart,
    Optional<String> rollback,
    Optional<String> savepoint,
    Savepoints savepoints) {

  /**
   * What the StreamSavepoints of a job ask for.
   *
   * @param waiting whether one waits to be taken
   * @param broken what is wrong with one that is not whole any more
   */
  public record Savepoints(boolean waiting, Optional<String> broken) {
    /** Nothing. */
    public static final Savepoints NONE = new Savepoints(false, Optional.empty());
  }

  /** Nothing is asked for. */
  public static final Requests NONE = of(null);

  /** Reads the annotations of an object. */
  public static Requests of(@Nullable Map<String, String> annotations) {
    Map<String, String> all = Objects.requireNonNullElse(annotations, Map.of());
    return new Requests(
        Optional.ofNullable(all.get(Annotations.HOLD)),
        Optional.ofNullable(all.get(Annotations.RESTART)),
        Optional.ofNullable(all.get(Annotations.ROLLBACK)),
        Optional.ofNullable(all.get(Annotations.SAVEPOINT)),
        Savepoints.NONE);
  }

  /** The same, and what StreamSavepoints ask for. */
  public Requests with(Savepoints others) {
    return new Requests(hold, restart, rollback, savepoint, others);
  }

  /** The id of a restart that was not acted upon yet. */
  Optional<String> newRestart(StreamJobStatus status) {
    return restart.filter(value -> isNew(status, Annotations.RESTART, value));
  }

  /** The revision to go back to, as written, if that was not acted upon yet. */
  Optional<String> newRollback(StreamJobStatus status) {
    return rollback.filter(value -> isNew(status, Annotations.ROLLBACK, value));
  }

  /** The id of a savepoint that was not acted upon yet. */
  Optional<String> newSavepoint(StreamJobStatus status) {
    return savepoint.filter(value -> isNew(status, Annotations.SAVEPOINT, value));
  }

  /** Id of the restore in a spec, carried out or not. */
  static Optional<String> restore(Parsed wished) {
    return wished instanceof Parsed.Valid(EffectiveSpec spec)
        ? spec.restore().map(EffectiveSpec.Restore::id)
        : Optional.empty();
  }

  /** What is to be started from instead of the job's own state, if that was not carried out yet. */
  static Optional<EffectiveSpec.Restore> newRestore(Parsed wished, StreamJobStatus status) {
    return wished instanceof Parsed.Valid(EffectiveSpec spec)
        ? spec.restore().filter(restore -> isNew(status, RestoreSpec.FIELD, restore.id()))
        : Optional.empty();
  }

  private static boolean isNew(StreamJobStatus status, String annotation, String value) {
    return Objects.requireNonNullElse(status.requests(), List.<RequestStatus>of()).stream()
        .filter(known -> annotation.equals(known.annotation()))
        .noneMatch(known -> shortened(value).equals(known.value()));
  }

  /** What of a value is written down, so that status stays small. */
  static String shortened(String value) {
    return value.length() <= Annotations.MAX_LENGTH
        ? value
        : value.substring(0, Annotations.MAX_LENGTH);
  }
}
