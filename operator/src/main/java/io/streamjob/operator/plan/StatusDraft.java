package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.OrphansStatus;
import io.streamjob.api.v1beta1.Phase;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RequestStatus;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.ScheduleStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A new status that begins as the one before; local to one decision. */
final class StatusDraft {
  /** Meaning of the status that this operator writes. */
  static final int SCHEMA_VERSION = 1;

  private final Observation seen;
  private final Limits limits;
  private final Map<ConditionType, Condition> conditions = new EnumMap<>(ConditionType.class);
  private final Map<ConditionType, Condition> written;
  private @Nullable Phase phase;
  private @Nullable String waitingFor;
  private @Nullable RevisionStatus current;
  private @Nullable RevisionStatus stable;
  private @Nullable JobStatus job;
  private @Nullable Journal journal;
  private @Nullable RejectedSpecStatus rejected;
  private List<RequestStatus> requests;
  private List<RestorePointStatus> restorePoints;
  private List<HistoryStatus> history;
  private @Nullable SavepointStatus savepoint;
  private @Nullable ScheduleStatus schedule;
  private @Nullable OrphansStatus orphans;
  private @Nullable Integer replicas;

  StatusDraft(Observation seen, Limits limits) {
    StreamJobStatus before = seen.status();
    this.seen = seen;
    this.limits = limits;
    this.phase = before.phase() == null ? null : Phase.valueOf(before.phase());
    this.current = before.current();
    this.stable = before.stable();
    this.job = before.job();
    this.journal = before.rollout() == null ? null : Journal.of(before.rollout());
    this.rejected = before.rejected();
    this.requests = requireNonNullElse(before.requests(), List.of());
    this.restorePoints = requireNonNullElse(before.restorePoints(), List.of());
    this.history = requireNonNullElse(before.history(), List.of());
    this.savepoint = before.savepoint();
    this.schedule = before.schedule();
    this.orphans = before.orphans();
    this.replicas = before.replicas();
    for (Condition condition : requireNonNullElse(before.conditions(), List.<Condition>of())) {
      known(condition.getType()).ifPresent(type -> conditions.put(type, condition));
    }
    this.written = Map.copyOf(conditions);
  }

  /** A condition's status: True, False or Unknown. */
  enum Truth {
    True,
    False,
    Unknown
  }

  void phase(Phase value) {
    phase = value;
  }

  void waitingFor(@Nullable String sentence) {
    waitingFor = sentence;
  }

  void current(Observation.StoredRevision revision) {
    current = new RevisionStatus(revision.number(), revision.specHash(), revision.spec().image());
    replicas = revision.spec().replicas();
  }

  void stable(Observation.StoredRevision revision) {
    stable = new RevisionStatus(revision.number(), revision.specHash(), revision.spec().image());
  }

  void job(JobStatus value) {
    job = value;
  }

  /** The job is the same, and stands otherwise. */
  void jobState(JobState state) {
    if (job != null && !state.name().equals(job.state())) {
      job = new JobStatus(job.id(), state.name(), job.restoredFrom(), job.startedAt());
    }
  }

  void journal(@Nullable Journal value) {
    journal = value;
  }

  void rejected(@Nullable RejectedSpecStatus value) {
    rejected = value;
  }

  /**
   * What became of a request; the one before it is forgotten. Of restores the newest few are
   * remembered: going back in Git may bring an older id back.
   */
  void request(String annotation, String value, @Nullable Integer attempt, String result) {
    requests =
        Stream.concat(
                Stream.of(
                    new RequestStatus(annotation, Requests.shortened(value), attempt, result)),
                requests.stream()
                    .filter(
                        other ->
                            annotation.equals(RestoreSpec.FIELD)
                                ? !isOf(other, annotation, value)
                                : !annotation.equals(other.annotation())))
            .toList();
    List<RequestStatus> restores =
        requests.stream().filter(it -> RestoreSpec.FIELD.equals(it.annotation())).toList();
    if (restores.size() > limits.history()) {
      RequestStatus oldest = restores.getLast();
      requests = requests.stream().filter(it -> !it.equals(oldest)).toList();
    }
  }

  private static boolean isOf(RequestStatus request, String name, String value) {
    return name.equals(request.annotation()) && value.equals(request.value());
  }

  /** The attempt that requests began has ended. */
  void requestsEnded(int attempt, String result) {
    requests =
        requests.stream()
            .map(
                request ->
                    Objects.equals(attempt, request.attempt())
                        ? new RequestStatus(request.annotation(), request.value(), attempt, result)
                        : request)
            .toList();
  }

