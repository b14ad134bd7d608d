package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program: a jar inside the image and how its main method is called. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobSpec(
    @JsonPropertyDescription("Jar inside the image, as local:///absolute/path.jar. Required.")
        @Required
        @Pattern(JobSpec.JAR) @Size(max = 1024) @ValidationRule(
            value = "self.matches('" + JobSpec.JAR + "')",
            message =
                "must name a jar inside the image, such as local:///opt/streamjob/job/orders.jar",
            messageExpression =
                "'must name a jar inside the image, such as local:///opt/streamjob/job/orders.jar, but is \"' + self + '\": put the jar into the image and name its absolute path after local://'")
        @Nullable String jar,
    @JsonPropertyDescription(
            "Class whose main method builds the job. Unset: the Main-Class of the jar's manifest.")
        @Size(max = 512) @ValidationRule(
            value = "self.matches('^[A-Za-z_$][A-Za-z0-9_$]*([.][A-Za-z_$][A-Za-z0-9_$]*)*$')",
            message = "must be the full name of a Java class, such as shop.Orders",
            messageExpression =
                "'must be the full name of a Java class, such as shop.Orders, but is \"' + self + '\": write it as in the source, packages included and without .class or .java'")
        @Nullable String entryClass,
    @JsonPropertyDescription("Arguments of the main method, in order. Unset: none.")
        @Size(max = 256) @Nullable List<@Size(max = 4096) String> args,
    @JsonPropertyDescription(
            "Number of parallel instances of each operator that does not set its own. Unset: worker.replicas * worker.slots.")
        @Min(1) @Max(32768) @Nullable Integer parallelism,
    @JsonPropertyDescription(
            "Upper limit of parallelism, and the number of groups that keyed state is divided into; fixed while state is kept. Unset: 128. At most 32768.")
        @Min(1) @Max(32768) @Nullable Integer maxParallelism,
    @JsonPropertyDescription(
            "Uids of operators whose state may be dropped if the new version has no operator of that uid. Any other state must find its operator. Needs the preflight. Unset: none.")
        @Size(max = 100) @Nullable List<@Size(min = 1, max = 256) String> dropStateOf) {
  // [!-~]: printable and no blank, without a backslash that CEL and Java would read differently.
  static final String JAR = "^local:///[!-~]+[.]jar$";
}
