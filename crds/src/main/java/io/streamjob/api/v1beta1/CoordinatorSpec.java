package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/** The pod that plans and coordinates the job (the engine's JobManager). */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CoordinatorSpec(
    @JsonPropertyDescription(
            "CPU and memory of the container; the memory limit is what the engine divides up. Unset: requests of 250m CPU and 1Gi, limit of 1Gi memory.")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription(
            "Pod template (metadata and spec of core/v1) that the operator's own parts are merged into; its container named streamjob is the coordinator. Unset: none.")
        @Nullable JsonNode podTemplate) {}
