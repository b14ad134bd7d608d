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

/** How many savepoints are kept, and how long. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RetentionSpec(
    @JsonPropertyDescription("Number of verified savepoints that are kept. Unset: 10.")
        @Min(1) @Max(1000) @Nullable Integer maxCount,
    @JsonPropertyDescription("Age beyond which a savepoint goes. Unset: 7d.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String maxAge) {}
