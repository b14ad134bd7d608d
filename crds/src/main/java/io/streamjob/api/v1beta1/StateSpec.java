package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Where checkpoints and savepoints lie, and what holds the state while the job runs. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StateSpec(
    @JsonPropertyDescription(
            "Prefix in S3-compatible storage, as s3://bucket/prefix, under which the operator keeps one folder per StreamJob. Required.")
        @Required
        @Pattern("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$") @Nullable String storage,
    @JsonPropertyDescription(
            "What holds keyed state while the job runs: RocksDB (on the worker's disk) or HashMap (on the worker's heap). Unset: RocksDB.")
        @SchemaFrom(type = StateBackend.class)
        @Nullable String backend,
    @JsonPropertyDescription(
            "Whether a checkpoint uploads only what changed since the one before (RocksDB only). Unset: true for RocksDB.")
        @Nullable Boolean incremental,
    @JsonPropertyDescription("How to reach the storage. Unset: AWS, with the pod's own identity.")
        @Nullable S3Spec s3) {}
