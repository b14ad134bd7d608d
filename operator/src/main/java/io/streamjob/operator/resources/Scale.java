package io.streamjob.operator.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.util.Map;
import java.util.Optional;

/**
 * What a revision was rescaled to since it was stored. Its spec cannot be changed; this stands
 * beside it. Else an autoscaler would push every revision out that somebody may want to go back to.
 *
 * @param specHash of the spec that asked for this size
 */
public record Scale(int replicas, int parallelism, String specHash) {
  private static final String ANNOTATION = Labels.PREFIX + "scale";
  private static final JsonMapper JSON = new JsonMapper();

  /** What a patch of the revision's annotations says. */
  public Map<String, String> annotation() {
    return Map.of(ANNOTATION, JSON.valueToTree(this).toString());
  }

  /**
   * Reads it back; empty: it was never rescaled.
   *
   * @throws IllegalStateException if it is not one of ours: nothing but the operator writes them
   */
  static Optional<Scale> of(ControllerRevision object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    String text = annotations == null ? null : annotations.get(ANNOTATION);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, Scale.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "ControllerRevision "
              + object.getMetadata().getName()
              + ": "
              + ANNOTATION
              + " is no size",
          e);
    }
  }
}
