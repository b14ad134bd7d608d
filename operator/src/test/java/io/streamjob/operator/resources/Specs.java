package io.streamjob.operator.resources;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.util.Map;
import java.util.TreeMap;

/** Valid specs for tests: the smallest one, and variations of it. */
final class Specs {
  private static final String STORAGE = "storage: 's3://streams/team'";
  private static final String SMALLEST =
      """
      image: registry/orders:1.4.0
      job: {jar: 'local:///opt/streamjob/job/orders.jar'}
      state: {%s}
      """
          .formatted(STORAGE);

  private Specs() {}

  /** The smallest spec followed by further YAML. */
  static EffectiveSpec with(String yaml) {
    return parse(SMALLEST + yaml);
  }

  /** The smallest spec with further YAML about its state. */
  static EffectiveSpec withState(String yaml) {
    return parse(SMALLEST.replace(STORAGE, STORAGE + ", " + yaml));
  }

  private static EffectiveSpec parse(String yaml) {
    StreamJobSpec spec = Serialization.unmarshal(yaml, StreamJobSpec.class);
    return switch (SpecParser.parse(spec)) {
      case Parsed.Valid valid -> valid.spec();
      case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
    };
  }

  /** Whether the parser lets no user set this option. */
  static boolean refusesOption(String key) {
    StreamJobSpec spec =
        Serialization.unmarshal(SMALLEST + "config: {\"" + key + "\": \"1\"}", StreamJobSpec.class);
    return SpecParser.parse(spec) instanceof Parsed.Invalid;
  }

  /** Any options, also such as the parser would refuse. */
  static EffectiveSpec withConfig(Map<String, String> config) {
    return Altered.copy(with(""), "config", new TreeMap<>(config));
  }
}
