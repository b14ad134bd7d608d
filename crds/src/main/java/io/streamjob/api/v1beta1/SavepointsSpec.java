package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Savepoints of the running job: when, in which form, and how long they are kept. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SavepointsSpec(
    @JsonPropertyDescription(
            "When one is taken, as five cron fields (minute, hour, day of month, month, day of week), such as 0 3 * * *; a run that could not take place is made up for once. Unset: never.")
        @Size(max = 128) @ValidationRule(
            value = "self.matches('" + SavepointsSpec.SCHEDULE + "')",
            message = "must be five cron fields, such as 0 3 * * *",
            messageExpression =
                "'must be five cron fields (minute, hour, day of month, month, day of week), such as 0 3 * * *, but is \"' + self + '\"'")
        @Nullable String schedule,
    @JsonPropertyDescription(
            "Time zone of the schedule, by its IANA name, such as Europe/Berlin. Unset: UTC.")
        @Size(max = 64) @Nullable String timeZone,
    @JsonPropertyDescription(
            "Native (the state backend's own form: fast, restored with the same backend) or Canonical (slower, written by and restored with any but ForSt). Unset: Native.")
        @SchemaFrom(type = SavepointFormat.class)
        @Nullable String format,
    @JsonPropertyDescription(
            "Time after which a savepoint that was not begun, or not completed, is given up. Unset: 10m.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String timeout,
    @JsonPropertyDescription(
            "How often a completed savepoint is read back again. Unset: every 24h.")
        @Pattern(Durations.PATTERN) @Size(max = Durations.MAX_LENGTH) @ValidationRule(
            value = Durations.POSITIVE,
            message = Durations.POSITIVE_MESSAGE,
            messageExpression = Durations.POSITIVE_MESSAGE_EXPRESSION)
        @Nullable String reverify,
    @JsonPropertyDescription(
            "Whether the RocksDB tables of a completed savepoint are read through as well, each block against its checksum, in the background and again every reverify: Off, Sample (one in ten, at least three) or Whole. Unset: Off.")
        @SchemaFrom(type = DeepCheck.class)
        @Nullable String deepCheck,
    @JsonPropertyDescription(
            "What is kept of the savepoints that nobody asked for by hand: the newest verified one always, and whatever anything refers to. Unset: 10 of at most 7d.")
        @Nullable RetentionSpec retention) {
  // Five fields of what such a field may hold; whether they make sense, the operator tells.
  static final String SCHEDULE = "^[0-9A-Za-z*,/#?-]+( +[0-9A-Za-z*,/#?-]+){4}$";
}
