package io.streamjob.operator.engine;

/**
 * Names one savepoint request. The engine treats a second request with the same id as the first one
 * (FLINK-24208), while the coordinator process lives and for 5 minutes after the end
 * (rest.async.store-duration).
 */
public record TriggerId(String hex) {
  public TriggerId {
    HexId.check("trigger id", hex);
  }

  /** The id that belongs to a name; equal names give equal ids. */
  public static TriggerId of(String name) {
    return new TriggerId(HexId.of("trigger/" + name));
  }

  @Override
  public String toString() {
    return hex;
  }
}
