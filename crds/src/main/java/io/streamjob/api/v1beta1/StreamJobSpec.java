package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user wishes: the program, its state, its checkpoints, and how a change of these is
 * rolled out.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamJobSpec(
    @JsonPropertyDescription(
            "Container image that holds the engine and the job's jar; built FROM the StreamJob runtime image. Required.")
        @Required
        @Nullable String image,
    @JsonPropertyDescription(
            "When the kubelet pulls the image: Always, IfNotPresent or Never. Unset: IfNotPresent for a tag or digest, Always for :latest, as Kubernetes decides.")
        @SchemaFrom(type = ImagePullPolicy.class)
        @Nullable String imagePullPolicy,
    @JsonPropertyDescription(
            "Secrets of this namespace with credentials for the image registry. Unset: those of the service account.")
        @Nullable List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription("The program to run. Required.") @Required @Nullable JobSpec job,
    @JsonPropertyDescription("Where and how the job keeps its state. Required.") @Required
        @Nullable StateSpec state,
    @JsonPropertyDescription(
            "Periodic checkpoints, from which the engine recovers by itself. Unset: every 10s, exactly once.")
        @Nullable CheckpointsSpec checkpoints,
    @JsonPropertyDescription(
            "What happens when this spec changes. Unset: Warm, from a fresh savepoint, confirmed by one checkpoint within 5m.")
        @Nullable UpgradeSpec upgrade,
    @JsonPropertyDescription(
            "The pod that plans and coordinates the job (the engine's JobManager). Unset: 1 CPU requested, 1Gi of memory.")
        @Nullable CoordinatorSpec coordinator,
    @JsonPropertyDescription(
            "The pods that run the job's tasks (the engine's TaskManagers). Unset: 1 replica with 1 slot, 1 CPU requested, 1536Mi of memory.")
        @Nullable WorkerSpec worker,
    @JsonPropertyDescription(
            "Further engine options by their own names, such as taskmanager.memory.managed.fraction. Keys that the operator owns are refused with the key named.")
        @Nullable Map<String, String> config) {}
