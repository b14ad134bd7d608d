package io.streamjob.api.v1beta1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A stateful stream job: which program runs, on what, and how its state survives a change. */
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
}
