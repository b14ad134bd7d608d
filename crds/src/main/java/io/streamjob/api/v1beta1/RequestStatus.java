package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What became of something that is asked for once. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RequestStatus(
    @JsonPropertyDescription("The annotation, such as streamjob.io/restart, or spec.restore.")
        @Nullable String annotation,
    @JsonPropertyDescription(
            "The value, or the id of the restore, that was acted upon; the same is not acted upon again.")
        @Nullable String value,
    @JsonPropertyDescription("Attempt that it began. Unset: it began none.")
        @Nullable Integer attempt,
    @JsonPropertyDescription("What became of it, in a sentence.") @Nullable String result) {}
