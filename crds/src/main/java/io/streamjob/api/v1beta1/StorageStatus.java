package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How the bucket of a savepoint is reached. It names a Secret, and holds none. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StorageStatus(
    @JsonPropertyDescription("Name of the bucket.") @Nullable String bucket,
    @JsonPropertyDescription("Key prefix below which the operator may write; may be empty.")
        @Nullable String prefix,
    @JsonPropertyDescription("Address of the service. Unset: AWS.") @Nullable String endpoint,
    @JsonPropertyDescription("Region that requests are signed for.") @Nullable String region,
    @JsonPropertyDescription("Whether the bucket is part of the path instead of the host name.")
        @Nullable Boolean pathStyleAccess,
    @JsonPropertyDescription(
            "Secret of this namespace with the credentials. Unset: the operator's own identity.")
        @Nullable String secretName) {}
