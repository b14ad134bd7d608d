package io.streamjob.api.v1beta1;

import java.util.List;
import java.util.Map;

/**
 * What a change of a field does to a job that runs; the only list of it. A field without a line of
 * its own is of the class of the field that it is a part of.
 */
public enum ChangeClass {
  /** Nothing: it counts the next time that the job is upgraded, recovered or deleted. */
  None("none"),

  /** No other version comes: what the operator does with the one that there is changes at once. */
  InPlace("in place"),

  /** A rollout: another version of the job goes on from its state. */
  Rollout("rollout"),

  /** The engine rescales the running job; a rollout, where worker.scaling is Rollout. */
  Rescale("rescale"),

  /** A rollout that goes on from other state than the job's own, or from none. */
  StateBreaking("state-breaking");

  private static final Map<String, ChangeClass> FIELDS =
      Map.ofEntries(
          Map.entry("image", Rollout),
          Map.entry("imagePullPolicy", Rollout),
          Map.entry("imagePullSecrets", Rollout),
          Map.entry("job", Rollout),
          Map.entry("job.dropStateOf", None),
          Map.entry("job.parallelism", Rescale),
          // Refused while state is kept.
          Map.entry("job.maxParallelism", StateBreaking),
          Map.entry("state", Rollout),
          Map.entry("checkpoints", Rollout),
          Map.entry("restart", Rollout),
          Map.entry("recovery", None),
          Map.entry("savepoints", InPlace),
          Map.entry("savepoints.format", None),
          Map.entry("savepoints.timeout", None),
          Map.entry("upgrade", None),
          Map.entry("suspend", InPlace),
          Map.entry("restore", StateBreaking),
          Map.entry("deletion", None),
          // Some policies have the object held.
          Map.entry("deletion.policy", InPlace),
          Map.entry("coordinator", Rollout),
          Map.entry("worker", Rollout),
          Map.entry("worker.replicas", Rescale),
          Map.entry("config", Rollout));

  private final String words;

  ChangeClass(String words) {
    this.words = words;
  }

  /** As it stands in the documentation. */
  public String words() {
    return words;
  }

  /**
   * The class of a field.
   *
   * @param path within the spec, such as {@code job.args}
   * @throws IllegalArgumentException if neither it nor what it is a part of has a class
   */
  public static ChangeClass of(String path) {
    ChangeClass own = FIELDS.get(path);
    if (own != null) {
      return own;
    }
    int dot = path.lastIndexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("spec." + path + " has no class");
    }
    return of(path.substring(0, dot));
  }

  /** Fields with a class of their own. */
  static List<String> fields() {
    return List.copyOf(FIELDS.keySet());
  }
}
