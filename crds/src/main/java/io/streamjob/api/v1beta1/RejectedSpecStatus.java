package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A spec that was tried and refused. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RejectedSpecStatus(
    @JsonPropertyDescription("Hash of the refused spec.") @Nullable String specHash,
    @JsonPropertyDescription("Id of the spec.restore in it. Unset: there was none.")
        @Nullable String restoreId,
    @JsonPropertyDescription(
            "Revision that it was stored as. A wish with another spec.upgrade than this revision's is tried again.")
        @Nullable Integer revision,
    @JsonPropertyDescription("Generation of the object that carried it.") @Nullable Long generation,
    @JsonPropertyDescription("One word, as in the condition and the event.")
        @Nullable String reason,
    @JsonPropertyDescription("Subject, expected, found, and next step.")
        @Nullable String message) {}
