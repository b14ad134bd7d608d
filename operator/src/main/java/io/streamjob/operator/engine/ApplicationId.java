package io.streamjob.operator.engine;

/** Names one run of a program's main method. */
public record ApplicationId(String hex) {
  public ApplicationId {
    HexId.check("application id", hex);
  }

  /** The id that belongs to a name; equal names give equal ids. */
  public static ApplicationId of(String name) {
    return new ApplicationId(HexId.of("application/" + name));
  }

  @Override
  public String toString() {
    return hex;
  }
}
