package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator knows of a savepoint. With it alone the savepoint can be verified, restored and
 * removed, also when its StreamJob is gone. Written by the operator alone.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamSavepointStatus(
    @JsonPropertyDescription("One word for where it stands.")
        @SchemaFrom(type = SavepointPhase.class)
        @Nullable String phase,
    @JsonPropertyDescription(
            "One sentence: who waits for what since when, and what a person may do. Unset: nobody waits.")
        @Nullable String waitingFor,
    @JsonPropertyDescription("Conditions: Verified.") @Nullable List<Condition> conditions,
    @JsonPropertyDescription("Folder that holds its _metadata.") @Nullable String location,
    @JsonPropertyDescription(
            "Folder that holds it and nothing else; what is deleted lies in it. Unset: the operator did not have it written, and deletes nothing.")
        @Nullable String directory,
    @JsonPropertyDescription("How to reach the bucket; names a Secret, and holds none.")
        @Nullable StorageStatus storage,
    @JsonPropertyDescription("Id under which the engine was asked: 32 hexadecimal digits.")
        @Nullable String triggerId,
    @JsonPropertyDescription("Uid of the StreamJob.") @Nullable String jobUid,
    @JsonPropertyDescription("Engine job that wrote it.") @Nullable String jobId,
    @JsonPropertyDescription("Revision whose job wrote it.") @Nullable Integer revision,
    @JsonPropertyDescription(
            "Hash of the parts of that revision's spec that a rollout carries out.")
        @Nullable String specHash,
    @JsonPropertyDescription("Image of that revision.") @Nullable String image,
    @JsonPropertyDescription("Hash of that revision's spec.job.args.") @Nullable String argsHash,
    @JsonPropertyDescription(
            "Restore point that its job had started from. Unset: it started empty.")
        @Nullable String parent,
    @JsonPropertyDescription("Version of the engine that wrote it. Unset: it was not told.")
        @Nullable String engineVersion,
    @JsonPropertyDescription(
            "When the engine was first asked for it; every record before is in it.")
        @Nullable String takenAt,
    @JsonPropertyDescription("Until when the engine is waited for.") @Nullable String giveUpAt,
    @JsonPropertyDescription(
            "When every file that it refers to was last found with its recorded size.")
        @Nullable String verifiedAt,
    @JsonPropertyDescription("The last deep check. Unset: there was none.")
        @Nullable DeepCheckStatus deepCheck,
    @JsonPropertyDescription("When retention removes it. Unset: it is kept.")
        @Nullable String expiresAt,
    @JsonPropertyDescription("Since when its objects could not be deleted. Unset: they can.")
        @Nullable String stuckSince,
    @JsonPropertyDescription("Its size for people, such as 1.5 GiB.") @Nullable String size,
    @JsonPropertyDescription("Sum of the sizes of its files.") @Nullable Long sizeBytes,
    @JsonPropertyDescription("Number of its files, _metadata included.") @Nullable Integer files,
    @JsonPropertyDescription(
            "Checksum of its _metadata, which names all other files with their sizes, as sha256:<hexadecimal digits>.")
        @Nullable String checksum,
    @JsonPropertyDescription("What it keeps of each operator of the program; at most 100.")
        @Nullable List<OperatorStateStatus> operators) {}
