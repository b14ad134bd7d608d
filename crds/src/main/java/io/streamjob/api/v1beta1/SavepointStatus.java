package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Whose turn it is: the StreamSavepoint that may be taken now. No rollout begins meanwhile. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SavepointStatus(
    @JsonPropertyDescription("Name of the StreamSavepoint.") @Nullable String name,
    @JsonPropertyDescription("Its uid.") @Nullable String uid,
    @JsonPropertyDescription("Since when.") @Nullable String since) {}
