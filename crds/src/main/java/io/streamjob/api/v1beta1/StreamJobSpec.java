package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user wishes: the program, its state, its checkpoints, and how a change of these is
 * rolled out.
 */
@ValidationRule(
    value = StreamJobSpec.PARALLELISM + " <= " + StreamJobSpec.MAX_PARALLELISM,
    message =
        "parallelism is above maxParallelism: lower job.parallelism, or raise job.maxParallelism",
    messageExpression =
        "'parallelism ' + string("
            + StreamJobSpec.PARALLELISM
            + ") + ' is above maxParallelism ' + string("
            + StreamJobSpec.MAX_PARALLELISM
            + ") + ': lower job.parallelism (unset: worker.replicas * worker.slots), or raise job.maxParallelism (unset: 128) if no state is kept yet'")
@ValidationRule(
    value = "!has(self.job.parallelism) || self.job.parallelism <= " + StreamJobSpec.SLOTS,
    message =
        "parallelism is above the number of slots: raise worker.replicas or worker.slots, or lower job.parallelism",
    messageExpression =
        "'parallelism ' + string(self.job.parallelism) + ' needs as many slots, but worker.replicas * worker.slots is ' + string("
            + StreamJobSpec.SLOTS
            + ") + ': raise worker.replicas or worker.slots, or lower job.parallelism'")
// Keyed state is divided into maxParallelism groups for good: the engine refuses to restore it into
// another number.
@ValidationRule(
    value =
        "(has(self.upgrade) && has(self.upgrade.state) && self.upgrade.state == 'None') || "
            + StreamJobSpec.MAX_PARALLELISM
            + " == "
            + StreamJobSpec.OLD_MAX_PARALLELISM,
    message =
        "maxParallelism is fixed while state is kept: set it back, or give the state up with upgrade.state None",
    messageExpression =
        "'maxParallelism is fixed while state is kept, but would change from ' + string("
            + StreamJobSpec.OLD_MAX_PARALLELISM
            + ") + ' to ' + string("
            + StreamJobSpec.MAX_PARALLELISM
            + ") + ': set job.maxParallelism back, or give the state up with upgrade.state None'")
@ValidationRule(
    value =
        "!has(self.savepoints) || !has(self.savepoints.format) || self.savepoints.format != 'Canonical' || !has(self.state.backend) || self.state.backend != 'ForSt'",
    message =
        "the backend ForSt writes no savepoint in the format Canonical, its tasks would fail: set savepoints.format to Native, or state.backend to another")
@ValidationRule(
    value =
        "!has(self.restart) || !has(self.config) || !self.config.exists(key, key.startsWith('restart-strategy'))",
    message =
        "restart and config name the same options: remove restart-strategy.* from config, or restart")
