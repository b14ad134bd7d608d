package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What becomes of the job's state when the StreamJob is deleted. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeletionSpec(
    @JsonPropertyDescription(
            "Keep (the job ends where it stands; its newest checkpoints and its StreamSavepoints stay), Savepoint (it is stopped with a verified savepoint first, which a StreamSavepoint records) or Discard (its checkpoints and StreamSavepoints are deleted, but for those with retain). Can be changed while the deletion is under way. Unset: Keep.")
        @SchemaFrom(type = DeletionPolicy.class)
        @Nullable String policy,
    @JsonPropertyDescription(
            "Time after which the StreamJob goes, whatever could not be done by then, which an Event tells. Unset: 10m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String within) {}
