package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pods that run the job's tasks (the engine's TaskManagers). */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerSpec(
    @JsonPropertyDescription("Number of worker pods. Unset: 1.") @SpecReplicas @Min(1) @Max(10000) @Nullable Integer replicas,
    @JsonPropertyDescription(
            "Task slots per worker: how many parallel instances of the whole pipeline one pod takes. Unset: 1.")
        @Min(1) @Max(1000) @Nullable Integer slots,
    @JsonPropertyDescription(
            "How a change of worker.replicas or job.parallelism alone is carried out: InPlace (the engine's adaptive scheduler rescales the running job on its own pods; what it cannot is rolled out) or Rollout (another version takes over, as with any other change, under the engine's default scheduler). Unset: InPlace.")
        @SchemaFrom(type = Scaling.class)
        @Nullable String scaling,
    @JsonPropertyDescription(
            "CPU and memory of the container; the memory limit is what the engine divides up. Unset: requests of 500m CPU and 1536Mi, limit of 1536Mi memory.")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription(
            "Pod template (metadata and spec of core/v1) that the operator's own parts are merged into; its container named streamjob is the worker. Unset: none.")
        @Nullable JsonNode podTemplate,
    @JsonPropertyDescription(
            "Volume claims of each worker, as in a StatefulSet (metadata.name and spec of core/v1 PersistentVolumeClaim); podTemplate mounts them by name. They are made with a revision and deleted with it, and so is what lies on them. Unset: none.")
        @Size(max = 8) @Nullable List<JsonNode> volumeClaimTemplates) {}
