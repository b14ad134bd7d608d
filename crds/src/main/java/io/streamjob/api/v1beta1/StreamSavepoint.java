package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A savepoint of a StreamJob: wished, taken, proven, and kept until it is deleted. */
@JsonIgnoreProperties(ignoreUnknown = true)
@Group("streamjob.io")
@Version("v1beta1")
@Kind("StreamSavepoint")
@Plural("streamsavepoints")
@Singular("streamsavepoint")
@ShortNames("ssp")
@AdditionalPrinterColumn(name = "JOB", jsonPath = ".spec.job")
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".spec.reason")
@AdditionalPrinterColumn(name = "PHASE", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "SIZE", jsonPath = ".status.size")
@AdditionalPrinterColumn(
    name = "VERIFIED",
    jsonPath = ".status.verifiedAt",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class StreamSavepoint
    extends CustomResource<StreamSavepointSpec, StreamSavepointStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  @Required
  @JsonPropertyDescription("Which savepoint is wished. Written by users, and by the operator.")
  public StreamSavepointSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the operator knows of it. Written by the operator alone.")
  public StreamSavepointStatus getStatus() {
    return super.getStatus();
  }
}
