package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What reading the tables of a savepoint through has shown, the last time. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeepCheckStatus(
    @JsonPropertyDescription("When.") @Nullable String checkedAt,
    @JsonPropertyDescription("How many tables were read.") @Nullable Integer tables,
    @JsonPropertyDescription("How many there are.") @Nullable Integer of,
    @JsonPropertyDescription(
            "The first that is damaged, what was expected and what was found. Unset: none is.")
        @Nullable String damage) {}
