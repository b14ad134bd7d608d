package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/** What an API server's structural schema says of an object; unknown fields count as faults. */
final class SchemaCheck {
  /** One complaint, at one place of the object. */
  record Fault(String path, String message) {
    /** A server asks no rule about an object whose shape is wrong. */
    boolean keepsRulesFromRunning() {
      return message.startsWith(REQUIRED)
          || message.startsWith(WRONG_TYPE)
          || message.startsWith(TOO_LONG);
    }
  }

  private static final String REQUIRED = "Required value";
  private static final String WRONG_TYPE = "must be of type ";
  private static final String TOO_LONG = "is above ";

  private final List<Fault> faults = new ArrayList<>();

  private SchemaCheck() {}

  static List<Fault> faultsOf(JsonNode schema, JsonNode value) {
    SchemaCheck check = new SchemaCheck();
    check.visit(schema, value, "");
    return List.copyOf(check.faults);
  }

  private void visit(JsonNode schema, JsonNode value, String path) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      expect(value.isIntegralNumber() || value.isTextual(), path, WRONG_TYPE + "integer or string");
      text(schema, value, path);
      return;
    }
    String type = schema.path("type").asText();
    if (type.equals("object") && value.isObject()) {
      object(schema, value, path);
    } else if (type.equals("array") && value.isArray()) {
      limit(schema, "maxItems", value.size(), path);
      for (int i = 0; i < value.size(); i++) {
        visit(schema.path("items"), value.path(i), path + "[" + i + "]");
      }
    } else if (type.equals("string") && value.isTextual()) {
      text(schema, value, path);
    } else if (type.equals("integer") && value.isIntegralNumber()) {
      number(schema, value, path);
    } else {
      expect(type.equals("boolean") && value.isBoolean(), path, WRONG_TYPE + type);
    }
  }

  private void object(JsonNode schema, JsonNode value, String path) {
    schema
        .path("required")
        .forEach(name -> expect(value.has(name.asText()), join(path, name.asText()), REQUIRED));
    if (path.isEmpty() || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      rootFields(schema, value);
      return;
    }
    limit(schema, "maxProperties", value.size(), path);
    JsonNode any = schema.path("additionalProperties");
    value
        .properties()
        .forEach(
            field -> {
              JsonNode property =
                  any.isObject() ? any : schema.path("properties").path(field.getKey());
              String at = join(path, field.getKey());
              if (property.isMissingNode()) {
                expect(false, at, "unknown field");
              } else {
                visit(property, field.getValue(), at);
              }
            });
  }

  private void rootFields(JsonNode schema, JsonNode value) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              if (value.has(property.getKey())) {
                visit(property.getValue(), value.path(property.getKey()), property.getKey());
              }
            });
  }

  private void text(JsonNode schema, JsonNode value, String path) {
    if (!value.isTextual()) {
      return;
    }
    String text = value.asText();
    limit(schema, "maxLength", text.length(), path);
    expect(text.length() >= schema.path("minLength").asInt(0), path, "is too short");
    if (schema.has("pattern")) {
      String pattern = schema.path("pattern").asText();
      expect(Pattern.compile(pattern).matcher(text).find(), path, "should match " + pattern);
    }
    if (schema.has("enum")) {
      JsonNode words = schema.path("enum");
      expect(
          words.valueStream().anyMatch(value::equals),
          path,
          "Unsupported value: " + value + ": supported values: " + words);
    }
  }

  private void number(JsonNode schema, JsonNode value, String path) {
    double least = schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
    double most = schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
    expect(value.asDouble() >= least, path, "should be greater than or equal to " + (long) least);
    expect(value.asDouble() <= most, path, "should be less than or equal to " + (long) most);
  }

  private void limit(JsonNode schema, String name, int found, String path) {
    int most = schema.path(name).asInt(Integer.MAX_VALUE);
    expect(found <= most, path, TOO_LONG + name + " " + most + ": " + found);
  }

  private void expect(boolean holds, String path, String message) {
    if (!holds) {
      faults.add(new Fault(path, message));
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
