package io.streamjob.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * Annotations of a StreamJob that ask for something once. The operator acts once per value and
 * leaves what became of it in {@code status.requests}. The reference page is made from this class.
 */
public final class Annotations {
  @JsonPropertyDescription(
      "A time (RFC 3339, such as 2030-01-31T18:00:00Z): no rollout begins before it. One under way goes on.")
  public static final String HOLD = "streamjob.io/hold";

  @JsonPropertyDescription(
      "An id: each new one restarts the job from its own fresh state, with the same spec and new pods.")
  public static final String RESTART = "streamjob.io/restart";

  @JsonPropertyDescription(
      "The number of a stored revision to go back to, from fresh state of the running job; acted upon once per value.")
  public static final String ROLLBACK = "streamjob.io/rollback";

  @JsonPropertyDescription(
      "An id: each new one asks for a savepoint of the running job, which a StreamSavepoint then records.")
  public static final String SAVEPOINT = "streamjob.io/savepoint";

  /** Longest value of one of these, so that status stays small. */
  public static final int MAX_LENGTH = 63;

  private Annotations() {}
}
