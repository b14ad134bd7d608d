package io.streamjob.api.v1beta1;

/** What the schema asks of a duration, once for all fields that hold one. */
final class Durations {
  static final long MAX_LENGTH = 32;

  static final String PATTERN = "^([0-9]{1,9}(ms|s|m|h|d))+$";

  /** Any duration, zero included. */
  static final String ANY = "self.matches('" + PATTERN + "')";

  static final String ANY_MESSAGE = "must be a duration, such as 0s, 500ms or 1m30s";
  static final String ANY_MESSAGE_EXPRESSION =
      "'must be a duration, such as 0s, 500ms or 1m30s (units ms, s, m, h, d), but is \"' + self + '\"'";

  /** More than zero. */
  static final String POSITIVE = ANY + " && self.matches('[1-9]')";

  static final String POSITIVE_MESSAGE =
      "must be a duration greater than zero, such as 500ms, 10s or 1h30m";
  static final String POSITIVE_MESSAGE_EXPRESSION =
      "'must be a duration greater than zero, such as 500ms, 10s or 1h30m (units ms, s, m, h, d), but is \"' + self + '\"'";

  /**
   * At least 10 milliseconds: the least checkpoint interval and timeout that the engine accepts
   * (Flink, CheckpointCoordinatorConfiguration.MINIMAL_CHECKPOINT_TIME).
   */
  static final String ENGINE =
      POSITIVE + " && !self.matches('^(0+(ms|s|m|h|d))*0*[1-9]ms(0+(ms|s|m|h|d))*$')";

  static final String ENGINE_MESSAGE =
      "must be a duration of at least 10ms, such as 500ms, 10s or 1h30m";
  static final String ENGINE_MESSAGE_EXPRESSION =
      "'must be a duration of at least 10ms, such as 500ms, 10s or 1h30m (units ms, s, m, h, d), but is \"' + self + '\"'";

  private Durations() {}
}
