package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program: a jar inside the image and how its main method is called. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobSpec(
    @JsonPropertyDescription("Jar inside the image, as local:///absolute/path.jar. Required.")
        @Required
        @Pattern("^local:///.+\\.jar$") @Nullable String jar,
    @JsonPropertyDescription(
            "Class whose main method builds the job. Unset: the Main-Class of the jar's manifest.")
        @Nullable String entryClass,
    @JsonPropertyDescription("Arguments of the main method, in order. Unset: none.")
        @Nullable List<String> args,
    @JsonPropertyDescription(
            "Number of parallel instances of each operator that does not set its own. Unset: worker.replicas * worker.slots.")
        @Min(1) @Nullable Integer parallelism,
    @JsonPropertyDescription(
            "Upper limit of parallelism, and the number of groups that keyed state is divided into; fixed while state is kept. Unset: 128. At most 32768.")
        @Min(1) @Max(32768) @Nullable Integer maxParallelism) {}
