package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the new version must show before the old one is let go. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfirmSpec(
    @JsonPropertyDescription("Checkpoints that the new version must complete. Unset: 1.")
        @Min(1) @Max(100) @Nullable Integer checkpoints,
    @JsonPropertyDescription("Time it has for them, from the submission of its job. Unset: 5m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String within) {}
