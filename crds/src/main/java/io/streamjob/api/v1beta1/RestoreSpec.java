package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** State to start from instead of the job's own, once. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestoreSpec(
    @JsonPropertyDescription(
            "Name of a StreamSavepoint of this namespace, of this job or of another one; or the folder of a savepoint or retained checkpoint, as s3://bucket/path, that the credentials of state.s3 can read; or None for empty state. Required.")
        @Required
        @Size(max = 1024) @ValidationRule(
            value = "self.matches('" + RestoreSpec.FROM + "')",
            message =
                "must be the name of a StreamSavepoint, a folder such as s3://bucket/path, or None",
            messageExpression =
                "'must be the name of a StreamSavepoint, a folder such as s3://bucket/path, or None, but is \"' + self + '\"'")
        @Nullable String from,
    @JsonPropertyDescription(
            "Names this wish, in 1 to 63 characters: it is carried out once per id, and may stay here ever after. A StreamJob that is created beside the state of an earlier one of its name acts only on the first 8 characters of its own metadata.uid. Required.")
        @Required
        @Size(min = 1, max = Annotations.MAX_LENGTH) @Nullable String id) {
  /** What {@code from} says for empty state; no object can have this name. */
  public static final String NONE = "None";

  /** What {@code status.requests} calls this wish. */
  public static final String FIELD = "spec.restore";

  static final String FROM =
      "^(None|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[!-.0-~]+)+/?|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$";
}
