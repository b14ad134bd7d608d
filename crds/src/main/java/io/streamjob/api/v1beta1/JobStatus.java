package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The engine job of the current revision. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobStatus(
    @JsonPropertyDescription("Job id, chosen by the operator: 32 hexadecimal digits.")
        @Nullable String id,
    @JsonPropertyDescription("State in the engine's words, such as RUNNING or FAILED.")
        @Nullable String state,
    @JsonPropertyDescription(
            "Location of the savepoint that the job started from. Unset: it started empty.")
        @Nullable String restoredFrom,
    @JsonPropertyDescription("When the job was submitted.") @Nullable String startedAt) {}