@ValidationRule(
    value =
        "!has(self.checkpoints) || !has(self.checkpoints.toleratedFailures) || !has(self.config) || !('execution.checkpointing.tolerable-failed-checkpoints' in self.config)",
    message =
        "checkpoints.toleratedFailures and config name the same option: remove execution.checkpointing.tolerable-failed-checkpoints from config")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamJobSpec(
    @JsonPropertyDescription(
            "Container image that holds the engine and the job's jar; built FROM the StreamJob runtime image. Required.")
        @Required
        @Size(max = 1024) @ValidationRule(
            value = "self.matches('^[!-~]+$')",
            message = "must name a container image, such as registry.example/orders:1.4.0",
            messageExpression =
                "'must name a container image, such as registry.example/orders:1.4.0, but is \"' + self + '\": write it without blanks'")
        @Nullable String image,
    @JsonPropertyDescription(
            "When the kubelet pulls the image: Always, IfNotPresent or Never. Unset: IfNotPresent for a tag or digest, Always for :latest, as Kubernetes decides.")
        @SchemaFrom(type = ImagePullPolicy.class)
        @Nullable String imagePullPolicy,
    @JsonPropertyDescription(
            "Secrets of this namespace with credentials for the image registry. Unset: those of the service account.")
        @Size(max = 16) @Nullable List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription("The program to run. Required.") @Required @Nullable JobSpec job,
    @JsonPropertyDescription("Where and how the job keeps its state. Required.") @Required
        @Nullable StateSpec state,
    @JsonPropertyDescription(
            "Periodic checkpoints, from which the engine recovers by itself. Unset: every 10s, exactly once.")
        @Nullable CheckpointsSpec checkpoints,
    @JsonPropertyDescription(
            "What the engine does when a task fails. Unset: it restarts the tasks, after pauses of 1s to 1m, and never gives the job up.")
        @Nullable RestartSpec restart,
    @JsonPropertyDescription(
            "What happens to a job that the engine has given up. Unset: it is started again from its newest checkpoint, 3 times within 1h.")
        @Nullable RecoverySpec recovery,
    @JsonPropertyDescription(
            "Savepoints of the running job. Unset: only those that are asked for by hand.")
        @Nullable SavepointsSpec savepoints,
    @JsonPropertyDescription(
            "What happens when this spec changes. Unset: Warm, from a fresh savepoint, confirmed by one checkpoint within 5m.")
        @Nullable UpgradeSpec upgrade,
    @JsonPropertyDescription(
            "Whether the job is to stand still: true stops it with a verified savepoint, whatever upgrade.state says, and takes its pods away; false starts what the spec says by then from that savepoint. Unset: false.")
        @Nullable Boolean suspend,
    @JsonPropertyDescription(
            "State to start from instead of the job's own: a running job is stopped with its own savepoint first, unless upgrade.state is None. Unset: its own, and empty state at a first start.")
        @Nullable RestoreSpec restore,
    @JsonPropertyDescription(
            "What becomes of the job's state when this StreamJob is deleted. Unset: it is kept as it is.")
        @Nullable DeletionSpec deletion,
    @JsonPropertyDescription(
            "The pod that plans and coordinates the job (the engine's JobManager). Unset: the defaults of its fields.")
        @Nullable CoordinatorSpec coordinator,
    @JsonPropertyDescription(
            "The pods that run the job's tasks (the engine's TaskManagers). Unset: the defaults of its fields.")
        @Nullable WorkerSpec worker,
    @JsonPropertyDescription(
            "Further engine options by their own names, such as taskmanager.memory.managed.fraction. Keys that the operator owns are refused with the key named.")
        @Size(max = 200) @ValidationRule(
            value = "!self.exists(key, key.matches('" + OwnedKeys.PATTERN + "'))",
            message =
                "names an engine option that the operator owns: remove it, and use the field of spec that stands for it",
            messageExpression =
                "'the operator owns ' + self.filter(key, key.matches('"
                    + OwnedKeys.PATTERN
                    + "')).join(', ') + ': remove it from config, and use the field of spec that stands for it'"
                    + " + ('execution.checkpointing.storage' in self ? '; "
                    + OwnedKeys.IN_THE_BUCKET
                    + "' : '') + (self.exists(key, key.endsWith('changelog.enabled')) ? '; "
                    + OwnedKeys.NO_CHANGELOG
                    + "' : '')")
        @Nullable Map<String, @Size(max = 4096) String> config) {
  static final String SLOTS =
      "(has(self.worker) && has(self.worker.replicas) ? self.worker.replicas : 1)"
          + " * (has(self.worker) && has(self.worker.slots) ? self.worker.slots : 1)";
  static final String PARALLELISM =
      "(has(self.job.parallelism) ? self.job.parallelism : " + SLOTS + ")";
  static final String MAX_PARALLELISM =
      "(has(self.job.maxParallelism) ? self.job.maxParallelism : 128)";
  static final String OLD_MAX_PARALLELISM =
      "(has(oldSelf.job.maxParallelism) ? oldSelf.job.maxParallelism : 128)";
}
