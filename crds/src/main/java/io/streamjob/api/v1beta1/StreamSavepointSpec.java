package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which savepoint is wished. It cannot be changed; another wish is another object. */
@ValidationRule(
    value = "self == oldSelf",
    message = "spec of a StreamSavepoint cannot be changed: create another StreamSavepoint instead")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamSavepointSpec(
    @JsonPropertyDescription("StreamJob of this namespace whose state it is. Required.")
        @Required
        @Size(max = 63) @Nullable String job,
    @JsonPropertyDescription(
            "Who asked for it: Manual, Scheduled, Upgrade, Suspend or Delete; those but the first are the operator's. Unset: Manual.")
        @SchemaFrom(type = SavepointReason.class)
        @Nullable String reason,
    @JsonPropertyDescription("Native or Canonical. Unset: spec.savepoints.format of the StreamJob.")
        @SchemaFrom(type = SavepointFormat.class)
        @Nullable String format,
    @JsonPropertyDescription(
            "Folder of a savepoint or retained checkpoint that exists already, as s3://bucket/path, in the bucket of the StreamJob's state.storage: it is verified and recorded, and its objects outlive this object unless a rollout of the StreamJob wrote them. Unset: a savepoint is taken.")
        @Pattern(StateSpec.STORAGE) @Size(max = 1024) @Nullable String location,
    @JsonPropertyDescription(
            "Whether its objects stay in the bucket when this object is deleted, and retention leaves it alone. Unset: false.")
        @Nullable Boolean retain) {}
