package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How long one part of a rollout took. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TimingStatus(
    @JsonPropertyDescription(
            "Name of the step in lower case, such as preparing or stopping; outage is the time in which nobody could carry a step out.")
        @Nullable String part,
    @JsonPropertyDescription("Duration in milliseconds.") @Nullable Long millis) {}
