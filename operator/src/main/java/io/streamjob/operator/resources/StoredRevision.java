package io.streamjob.operator.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.streamjob.api.v1beta1.StreamJobSpec;
import java.util.Optional;

/**
 * A revision's spec as the user wrote it, without defaults, so that a rollback and a new operator
 * see what was asked for.
 *
 * @param scale what it was rescaled to since; empty: it was not
 */
public record StoredRevision(int number, StreamJobSpec spec, Optional<Scale> scale) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The object that keeps it; the StreamJob owns it, and the API lets nobody change its data. */
  public ControllerRevision toObject(Owner owner) {
    Names names = new Names(owner, number);
    return new ControllerRevisionBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(names.controllerRevision())
                .withLabels(Labels.revision(names))
                .withOwnerReferences(OwnerReferences.streamJob(owner))
                .build())
        .withRevision((long) number)
        .withData(JSON.<JsonNode>valueToTree(spec))
        .build();
  }

  /**
   * Reads one back.
   *
   * @throws IllegalStateException if it is not one of ours: nothing but the operator writes them
   */
  public static StoredRevision of(ControllerRevision object) {
    Long number = object.getRevision();
    if (number == null || object.getData() == null) {
      throw new IllegalStateException(
          "ControllerRevision " + object.getMetadata().getName() + " has no revision or no data");
    }
    try {
      JsonNode data = JSON.valueToTree(object.getData());
      return new StoredRevision(
          Math.toIntExact(number), JSON.treeToValue(data, StreamJobSpec.class), Scale.of(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "ControllerRevision " + object.getMetadata().getName() + " holds no StreamJobSpec", e);
    }
  }
}
