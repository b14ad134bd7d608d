package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the engine does when a task fails. Each restart goes on from the newest checkpoint. */
@ValidationRule(
    value =
        "!has(self.attempts) || !has(self.strategy) || self.strategy in ['ExponentialDelay', 'FixedDelay']",
    message = "attempts belongs to the strategies ExponentialDelay and FixedDelay: remove it")
@ValidationRule(
    value = "!has(self.delay) || !has(self.strategy) || self.strategy != 'None'",
    message = "the strategy None has no delay: remove it")
@ValidationRule(
    value = "!has(self.maxDelay) || !has(self.strategy) || self.strategy == 'ExponentialDelay'",
    message = "maxDelay belongs to the strategy ExponentialDelay: remove it")
@ValidationRule(
    value =
        "!(has(self.failures) || has(self.within)) || (has(self.strategy) && self.strategy == 'FailureRate')",
    message =
        "failures and within belong to the strategy FailureRate: remove them, or set the strategy")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartSpec(
    @JsonPropertyDescription(
            "ExponentialDelay (pauses that grow while failures follow each other), FixedDelay (the same pause each time), FailureRate (the same pause, until there are too many failures within a time) or None (the first failure ends the job). Unset: ExponentialDelay.")
        @SchemaFrom(type = RestartStrategy.class)
        @Nullable String strategy,
    @JsonPropertyDescription(
            "Restarts after which the job is given up: with FixedDelay in all, with ExponentialDelay until the pause is reset after an hour without failure. Unset: it is never given up.")
        @Min(1) @Max(1_000_000) @Nullable Integer attempts,
    @JsonPropertyDescription("Pause before a restart; with ExponentialDelay the first. Unset: 1s.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String delay,
    @JsonPropertyDescription("ExponentialDelay: longest pause. Unset: 1m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String maxDelay,
    @JsonPropertyDescription(
            "FailureRate: failures within the time of which one more gives the job up. Unset: 3.")
        @Min(1) @Max(1_000_000) @Nullable Integer failures,
    @JsonPropertyDescription("FailureRate: that time. Unset: 10m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String within) {}
