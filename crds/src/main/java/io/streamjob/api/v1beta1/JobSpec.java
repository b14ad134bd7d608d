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

/** The program: a jar and how its main method is called. */
@ValidationRule(
    value = "self.jar.startsWith('local://') || has(self.sha256)",
    message =
        "a jar that is fetched needs sha256: add the 64 hexadecimal digits that sha256sum prints for it",
    messageExpression =
        "'expected the sha256 of ' + self.jar + ', which is fetched, found none: add the 64 hexadecimal digits that sha256sum prints for it'")
@ValidationRule(
    value = "!self.jar.startsWith('local://') || !has(self.sha256)",
    message = "sha256 is for jars that are fetched: remove it beside a jar of the image",
    messageExpression =
        "'expected no sha256 beside ' + self.jar + ', which the image brings, found ' + self.sha256 + ': remove it, and name the image by its digest instead'")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobSpec(
    @JsonPropertyDescription(
            "The program's jar: local:///absolute/path.jar inside the image; or s3://bucket/key.jar or https://host/path.jar, which is fetched before each start of a coordinator. Required.")
        @Required
        @Pattern(JobSpec.JAR) @Size(max = 1024) @ValidationRule(
            value = "self.matches('" + JobSpec.JAR + "')",
            message =
                "must name a jar, such as local:///opt/streamjob/job/orders.jar, s3://bucket/orders.jar or https://host/orders.jar",
            messageExpression =
                "'must name a jar, such as local:///opt/streamjob/job/orders.jar, s3://bucket/orders.jar or https://host/orders.jar, but ' + (self.contains('@') || self.contains('?') ? 'has a user or a query' : 'is \"' + self + '\"') + ': name its absolute path in the image after local://, or where it is fetched from, without user or query'")
        @Nullable String jar,
    @JsonPropertyDescription(
            "SHA-256 of a jar that is fetched, in 64 hexadecimal digits of lower case, as sha256sum prints it. Required with s3:// and https://, refused with local://.")
        @Size(max = 64) @ValidationRule(
            value = "self.matches('^[0-9a-f]{64}$')",
            message = "must be 64 hexadecimal digits of lower case",
            messageExpression =
                "'must be 64 hexadecimal digits of lower case, but is \"' + self + '\": write what sha256sum prints for the jar'")
        @Nullable String sha256,
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
  // A user or a query of an https address would be a secret in the spec.
  static final String JAR =
      "^(local:///[!-~]+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[!-.0-~]+)+"
          + "|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%!$&()*+,;=:@-]+)+)[.]jar$";
}
