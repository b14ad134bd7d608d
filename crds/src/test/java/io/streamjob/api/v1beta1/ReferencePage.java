package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Field;
import java.util.List;

/** The reference page of a kind, made from its schema: one row per field. */
final class ReferencePage {
  private static final String COLUMNS = "\n| field | type | meaning |\n|---|---|---|\n";
  private static final String COLUMNS_OF_WISHES =
      "\n| field | type | meaning | a change is |\n|---|---|---|---|\n";

  private ReferencePage() {}

  static String of(CrdManifest manifest) {
    JsonNode names = CrdManifest.read(manifest.text()).at("/spec/names");
    JsonNode schema = manifest.schema();
    StringBuilder page =
        new StringBuilder(
            """
      <!-- Generated from io.streamjob.api.v1beta1 by `make crds`; change the records instead. -->
      # %1$s (`streamjob.io/v1beta1`)

      Short name `%2$s`; namespaced; every reference is to an object of the same namespace. `kubectl explain %3$s.spec` shows the same
      texts. The schema sets no defaults: what "Unset" means is applied by the operator. Unknown words and unmet rules are refused by the API
      server where it supports CEL, and by the operator otherwise ([InvalidSpec](../operations/runbooks.md#invalidspec)).
      """
                .formatted(
                    names.path("kind").asText(),
                    names.at("/shortNames/0").asText(),
                    names.path("singular").asText()));
    if (schema.has("x-kubernetes-validations")) {
      page.append("\n## metadata\n");
      rules(schema, page);
    }
    boolean isStreamJob = names.path("kind").asText().equals(StreamJob.class.getSimpleName());
    if (isStreamJob) {
      annotations(page);
    }
    for (String part : List.of("spec", "status")) {
      JsonNode at = schema.at("/properties/" + part);
      page.append("\n## ").append(part).append("\n\n").append(description(at)).append('\n');
      boolean changes = isStreamJob && part.equals("spec");
      if (changes) {
        classes(page);
      }
      page.append(changes ? COLUMNS_OF_WISHES : COLUMNS);
      fields(at, part, changes, page);
      page.append(rulesBelow(at, part));
    }
    return page.toString();
  }

  private static void annotations(StringBuilder page) {
    page.append(
        """

        ## metadata.annotations

        At most %d characters each. What became of one stands in `status.requests`.

        | annotation | meaning |
        |---|---|
        """
            .formatted(Annotations.MAX_LENGTH));
    for (Field constant : Annotations.class.getFields()) {
      JsonPropertyDescription described = constant.getAnnotation(JsonPropertyDescription.class);
      if (described != null) {
        page.append("| `%s` | %s |\n".formatted(value(constant), cell(described.value())));
      }
    }
  }

  private static Object value(Field constant) {
    try {
      return constant.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a public constant can be read", e);
    }
  }

  private static void classes(StringBuilder page) {
    page.append(
        """

        What a change of a field does to a job that runs:

        - none: nothing; it counts the next time that the job is upgraded, recovered or deleted.
        - in place: no other version comes; what the operator does with the one that there is changes at once.
        - rollout: another version of the job goes on from its state ([upgrades](../concepts/upgrades.md)).
        - rescale: the engine rescales the running job on its own pods ([scaling](../concepts/scaling.md)); with `worker.scaling: Rollout` a rollout.
        - state-breaking: a rollout that goes on from other state than the job's own, or from none.

        A new version of the operator changes none of them, and restarts nothing.
        """);
  }

  private static void fields(JsonNode schema, String path, boolean changes, StringBuilder page) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode field = property.getValue();
              String at = path + "." + property.getKey();
              page.append("| `%s` | %s | %s |".formatted(at, type(field), description(field)))
                  .append(changes ? " %s |\n".formatted(change(at)) : "\n");
              fields(field, at, changes, page);
              fields(field.path("items"), at + "[]", changes, page);
            });
  }

  private static String change(String path) {
    return ChangeClass.of(path.substring("spec.".length()).replace("[]", "")).words();
  }

  private static String type(JsonNode field) {
    if (field.has("enum")) {
      return String.join(
          ", ", field.path("enum").valueStream().map(word -> "`" + word.asText() + "`").toList());
    }
    if (field.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer or string";
    }
    String type = field.path("type").asText();
    return switch (type) {
      case "array" -> "list of " + type(field.path("items"));
      case "object" ->
          field.has("additionalProperties")
              ? "map to " + type(field.path("additionalProperties"))
              : "object";
      case "integer" -> type + limits(field);
      default -> type;
    };
  }

  private static String limits(JsonNode field) {
    return field.has("minimum") && field.has("maximum")
        ? ", %d to %d".formatted(field.path("minimum").asLong(), field.path("maximum").asLong())
        : "";
  }

  private static void rules(JsonNode schema, StringBuilder page) {
    page.append('\n');
    schema
        .path("x-kubernetes-validations")
        .forEach(rule -> page.append("- ").append(rule.path("message").asText()).append('\n'));
  }

  private static String rulesBelow(JsonNode schema, String path) {
    StringBuilder rules = new StringBuilder();
    collectRules(schema, path, rules);
    return rules.isEmpty() ? "" : "\nRules:\n\n" + rules;
  }

  private static void collectRules(JsonNode schema, String path, StringBuilder rules) {
    schema
        .path("x-kubernetes-validations")
        .forEach(
            rule ->
                rules.append("- `%s`: %s\n".formatted(path, cell(rule.path("message").asText()))));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> collectRules(property.getValue(), path + "." + property.getKey(), rules));
  }

  private static String description(JsonNode field) {
    return cell(field.path("description").asText());
  }

  /** A bar would end the cell, and a pair of stars would be read as emphasis. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*");
  }
}
