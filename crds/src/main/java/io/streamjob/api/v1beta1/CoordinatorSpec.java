package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/** The pod that plans and coordinates the job (the engine's JobManager). */
@ValidationRule(
    value =
        "!has(self.replicas) || self.replicas < 2 || (has(self.highAvailability) && self.highAvailability == 'Kubernetes')",
    message =
        "a second coordinator stands by only with highAvailability Kubernetes: set it, or replicas to 1")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CoordinatorSpec(
    @JsonPropertyDescription(
            "Who brings the job back when its coordinator is lost: Kubernetes (the next coordinator does, from the newest checkpoint, whether or not the operator runs; its pods and those of the workers get a service account that may use ConfigMaps of the namespace) or None (the operator does). Unset: None.")
        @SchemaFrom(type = HighAvailability.class)
        @Nullable String highAvailability,
    @JsonPropertyDescription(
            "Number of coordinators: 1, or 2, of which one stands by, with highAvailability Kubernetes only. Unset: 1.")
        @Min(1) @Max(2) @Nullable Integer replicas,
    @JsonPropertyDescription(
            "CPU and memory of the container; the memory limit is what the engine divides up. Unset: requests of 250m CPU and 1Gi, limit of 1Gi memory.")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription(
            "Pod template (metadata and spec of core/v1) that the operator's own parts are merged into; its container named streamjob is the coordinator, and its init container named streamjob-fetch-jar fetches the jar. Unset: none.")
        @Nullable JsonNode podTemplate) {}
