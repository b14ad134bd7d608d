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

/** Periodic checkpoints (Chandy-Lamport barriers), from which the engine recovers by itself. */
// Both rules are the engine's own: it refuses such a configuration when the job is submitted.
@ValidationRule(
    value =
        "!(has(self.unaligned) && self.unaligned) || !has(self.mode) || self.mode == 'ExactlyOnce'",
    message =
        "unaligned checkpoints need mode ExactlyOnce: set mode to ExactlyOnce, or unaligned to false")
@ValidationRule(
    value =
        "!(has(self.unaligned) && self.unaligned) || !has(self.maxConcurrent) || self.maxConcurrent == 1",
    message =
        "unaligned checkpoints need maxConcurrent 1: set maxConcurrent to 1, or unaligned to false",
    messageExpression =
        "'unaligned checkpoints need maxConcurrent 1, but it is ' + string(self.maxConcurrent) + ': set maxConcurrent to 1, or unaligned to false'")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointsSpec(
    @JsonPropertyDescription(
            "Time from the start of one checkpoint to the start of the next, at least 10ms; a longer minPause counts instead. Unset: 10s.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.ENGINE,
            message = Durations.ENGINE_MESSAGE,
            messageExpression = Durations.ENGINE_MESSAGE_EXPRESSION)
        @Nullable String interval,
    @JsonPropertyDescription(
            "ExactlyOnce (barriers are aligned) or AtLeastOnce (records may be counted twice after a recovery). Unset: ExactlyOnce.")
        @SchemaFrom(type = CheckpointMode.class)
        @Nullable String mode,
    @JsonPropertyDescription(
            "Least time from the end of one checkpoint to the start of the next; 0s: none. Unset: 500ms.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.ANY,
            message = Durations.ANY_MESSAGE,
            messageExpression = Durations.ANY_MESSAGE_EXPRESSION)
        @Nullable String minPause,
    @JsonPropertyDescription(
            "Number of checkpoints that may be under way at once; 1 with unaligned. Unset: 1.")
        @Min(1) @Max(100) @Nullable Integer maxConcurrent,
    @JsonPropertyDescription(
            "Time after which a checkpoint or savepoint is given up by the engine, at least 10ms. Unset: 10m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.ENGINE,
            message = Durations.ENGINE_MESSAGE,
            messageExpression = Durations.ENGINE_MESSAGE_EXPRESSION)
        @Nullable String timeout,
    @JsonPropertyDescription(
            "Whether barriers overtake records under back pressure (ExactlyOnce only). Unset: false.")
        @Nullable Boolean unaligned,
    @JsonPropertyDescription(
            "Checkpoints in a row that may fail before the engine restarts the job's tasks. Unset: 0.")
        @Min(0) @Max(1_000_000) @Nullable Integer toleratedFailures,
    @JsonPropertyDescription(
            "Completed checkpoints that are kept, so that there is an older one if the newest is damaged. Unset: 3.")
        @Min(1) @Max(100) @Nullable Integer retained) {}
