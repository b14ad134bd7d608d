package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Where the schedule of savepoints stands. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleStatus(
    @JsonPropertyDescription("The schedule and time zone that the time belongs to.")
        @Nullable String schedule,
    @JsonPropertyDescription("When the next savepoint is taken.") @Nullable String nextAt,
    @JsonPropertyDescription(
            "StreamSavepoint that is to be created for a time that has come. Unset: none is.")
        @Nullable String due) {}
