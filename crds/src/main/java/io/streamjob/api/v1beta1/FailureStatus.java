package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Why something did not go on. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FailureStatus(
    @JsonPropertyDescription("One word, as in the condition and the event.")
        @Nullable String reason,
    @JsonPropertyDescription("Subject, expected, found, and next step.")
        @Nullable String message) {}
