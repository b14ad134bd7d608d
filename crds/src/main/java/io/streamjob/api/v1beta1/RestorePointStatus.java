package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import org.jspecify.annotations.Nullable;

/** A savepoint that was read back and found whole. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestorePointStatus(
    @JsonPropertyDescription("Folder that holds its _metadata.") @Nullable String location,
    @JsonPropertyDescription("Revision whose job wrote it.") @Nullable Integer revision,
    @JsonPropertyDescription("Job that wrote it.") @Nullable String jobId,
    @JsonPropertyDescription("When its job's sources stopped for it, on the engine's clock.")
        @Nullable String takenAt,
    @JsonPropertyDescription("When every file that it refers to was found with its recorded size.")
        @Nullable String verifiedAt,
    @JsonPropertyDescription("Sum of the sizes of its files.") @Nullable Long sizeBytes,
    @JsonPropertyDescription("Number of its files, _metadata included.") @Nullable Integer files,
    @JsonPropertyDescription("What it was taken for: Upgrade or Suspend.")
        @SchemaFrom(type = SavepointReason.class)
        @Nullable String reason,
    @JsonPropertyDescription(
            "StreamSavepoint that records it. Unset: none does yet, or it is a checkpoint.")
        @Nullable String savepoint) {}
