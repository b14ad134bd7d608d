package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The CEL rules of a structural schema, compiled against the types of the schema and evaluated as
 * an API server does: field by field, transition rules only where there is an old value.
 */
final class CelRules {
  /** A rule at its place in the schema. */
  record Rule(String path, String expression) {}

  /** A rule that an object breaks, with the message that its author reads. */
  record Violation(Rule rule, String message) {}

  private record Compiled(
      Rule rule, CelRuntime.Program test, Optional<CelRuntime.Program> message, String fallback) {
    boolean isTransition() {
      return rule.expression().contains("oldSelf");
    }
  }

  private final CelRuntime runtime =
      CelRuntimeFactory.standardCelRuntimeBuilder().addLibraries(CelExtensions.strings()).build();
  private final Map<String, StructType> structs = new LinkedHashMap<>();
  private final Map<String, List<Compiled>> compiled = new LinkedHashMap<>();
  private final JsonNode schema;

  CelRules(JsonNode schema) {
    this.schema = schema;
    declare(schema, "");
    compileAt(schema, "");
  }

  Set<Rule> all() {
    Set<Rule> rules = new LinkedHashSet<>();
    compiled.values().forEach(list -> list.forEach(c -> rules.add(c.rule())));
    return rules;
  }

  List<Violation> violations(JsonNode value, JsonNode old) {
    List<Violation> found = new ArrayList<>();
    evaluate(schema, "", value, old, found);
    return found;
  }

  private void evaluate(
      JsonNode at, String path, JsonNode value, JsonNode old, List<Violation> found) {
    if (value.isMissingNode()) {
      return;
    }
    for (Compiled rule : compiled.getOrDefault(path, List.of())) {
      if (!rule.isTransition() || !old.isMissingNode()) {
        evaluate(rule, value, old).ifPresent(found::add);
      }
    }
    at.path("properties")
        .properties()
        .forEach(
            property -> {
              String name = property.getKey();
              evaluate(
                  property.getValue(), path + "." + name, value.path(name), old.path(name), found);
            });
    value
        .valueStream()
        .filter(item -> value.isArray())
        .forEach(
            item ->
                evaluate(at.path("items"), path + "[]", item, item.path("no old value"), found));
  }

  private Optional<Violation> evaluate(Compiled rule, JsonNode value, JsonNode old) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("self", plain(value));
    if (rule.isTransition()) {
      variables.put("oldSelf", plain(old));
    }
    try {
      if (Boolean.TRUE.equals(rule.test().eval(variables))) {
        return Optional.empty();
      }
      String message =
          rule.message().isPresent()
              ? (String) rule.message().get().eval(variables)
              : rule.fallback();
      return Optional.of(new Violation(rule.rule(), message));
    } catch (CelEvaluationException e) {
      throw new AssertionError("rule at " + rule.rule() + " cannot be evaluated", e);
    }
  }

  /** Names a struct type for each object of the schema, as the server's type checker does. */
  private CelType declare(JsonNode at, String path) {
    if (at.path("x-kubernetes-int-or-string").asBoolean()) {
      return SimpleType.DYN;
    }
    String type = at.path("type").asText();
    if (type.equals("string")) {
      return SimpleType.STRING;
    }
    if (type.equals("integer")) {
      return SimpleType.INT;
    }
    if (type.equals("boolean")) {
      return SimpleType.BOOL;
    }
    if (type.equals("array")) {
      return ListType.create(declare(at.path("items"), path + "[]"));
    }
    if (at.has("additionalProperties")) {
      return MapType.create(
          SimpleType.STRING, declare(at.path("additionalProperties"), path + "{}"));
    }
    return struct(at, path);
  }

  private StructType struct(JsonNode at, String path) {
    Map<String, CelType> fields = new LinkedHashMap<>();
    at.path("properties")
        .properties()
        .forEach(p -> fields.put(p.getKey(), declare(p.getValue(), path + "." + p.getKey())));
    if (path.isEmpty()) {
      fields.put("apiVersion", SimpleType.STRING);
      fields.put("kind", SimpleType.STRING);
      // Of the metadata, a server shows these two to rules and nothing else.
      Map<String, CelType> names =
          Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING);
      fields.put("metadata", named("StreamJob.metadata", names));
    }
    return named("StreamJob" + path.replace("[]", ".items").replace("{}", ".values"), fields);
  }

  private StructType named(String name, Map<String, CelType> types) {
    ImmutableMap<String, CelType> fields = ImmutableMap.copyOf(types);
    StructType type =
        StructType.create(name, fields.keySet(), f -> Optional.ofNullable(fields.get(f)));
    structs.put(name, type);
    return type;
  }

  private void compileAt(JsonNode at, String path) {
    for (JsonNode rule : at.path("x-kubernetes-validations")) {
      String expression = rule.path("rule").asText();
      CelType self = declare(at, path);
      Optional<CelRuntime.Program> message =
          rule.has("messageExpression")
              ? Optional.of(
                  compile(rule.path("messageExpression").asText(), self, SimpleType.STRING))
              : Optional.empty();
      compiled
          .computeIfAbsent(path, p -> new ArrayList<>())
          .add(
              new Compiled(
                  new Rule(path, expression),
                  compile(expression, self, SimpleType.BOOL),
                  message,
                  rule.path("message").asText()));
    }
    at.path("properties")
        .properties()
        .forEach(p -> compileAt(p.getValue(), path + "." + p.getKey()));
    if (at.has("items")) {
      compileAt(at.path("items"), path + "[]");
    }
  }

  private CelRuntime.Program compile(String expression, CelType self, CelType result) {
    CelCompiler compiler =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(CelExtensions.strings())
            .setTypeProvider(new SchemaTypes(ImmutableMap.copyOf(structs)))
            .addVar("self", self)
            .addVar("oldSelf", self)
            .setResultType(result)
            .build();
    try {
      return runtime.createProgram(compiler.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new AssertionError("rule cannot be compiled: " + expression, e);
    }
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      return node.valueStream().map(CelRules::plain).toList();
    }
    if (node.isIntegralNumber()) {
      return node.asLong();
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    return node.isNumber() ? (Object) node.asDouble() : node.asText();
  }

  private record SchemaTypes(ImmutableMap<String, StructType> byName) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(byName.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }
}
