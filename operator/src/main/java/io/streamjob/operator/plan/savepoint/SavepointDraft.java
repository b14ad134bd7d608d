package io.streamjob.operator.plan.savepoint;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.DeepCheckStatus;
import io.streamjob.api.v1beta1.OperatorStateStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.StorageStatus;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.plan.Sizes;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A new status that begins as the one before; local to one decision. */
final class SavepointDraft {
  private final SavepointObservation seen;
  private SavepointPhase phase;
  private @Nullable String waitingFor;
  private List<Condition> conditions;
  private @Nullable String location;
  private @Nullable String directory;
  private @Nullable StorageStatus storage;
  private @Nullable String triggerId;
  private @Nullable String jobUid;
  private @Nullable String jobId;
  private @Nullable Integer revision;
  private @Nullable String specHash;
  private @Nullable String image;
  private @Nullable String argsHash;
  private @Nullable String parent;
  private @Nullable String engineVersion;
  private @Nullable String takenAt;
  private @Nullable String giveUpAt;
  private @Nullable String verifiedAt;
  private @Nullable DeepCheckStatus deepCheck;
  private @Nullable String expiresAt;
  private @Nullable String stuckSince;
  private @Nullable String size;
  private @Nullable Long sizeBytes;
  private @Nullable Integer files;
  private @Nullable String checksum;
  private @Nullable List<OperatorStateStatus> operators;

  SavepointDraft(SavepointObservation seen) {
    StreamSavepointStatus before = seen.status();
    this.seen = seen;
    this.phase = phaseOf(before);
    this.waitingFor = before.waitingFor();
    this.conditions = requireNonNullElse(before.conditions(), List.of());
    this.location = before.location();
    this.directory = before.directory();
    this.storage = before.storage();
    this.triggerId = before.triggerId();
    this.jobUid = before.jobUid();
    this.jobId = before.jobId();
    this.revision = before.revision();
    this.specHash = before.specHash();
    this.image = before.image();
    this.argsHash = before.argsHash();
    this.parent = before.parent();
    this.engineVersion = before.engineVersion();
    this.takenAt = before.takenAt();
    this.giveUpAt = before.giveUpAt();
    this.verifiedAt = before.verifiedAt();
    this.deepCheck = before.deepCheck();
    this.expiresAt = before.expiresAt();
    this.stuckSince = before.stuckSince();
    this.size = before.size();
    this.sizeBytes = before.sizeBytes();
    this.files = before.files();
    this.checksum = before.checksum();
    this.operators = before.operators();
  }

  static SavepointPhase phaseOf(StreamSavepointStatus status) {
    return status.phase() == null ? SavepointPhase.Pending : SavepointPhase.valueOf(status.phase());
  }

  void phase(SavepointPhase value) {
    phase = value;
  }

  void waitingFor(@Nullable String sentence) {
    waitingFor = sentence;
  }

  void location(String value) {
    location = value;
  }

  void expiresAt(@Nullable Instant time) {
    expiresAt = time == null ? null : time.toString();
  }

  void verifiedNow() {
    verifiedAt = seen.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Its tables were read through, some or all of them. */
  void inspected(int tables, int of, @Nullable String damage) {
    deepCheck =
        new DeepCheckStatus(
            seen.now().truncatedTo(ChronoUnit.SECONDS).toString(), tables, of, damage);
  }

  /** What is wrong with one of its tables; empty: nothing that anybody has read. */
  Optional<String> damage() {
    return Optional.ofNullable(deepCheck).map(DeepCheckStatus::damage);
  }

  /** Whose state it is, and how its bucket is reached. */
  void origin(SavepointObservation.Job job, StoredRevision from) {
    EffectiveSpec.State state = from.spec().state();
    storage =
        new StorageStatus(
            state.bucket(),
            state.prefix(),
            state.endpoint().map(URI::toString).orElse(null),
            state.region(),
            state.pathStyleAccess(),
            state.credentialsSecret().orElse(null));
    jobUid = job.uid();
    revision = from.number();
    specHash = from.specHash();
    image = from.spec().image();
    argsHash = hash(from.spec().program().args());
    if (job.status().job() != null) {
      jobId = job.status().job().id();
      parent = job.status().job().restoredFrom();
    }
  }

  /** A rollout has stopped the job with it, and knows more. */
  void stoppedWith(RestorePointStatus point) {
    jobId = point.jobId();
    parent = null;
    takenAt = point.takenAt() == null ? takenAt : point.takenAt();
  }

  /** Since when nothing of it could be deleted; null: something could. */
  void stuckSince(@Nullable Instant time) {
    stuckSince = time == null ? null : time.toString();
  }

  void takenAt(Instant time) {
    takenAt = time.toString();
  }

  void giveUpAt(Instant time) {
    giveUpAt = time.toString();
  }

  void directory(@Nullable String value) {
    directory = value;
  }

  void trigger(TriggerId id) {
    triggerId = id.hex();
  }

  void engineVersion(Optional<String> version) {
    version.ifPresent(known -> engineVersion = known);
  }

  /** It was read back. */
  void content(Verification.Whole whole, Manifest manifest, int most) {
    sizeBytes = whole.bytes();
    size = Sizes.people(whole.bytes());
    files = whole.files();
    checksum = manifest.checksum();
    operators = manifest.operators().stream().limit(most).map(SavepointDraft::status).toList();
  }

  private static OperatorStateStatus status(OperatorState state) {
    return new OperatorStateStatus(
        state.id(),
        state.uid().orElse(null),
        state.name().orElse(null),
        state.parallelism(),
        state.maxParallelism(),
        state.bytes());
  }

  private static String hash(List<String> args) {
    // Only ever compared for equality, by people.
    return UUID.nameUUIDFromBytes(String.join("\0", args).getBytes(StandardCharsets.UTF_8))
        .toString()
        .substring(0, 8);
  }

  /** The condition Verified; {@code status} is True, False or Unknown. */
  void verified(String status, Reason reason, String message) {
    String since =
        conditions.stream()
            .filter(condition -> status.equals(condition.getStatus()))
            .map(Condition::getLastTransitionTime)
            .findFirst()
            .orElse(seen.now().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions =
        List.of(
            new ConditionBuilder()
                .withType(ConditionType.Verified.name())
                .withStatus(status)
                .withReason(reason.name())
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(seen.wish().generation())
                .build());
  }

  /** Whether the same was said before. */
  boolean isSaid(Reason reason, String message) {
    return requireNonNullElse(seen.status().conditions(), List.<Condition>of()).stream()
        .anyMatch(
            condition ->
                reason.name().equals(condition.getReason())
                    && message.equals(condition.getMessage()));
  }

  StreamSavepointStatus build() {
    return new StreamSavepointStatus(
        phase.name(),
        waitingFor,
        conditions.isEmpty() ? null : conditions,
        location,
        directory,
        storage,
        triggerId,
        jobUid,
        jobId,
        revision,
        specHash,
        image,
        argsHash,
        parent,
        engineVersion,
        takenAt,
        giveUpAt,
        verifiedAt,
        deepCheck,
        expiresAt,
        stuckSince,
        size,
        sizeBytes,
        files,
        checksum,
        operators);
  }
}
