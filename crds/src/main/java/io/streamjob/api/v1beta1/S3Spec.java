package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How to reach S3-compatible storage. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record S3Spec(
    @JsonPropertyDescription(
            "Address of the service, such as http://minio.storage:9000. Unset: AWS.")
        @Size(max = 512) @ValidationRule(
            value = "self.matches('^https?://[!-.0-~]+/?$')",
            message =
                "must be the address of an S3-compatible service, such as http://minio.storage:9000",
            messageExpression =
                "'must be the address of an S3-compatible service, such as http://minio.storage:9000, but is \"' + self + '\": write scheme, host and port, and no path'")
        @Nullable String endpoint,
    @JsonPropertyDescription("Region to sign requests for. Unset: us-east-1.")
        @Size(min = 1, max = 64) @Nullable String region,
    @JsonPropertyDescription(
            "Whether the bucket is part of the path instead of the host name; most services other than AWS need true. Unset: false.")
        @Nullable Boolean pathStyleAccess,
    @JsonPropertyDescription(
            "Static credentials. Unset: the identity of the pod's service account, or of its node.")
        @Nullable S3CredentialsSpec credentials) {}
