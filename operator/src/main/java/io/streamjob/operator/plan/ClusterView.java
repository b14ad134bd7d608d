package io.streamjob.operator.plan;

import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.time.Instant;
import java.util.Optional;

/**
 * One revision's cluster as it was seen.
 *
 * @param objects which of its objects exist
 * @param pods its pods
 * @param slots what has registered with its coordinator
 */
public record ClusterView(Reading<Objects> objects, Reading<Pods> pods, Reading<Slots> slots) {

  /** Nobody has looked. */
  public static final ClusterView UNSEEN =
      new ClusterView(
          Reading.unknown("not looked at"),
          Reading.unknown("not looked at"),
          Reading.unknown("not looked at"));

  /**
   * Which objects exist.
   *
   * @param coordinator whether config map, service and coordinator are all there
   * @param workers whether the workers are
   * @param anything whether any of them is
   */
  public record Objects(boolean coordinator, boolean workers, boolean anything) {}

  /**
   * Pods, those that are being deleted included.
   *
   * @param count how many there are
   * @param coordinatorUid the coordinator: its pod, while there is exactly one that is not being
   *     deleted; or where the engine elects one, the process that leads
   * @param trouble what keeps a pod from running, if anything
   */
  public record Pods(int count, Optional<String> coordinatorUid, Optional<Trouble> trouble) {}

  /** What keeps a pod from running, and since when that pod has been there. */
  public record Trouble(Obstacle obstacle, Instant since) {}

  /** Whether no other pods are there than should be, and none of them runs a task. */
  boolean isIdle(EffectiveSpec spec) {
    return pods.optional()
            .filter(seen -> seen.count() == spec.coordinators() + spec.replicas())
            .isPresent()
        && slots.optional().filter(seen -> seen.free() == seen.total()).isPresent();
  }

  /** Whether it is proven that none of its processes runs any more. */
  boolean isGone() {
    return objects.optional().filter(seen -> !seen.anything()).isPresent()
        && pods.optional().filter(seen -> seen.count() == 0).isPresent();
  }
}
