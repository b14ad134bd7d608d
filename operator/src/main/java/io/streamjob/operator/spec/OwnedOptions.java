package io.streamjob.operator.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Engine options that the operator sets itself, and where the user sets them instead. */
final class OwnedOptions {
  private static final Map<String, String> BY_PREFIX = new LinkedHashMap<>();

  static {
    BY_PREFIX.put("execution.checkpointing.interval", "set spec.checkpoints.interval");
  }

  private OwnedOptions() {}

  static Optional<String> fieldInstead(String key) {
    return BY_PREFIX.entrySet().stream()
        .filter(entry -> key.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
