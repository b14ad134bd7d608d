package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import org.jspecify.annotations.Nullable;

/** What happens when the spec changes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpgradeSpec(
    @JsonPropertyDescription(
            "What the new version starts from: Savepoint (a fresh one, verified), Checkpoint (a fresh one, verified, after which the old job is cancelled: shorter downtime for large state; only sinks that commit with checkpoints stay exact) or None (empty; the old state is left in the bucket). Unset: Savepoint.")
        @SchemaFrom(type = UpgradeState.class)
        @Nullable String state,
    @JsonPropertyDescription(
            "Warm (the new version's pods are up before the old job stops; needs room for both) or Cold (the old pods go first). Unset: Warm.")
        @SchemaFrom(type = UpgradeStrategy.class)
        @Nullable String strategy,
    @JsonPropertyDescription(
            "What the test of the new version is good for, before anything stops: Enforce (a version that fails it is not rolled out), Warn (its findings are told, and the rollout goes on) or Off. Unset: Enforce.")
        @SchemaFrom(type = PreflightPolicy.class)
        @Nullable String preflight,
    @JsonPropertyDescription(
            "What a Warm upgrade does that finds no room for its pods within the operator's --pod-problem-grace: Block (the old job runs on; it is tried again later) or Cold (this attempt lets the old pods go first). Unset: Block.")
        @SchemaFrom(type = NoRoomPolicy.class)
        @Nullable String whenNoRoom,
    @JsonPropertyDescription(
            "Who decides to start the old revision again if the new one fails after the old job has stopped: Automatic (the operator, at once) or Manual (a person, with the annotation streamjob.io/rollback; the job is down until then). Unset: Automatic.")
        @SchemaFrom(type = RollbackPolicy.class)
        @Nullable String rollback,
    @JsonPropertyDescription("What proves the new version. Unset: one checkpoint within 5m.")
        @Nullable ConfirmSpec confirm) {}
