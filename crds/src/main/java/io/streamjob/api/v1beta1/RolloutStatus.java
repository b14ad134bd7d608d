package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The journal: intent is written here before each act that cannot be undone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RolloutStatus(
    @JsonPropertyDescription(
            "Number of the attempt, rising over the life of the StreamJob; names, job ids and folders carry it.")
        @Nullable Integer attempt,
    @JsonPropertyDescription(
            "Warm or Cold, as the spec said when the rollout began; Initial for a first start, Suspend, Recovery of a job that was lost or has failed, Finish after one that has ended, and Rescale where worker.scaling is InPlace.")
        @SchemaFrom(type = RolloutStrategy.class)
        @Nullable String strategy,
    @JsonPropertyDescription("The step under way.") @SchemaFrom(type = RolloutStep.class)
        @Nullable String step,
    @JsonPropertyDescription("When the rollout began.") @Nullable String startedAt,
    @JsonPropertyDescription("When the step under way began.") @Nullable String stepStartedAt,
    @JsonPropertyDescription(
            "What asked for it: the annotation streamjob.io/restart or streamjob.io/rollback, or Recovery, or Rescale. Unset: the spec did.")
        @Nullable String askedBy,
    @JsonPropertyDescription(
            "Hash of the spec that was wished when the annotation asked; of a Recovery the generation. Unset: none asked.")
        @Nullable String wishedHash,
    @JsonPropertyDescription(
            "What will stand in status.history besides the outcome. Unset: nothing.")
        @Nullable String note,
    @JsonPropertyDescription("Revision that is replaced. Unset: none, a first start.")
        @Nullable Integer fromRevision,
    @JsonPropertyDescription("Revision that is started.") @Nullable Integer toRevision,
    @JsonPropertyDescription("Job that is stopped. Unset: none.") @Nullable String oldJobId,
    @JsonPropertyDescription("Id chosen for the job that is started.") @Nullable String newJobId,
    @JsonPropertyDescription(
            "How often the preflight was begun anew because its checkpoint was gone.")
        @Nullable Integer preflightRetries,
    @JsonPropertyDescription(
            "Outcome of the preflight: Pending, Passed, Failed (the rollout goes on, as spec.upgrade.preflight is Warn) or Skipped.")
        @Nullable String preflight,
    @JsonPropertyDescription(
            "Ids of operators whose state has no operator to go to in the new version, as the preflight has found. Unset: none.")
        @Nullable List<String> unmappedOperators,
    @JsonPropertyDescription(
            "Outcome of the warm-up of the new workers: Pending, Passed, Failed (the rollout goes on) or Skipped.")
        @Nullable String warmUp,
    @JsonPropertyDescription(
            "How the old job ends: Savepoint, Checkpoint or None, as the spec said when it was asked to; LastCheckpoint: it was over already. Unset: it was not asked yet.")
        @SchemaFrom(type = StateHandover.class)
        @Nullable String handover,
    @JsonPropertyDescription("Id chosen for the request of the savepoint or checkpoint.")
        @Nullable String triggerId,
    @JsonPropertyDescription(
            "Folder that the savepoint or checkpoint must lie in: this attempt's alone, or that of the old job's checkpoints.")
        @Nullable String savepointDirectory,
    @JsonPropertyDescription(
            "Location that the new job starts from; verified once the step is past Verifying. Unset: not yet known, or empty state.")
        @Nullable String restoreFrom,
    @JsonPropertyDescription(
            "Id of the spec.restore that the rollout carries out. Unset: it carries out none.")
        @Nullable String restoreId,
    @JsonPropertyDescription(
            "Location that the new revision starts from instead, as spec.restore says; verified before the rollout began. Unset: none was wished, or empty state was.")
        @Nullable String restorePoint,
    @JsonPropertyDescription("Number of workers that a Rescale leads to. Unset: it is none.")
        @Nullable Integer replicas,
    @JsonPropertyDescription("Parallelism that a Rescale leads to. Unset: it is none.")
        @Nullable Integer parallelism,
    @JsonPropertyDescription(
            "Pod of the old coordinator that was asked to stop the job, or with highAvailability Kubernetes the process that led; a different one has forgotten the request.")
        @Nullable String coordinatorUid,
    @JsonPropertyDescription(
            "Checkpoints that the new job was known to have completed, before it was confirmed. Once there is one, it may have committed results, and the old revision is not started again by itself. Unset: none known.")
        @Nullable Long checkpoints,
    @JsonPropertyDescription(
            "How the rollout ends, once that is decided: Completed, RolledBack or Abandoned.")
        @SchemaFrom(type = RolloutOutcome.class)
        @Nullable String outcome,
    @JsonPropertyDescription("When the old job processed its last record, on the engine's clock.")
        @Nullable String stoppedAt,
    @JsonPropertyDescription("When records could pass the new job's tasks, on the engine's clock.")
        @Nullable String runningAt,
    @JsonPropertyDescription("Why the rollout is abandoned or rolled back. Unset: it is not.")
        @Nullable FailureStatus failure,
    @JsonPropertyDescription("Milliseconds of each part so far.")
        @Nullable List<TimingStatus> timings) {}
