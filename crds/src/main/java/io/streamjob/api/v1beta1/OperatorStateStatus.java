package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What a savepoint keeps of one operator of the program. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperatorStateStatus(
    @JsonPropertyDescription("Id that the engine makes from the uid: 32 hexadecimal digits.")
        @Nullable String id,
    @JsonPropertyDescription("The uid that the program gave it. Unset: none is known.")
        @Nullable String uid,
    @JsonPropertyDescription("Its name in the program. Unset: none is known.")
        @Nullable String name,
    @JsonPropertyDescription("Number of its tasks.") @Nullable Integer parallelism,
    @JsonPropertyDescription("Number of groups that its keyed state is divided into.")
        @Nullable Integer maxParallelism,
    @JsonPropertyDescription("Size of its state.") @Nullable Long sizeBytes) {}
