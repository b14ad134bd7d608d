package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where checkpoints and savepoints lie, and what holds the state while the job runs. */
@ValidationRule(
    value =
        "!(has(self.incremental) && self.incremental) || !has(self.backend) || self.backend != 'HashMap'",
    message =
        "incremental checkpoints need backend RocksDB or ForSt, but it is HashMap: set backend to one of these, or incremental to false")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StateSpec(
    @JsonPropertyDescription(
            "Prefix in S3-compatible storage, as s3://bucket/prefix, under which the operator keeps one folder per StreamJob. Required.")
        @Required
        @Pattern(StateSpec.STORAGE) @Size(max = 1024) @ValidationRule(
            value = "self.matches('" + StateSpec.STORAGE + "')",
            message = "must be a prefix in S3-compatible storage, such as s3://bucket/prefix",
            messageExpression =
                "'must be a prefix in S3-compatible storage, such as s3://bucket/prefix, but is \"' + self + '\": name the bucket in lower case after s3://, and no empty folder'")
        @Nullable String storage,
    @JsonPropertyDescription(
            "What holds keyed state while the job runs: RocksDB (on the worker's disk), HashMap (on the worker's heap) or ForSt (on the worker's disk; experimental in Flink 2.3: it writes and reads native savepoints only, so that a job cannot move its state to ForSt or away from it). Unset: RocksDB.")
        @SchemaFrom(type = StateBackend.class)
        @Nullable String backend,
    @JsonPropertyDescription(
            "Whether a checkpoint uploads only what changed since the one before (RocksDB and ForSt only). Unset: true for these.")
        @Nullable Boolean incremental,
    @JsonPropertyDescription(
            "Whether workers keep a copy of the newest checkpoint's state on their disk, so that tasks that restart on the same worker need not download it. Takes as much disk again. Unset: false.")
        @Nullable Boolean localRecovery,
    @JsonPropertyDescription("How to reach the storage. Unset: AWS, with the pod's own identity.")
        @Nullable S3Spec s3) {
  // The engine folds // into one slash, an object store does not: an empty folder would be looked
  // up under another name.
  static final String STORAGE = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[!-.0-~]+)*/?$";
}