  /** It was not carried out after all. */
  void requestForgotten(String name, int attempt) {
    requests =
        requests.stream()
            .filter(
                request ->
                    !(name.equals(request.annotation())
                        && Objects.equals(attempt, request.attempt())))
            .toList();
  }

  void restorePoint(RestorePointStatus point) {
    restorePoints =
        Stream.concat(
                Stream.of(point),
                restorePoints.stream()
                    .filter(other -> !Objects.equals(point.location(), other.location())))
            .limit(limits.history())
            .toList();
  }

  /** A StreamSavepoint of this name records a restore point. */
  void recorded(String location, String name) {
    restorePoints =
        restorePoints.stream()
            .map(
                point ->
                    location.equals(point.location())
                        ? new RestorePointStatus(
                            point.location(),
                            point.revision(),
                            point.jobId(),
                            point.takenAt(),
                            point.verifiedAt(),
                            point.sizeBytes(),
                            point.files(),
                            point.reason(),
                            name)
                        : point)
            .toList();
  }

  void savepoint(@Nullable SavepointStatus value) {
    savepoint = value;
  }

  Optional<SavepointStatus> savepoint() {
    return Optional.ofNullable(savepoint);
  }

  void schedule(@Nullable ScheduleStatus value) {
    schedule = value;
  }

  Optional<ScheduleStatus> schedule() {
    return Optional.ofNullable(schedule);
  }

  void orphans(@Nullable OrphansStatus value) {
    orphans = value;
  }

  void ended(HistoryStatus entry) {
    history = Stream.concat(Stream.of(entry), history.stream()).limit(limits.history()).toList();
  }

  void condition(ConditionType type, Truth truth, Reason reason, String message) {
    // Against what was written: a detour over another truth within one decision is no transition.
    Condition before = written.get(type);
    String since =
        before != null && truth.name().equals(before.getStatus())
            ? before.getLastTransitionTime()
            : seen.now().truncatedTo(ChronoUnit.SECONDS).toString();
    conditions.put(
        type,
        new ConditionBuilder()
            .withType(type.name())
            .withStatus(truth.name())
            .withReason(reason.name())
            .withMessage(message)
            .withLastTransitionTime(since)
            .withObservedGeneration(seen.subject().generation())
            .build());
  }

  /** Somebody has completed, or found whole, what the job can go on from. */
  void stateSafe(String message) {
    condition(ConditionType.StateSafe, Truth.True, Reason.CheckpointCompleted, message);
    brokenRestorePoint();
  }

  /** State is not safe while somebody might go back to what is not whole any more. */
  void brokenRestorePoint() {
    Optional<String> broken = seen.requests().savepoints().broken();
    boolean told =
        Optional.ofNullable(conditions.get(ConditionType.StateSafe))
            .filter(it -> Reason.RestorePointBroken.name().equals(it.getReason()))
            .isPresent();
    if (broken.isPresent()) {
      condition(ConditionType.StateSafe, Truth.False, Reason.RestorePointBroken, broken.get());
    } else if (told) {
      condition(
          ConditionType.StateSafe,
          Truth.True,
          Reason.CheckpointCompleted,
          "no StreamSavepoint of the job is broken any more");
    }
  }

  /** Whether a condition is True as it stands in this draft. */
  boolean isTrue(ConditionType type) {
    return Optional.ofNullable(conditions.get(type))
        .filter(condition -> Truth.True.name().equals(condition.getStatus()))
        .isPresent();
  }

  StreamJobStatus build() {
    return new StreamJobStatus(
        SCHEMA_VERSION,
        seen.subject().generation(),
        phase == null ? null : phase.name(),
        Optional.ofNullable(conditions.get(ConditionType.Ready))
            .map(Condition::getStatus)
            .orElse(Truth.Unknown.name()),
        waitingFor,
        new ArrayList<>(conditions.values()),
        current,
        stable,
        job,
        journal == null ? null : journal.status(seen.subject()),
        rejected,
        requests.isEmpty() ? null : requests,
        restorePoints.isEmpty() ? null : restorePoints,
        restorePoints.isEmpty() ? null : restorePoints.get(0).takenAt(),
        savepoint,
        schedule,
        orphans,
        history.isEmpty() ? null : history,
        replicas,
        seen.workerSelector());
  }

  private static Optional<ConditionType> known(String type) {
    return Stream.of(ConditionType.values()).filter(value -> value.name().equals(type)).findFirst();
  }
}
