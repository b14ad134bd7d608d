package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folders below the job's own prefix that nothing refers to; the operator never deletes them. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrphansStatus(
    @JsonPropertyDescription("How many there are.") @Nullable Integer count,
    @JsonPropertyDescription("Sum of the sizes of what they hold, for people, such as 1.5 GiB.")
        @Nullable String size,
    @JsonPropertyDescription("The first of them, by name; at most 10.")
        @Nullable List<String> folders) {}
