package io.streamjob.operator.engine.flink;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fields of an answer. What is required and missing, or of another type, makes it no answer. */
record Fields(String request, JsonNode node) {

  Fields object(String name) throws NoAnswerException {
    JsonNode value = node.path(name);
    if (!value.isObject()) {
      throw unexpected(name, "an object", value);
    }
    return new Fields(request, value);
  }

  List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** An object or an explicit null, where the engine documents null as "none". */
  Optional<Fields> objectOrNull(String name) throws NoAnswerException {
    return node.path(name).isNull() ? Optional.empty() : Optional.of(object(name));
  }

  List<Fields> objects(String name) throws NoAnswerException {
    JsonNode value = node.path(name);
    if (!value.isArray()) {
      throw unexpected(name, "a list", value);
    }
    List<Fields> all = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isObject()) {
        throw unexpected(name, "a list of objects", element);
      }
      all.add(new Fields(request, element));
    }
    return all;
  }

  String text(String name) throws NoAnswerException {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw unexpected(name, "a text", value);
    }
    return value.textValue();
  }

  /** A text, unless it is null or not there. */
  Optional<String> textOrNull(String name) throws NoAnswerException {
    return node.path(name).isNull() || node.path(name).isMissingNode()
        ? Optional.empty()
        : Optional.of(text(name));
  }

  long count(String name) throws NoAnswerException {
    JsonNode value = node.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw unexpected(name, "a number of at least 0", value);
    }
    return value.longValue();
  }

  int smallCount(String name) throws NoAnswerException {
    long value = count(name);
    if (value > Integer.MAX_VALUE) {
      throw unexpected(name, "a number below 2^31", node.path(name));
    }
    return (int) value;
  }

  boolean flag(String name) throws NoAnswerException {
    JsonNode value = node.path(name);
    if (!value.isBoolean()) {
      throw unexpected(name, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A point in time in milliseconds since 1970, on the engine's clock. */
  Instant instant(String name) throws NoAnswerException {
    return Instant.ofEpochMilli(count(name));
  }

  /** One of the names of an enum. */
  <E extends Enum<E>> E word(String name, Class<E> type) throws NoAnswerException {
    String word = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(word)) {
        return constant;
      }
    }
    throw unexpected(name, "a " + type.getSimpleName(), node.path(name));
  }

  private NoAnswerException unexpected(String name, String expected, JsonNode found) {
    String shown = found.isMissingNode() ? "nothing" : Redaction.line(found.toString(), 60);
    return new NoAnswerException(
        request + ": expected " + expected + " in '" + name + "', found " + shown);
  }
}
