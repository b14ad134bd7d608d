package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Static credentials for S3-compatible storage, by reference. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record S3CredentialsSpec(
    @JsonPropertyDescription(
            "Secret of this namespace with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Required.")
        @Required
        @Size(max = 253) @ValidationRule(
            value = "self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')",
            message = "must be the name of a Secret in this namespace",
            messageExpression =
                "'must be the name of a Secret in this namespace, but is \"' + self + '\": lower case letters, digits, - and . only'")
        @Nullable String secretName) {}
