package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a deletion with the policy Discard takes along, and what it spares. */
public final class Discard {
  private Discard() {}

  /** Whether a StreamJob is deleted with all its state: it needs none of it any more. */
  public static boolean isUnderWay(Parsed spec, Observation.Life life) {
    return life.deletedAt().isPresent()
        && spec instanceof Parsed.Valid(EffectiveSpec wished)
        && wished.deletion().policy() == DeletionPolicy.Discard;
  }

  /**
   * Whether it takes a StreamSavepoint along.
   *
   * @param uid of the StreamJob
   * @param takenOf uid of the StreamJob that it was taken of; null: of none yet
   * @param retain whether it is to be retained whatever happens
   */
  public static boolean takes(String uid, @Nullable String takenOf, boolean retain) {
    return uid.equals(takenOf) && !retain;
  }

  /**
   * Whether it spares a folder.
   *
   * @param needed locations that a StreamSavepoint records which stays, or that another StreamJob
   *     starts from
   */
  public static boolean spares(String folder, List<String> needed) {
    return needed.stream().anyMatch(location -> location.startsWith(folder));
  }
}
