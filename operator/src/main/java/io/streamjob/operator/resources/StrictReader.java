package io.streamjob.operator.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.operator.spec.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads parts of Kubernetes objects that a user has written. Fabric8's types keep unknown fields;
 * here these are typing errors.
 */
final class StrictReader {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  private StrictReader() {}

  /**
   * Reads; what it cannot read becomes a problem.
   *
   * @param field path of the node in the StreamJob
   */
  static <T> Optional<T> read(String field, JsonNode node, Class<T> type, List<Problem> problems) {
    String name = "core/v1 " + type.getSimpleName();
    try {
      return Optional.of(STRICT.treeToValue(node, type));
    } catch (UnrecognizedPropertyException e) {
      problems.add(
          new Problem(
              path(field, e), "a field of " + name, "unknown field " + e.getPropertyName()));
    } catch (JsonMappingException e) {
      problems.add(
          new Problem(
              path(field, e),
              "a value of the type in " + name,
              String.valueOf(e.getOriginalMessage())));
    } catch (JsonProcessingException e) {
      problems.add(new Problem(field, "a " + name, String.valueOf(e.getOriginalMessage())));
    }
    return Optional.empty();
  }

  private static String path(String field, JsonMappingException thrown) {
    return field
        + thrown.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[" + step.getIndex() + "]"
                        : "." + step.getFieldName())
            .collect(Collectors.joining());
  }
}
