package io.streamjob.operator.reconcile;

import io.streamjob.operator.engine.EngineFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that the engine refused on the spot, by the id that the operator had chosen: the engine
 * keeps no record of them. Forgetting is harmless: the request is sent again, and refused again.
 */
final class Refusals {
  private static final int MOST = 1_000;

  private final Map<String, EngineFailure> byId = new LinkedHashMap<>();

  synchronized void remember(String id, EngineFailure failure) {
    byId.put(id, failure);
    if (byId.size() > MOST) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  synchronized Optional<EngineFailure> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
