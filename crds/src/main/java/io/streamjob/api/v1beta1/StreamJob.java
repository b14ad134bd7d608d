package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.SchemaSwap;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A stateful stream job: which program runs, on what, and how its state survives a change. */
// Pods, Services and folders carry the name with a suffix of up to 18 characters, and a Service's
// name is a DNS label.
@ValidationRule(
    value = "self.metadata.name.size() <= 45",
    message =
        "metadata.name is too long: use at most 45 characters, so that names of pods and Services made from it stay valid",
    messageExpression =
        "'metadata.name has ' + string(self.metadata.name.size()) + ' characters: use at most 45, so that names of pods and Services made from it stay valid'")
@ValidationRule(
    value = "self.metadata.name.matches('^[a-z]([a-z0-9-]*[a-z0-9])?$')",
    message =
        "metadata.name must begin with a lower case letter and hold only lower case letters, digits and -: a Service bears it")
@SchemaSwap(originalType = ResourceRequirements.class, fieldName = "claims")
@JsonIgnoreProperties(ignoreUnknown = true)
@Group("streamjob.io")
@Version("v1beta1")
@Kind("StreamJob")
@Plural("streamjobs")
@Singular("streamjob")
@ShortNames("sj")
@AdditionalPrinterColumn(name = "READY", jsonPath = ".status.ready")
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase")
@AdditionalPrinterColumn(
    name = "REVISION",
    jsonPath = ".status.current.number",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "IMAGE", jsonPath = ".status.current.image")
@AdditionalPrinterColumn(
    name = "LAST SAVEPOINT",
    jsonPath = ".status.lastSavepoint",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class StreamJob extends CustomResource<StreamJobSpec, StreamJobStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  @Required
  @JsonPropertyDescription("What the user wishes. Written by users.")
  public StreamJobSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the operator knows and intends. Written by the operator alone.")
  public StreamJobStatus getStatus() {
    return super.getStatus();
  }
}
