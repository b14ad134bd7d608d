package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An ended rollout. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HistoryStatus(
    @JsonPropertyDescription("Number of the attempt.") @Nullable Integer attempt,
    @JsonPropertyDescription("Completed, RolledBack or Abandoned.")
        @SchemaFrom(type = RolloutOutcome.class)
        @Nullable String outcome,
    @JsonPropertyDescription("Warm, Cold or Initial.") @Nullable String strategy,
    @JsonPropertyDescription("Revision that was to be replaced.") @Nullable Integer fromRevision,
    @JsonPropertyDescription("Revision that was to be started.") @Nullable Integer toRevision,
    @JsonPropertyDescription("Why it was not completed. Unset: it was.") @Nullable String reason,
    @JsonPropertyDescription("The same in a sentence.") @Nullable String message,
    @JsonPropertyDescription(
            "What else is worth knowing, such as who asked for it. Unset: nothing.")
        @Nullable String note,
    @JsonPropertyDescription("When it began.") @Nullable String startedAt,
    @JsonPropertyDescription("When it ended.") @Nullable String endedAt,
    @JsonPropertyDescription(
            "Time in which no job processed records. Unset: the job was never stopped.")
        @Nullable Long downtimeMillis,
    @JsonPropertyDescription("Its parts.") @Nullable List<TimingStatus> timings) {}
