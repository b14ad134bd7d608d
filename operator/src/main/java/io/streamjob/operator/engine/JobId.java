package io.streamjob.operator.engine;

/**
 * Names one engine job. Chosen and written down before the job is submitted, so that a repeated
 * submission is recognised.
 */
public record JobId(String hex) {
  public JobId {
    HexId.check("job id", hex);
  }

  /** The id that belongs to a name; equal names give equal ids. */
  public static JobId of(String name) {
    return new JobId(HexId.of("job/" + name));
  }

  @Override
  public String toString() {
    return hex;
  }
}
