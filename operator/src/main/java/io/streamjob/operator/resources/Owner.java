package io.streamjob.operator.resources;

/**
 * The StreamJob that objects are made for.
 *
 * @param name passes {@link Names#problem}
 * @param uid of this very object, not of another one of the same name before it
 */
public record Owner(String namespace, String name, String uid) {
  /** So much of the uid tells folders of equally named StreamJobs apart. */
  private static final int SHORT_UID = 8;

  public Owner {
    if (namespace.isEmpty() || uid.length() < SHORT_UID) {
      throw new IllegalArgumentException("not an object of a cluster: " + namespace + ", " + uid);
    }
    Names.problem(name)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem.sentence());
            });
  }

  /** The first eight characters of the uid. */
  public String shortUid() {
    return uid.substring(0, SHORT_UID);
  }
}
