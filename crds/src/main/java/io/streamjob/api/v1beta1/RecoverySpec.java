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

/**
 * What happens to a job that the engine has given up. A job that was lost with its coordinator is
 * started again in any case.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecoverySpec(
    @JsonPropertyDescription(
            "Recoveries within the time of which a job that the engine has given up is not started again until somebody changes the spec; 0: it never is. Unset: 3.")
        @Min(0) @Max(10) @Nullable Integer attempts,
    @JsonPropertyDescription("That time. Unset: 1h.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String within) {}
