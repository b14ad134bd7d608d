package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator knows and intends. Together with the bucket it is enough to go on after any
 * crash. Written by the operator alone.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamJobStatus(
    @JsonPropertyDescription(
            "Version of the meaning of this status; an operator that knows only older ones leaves the object alone.")
        @Nullable Integer schemaVersion,
    @JsonPropertyDescription("Generation of the spec that this status answers.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("One word for where the job stands.") @SchemaFrom(type = Phase.class)
        @Nullable String phase,
    @JsonPropertyDescription("True, False or Unknown: the Ready condition in one word.")
        @Nullable String ready,
    @JsonPropertyDescription(
            "One sentence: who waits for what since when, and what a person may do. Unset: nobody waits.")
        @Nullable String waitingFor,
    @JsonPropertyDescription("Conditions: Ready, Progressing, StateSafe, UpgradeReady.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The revision whose job runs, or last ran.")
        @Nullable RevisionStatus current,
    @JsonPropertyDescription("The newest revision that has proven itself.")
        @Nullable RevisionStatus stable,
    @JsonPropertyDescription("The engine job of the current revision.") @Nullable JobStatus job,
    @JsonPropertyDescription("The journal of the rollout under way. Unset: none is.")
        @Nullable RolloutStatus rollout,
    @JsonPropertyDescription(
            "The spec that was tried and refused; it is not tried again until it changes. Unset: none.")
        @Nullable RejectedSpecStatus rejected,
    @JsonPropertyDescription(
            "What became of the newest value of each annotation that asks for something.")
        @Nullable List<RequestStatus> requests,
    @JsonPropertyDescription("Verified savepoints, newest first; at most 10.")
        @Nullable List<RestorePointStatus> restorePoints,
    @JsonPropertyDescription("When the newest verified savepoint was taken.")
        @Nullable String lastSavepoint,
    @JsonPropertyDescription("The StreamSavepoint whose turn it is. Unset: none is taken.")
        @Nullable SavepointStatus savepoint,
    @JsonPropertyDescription("Where the schedule of savepoints stands. Unset: there is none.")
        @Nullable ScheduleStatus schedule,
    @JsonPropertyDescription(
            "What lies below the job's prefix in the bucket, and nothing refers to. Unset: nothing.")
        @Nullable OrphansStatus orphans,
    @JsonPropertyDescription("Ended rollouts, newest first; at most 10.")
        @Nullable List<HistoryStatus> history,
    @JsonPropertyDescription(
            "Worker pods that the current revision asks for; for the scale subresource.")
        @StatusReplicas
        @Nullable Integer replicas,
    @JsonPropertyDescription(
            "Label selector of the current revision's worker pods; for the scale subresource.")
        @LabelSelector
        @Nullable String selector) {}
