package io.streamjob.api.v1beta1;

/**
 * Annotations that ask for something once. The operator acts once per value and leaves what became
 * of it in {@code status.requests}.
 */
public final class Annotations {
  /** No rollout begins before this time (RFC 3339, such as {@code 2030-01-31T18:00:00Z}). */
  public static final String HOLD = "streamjob.io/hold";

  /** An id; each new one restarts the job from its own fresh state, with the same spec. */
  public static final String RESTART = "streamjob.io/restart";

  /** Number of a stored revision to go back to, from fresh state of the running job. */
  public static final String ROLLBACK = "streamjob.io/rollback";

  /** An id; each new one asks for a savepoint, which a StreamSavepoint then records. */
  public static final String SAVEPOINT = "streamjob.io/savepoint";

  /** Longest value of one of these, so that status stays small. */
  public static final int MAX_LENGTH = 63;

  private Annotations() {}
}
