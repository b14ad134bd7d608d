package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import org.jspecify.annotations.Nullable;

/** Periodic checkpoints (Chandy-Lamport barriers), from which the engine recovers by itself. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointsSpec(
    @JsonPropertyDescription(
            "Time from the start of one checkpoint to the start of the next. Unset: 10s.")
        @Pattern("^([0-9]+(ms|s|m|h|d))+$") @Nullable String interval,
    @JsonPropertyDescription(
            "ExactlyOnce (barriers are aligned) or AtLeastOnce (records may be counted twice after a recovery). Unset: ExactlyOnce.")
        @SchemaFrom(type = CheckpointMode.class)
        @Nullable String mode,
    @JsonPropertyDescription(
            "Least time from the end of one checkpoint to the start of the next. Unset: 500ms.")
        @Pattern("^([0-9]+(ms|s|m|h|d))+$") @Nullable String minPause,
    @JsonPropertyDescription("Number of checkpoints that may be under way at once. Unset: 1.")
        @Min(1) @Nullable Integer maxConcurrent,
    @JsonPropertyDescription(
            "Time after which a checkpoint or savepoint is given up by the engine. Unset: 10m.")
        @Pattern("^([0-9]+(ms|s|m|h|d))+$") @Nullable String timeout,
    @JsonPropertyDescription(
            "Whether barriers overtake records under back pressure (ExactlyOnce only). Unset: false.")
        @Nullable Boolean unaligned) {}
