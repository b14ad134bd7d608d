package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** One distinct spec, stored whole in a ControllerRevision. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RevisionStatus(
    @JsonPropertyDescription("Number of the revision, rising from 1.") @Nullable Integer number,
    @JsonPropertyDescription("Hash of the parts of the spec that a rollout carries out.")
        @Nullable String specHash,
    @JsonPropertyDescription("The image of that spec.") @Nullable String image) {}
