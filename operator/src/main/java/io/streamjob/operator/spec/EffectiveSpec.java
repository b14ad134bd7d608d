package io.streamjob.operator.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.ImagePullPolicy;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.api.v1beta1.UpgradeStrategy;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A spec that can be carried out: every default applied, every word and duration understood. See
 * the records of {@code io.streamjob.api.v1beta1} for the meaning of each field.
 *
 * @param config the user's own engine options; no key of the operator's is among them
 */
public record EffectiveSpec(
    String image,
    Optional<ImagePullPolicy> imagePullPolicy,
    List<LocalObjectReference> imagePullSecrets,
    Program program,
    State state,
    Checkpoints checkpoints,
    Upgrade upgrade,
    Pod coordinator,
    Pod worker,
    int replicas,
    int slots,
    SortedMap<String, String> config) {
  public EffectiveSpec {
    imagePullSecrets = List.copyOf(imagePullSecrets);
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
  }

  /** Whether it would be tried in the same way; who decides about going back does not matter. */
  public boolean isTriedLike(EffectiveSpec other) {
    return upgrade.rolledBackBy(other.upgrade.rollback()).equals(other.upgrade);
  }

  /** The same program, rolled out in another way. */
  public EffectiveSpec rolledOut(Upgrade otherwise) {
    return new EffectiveSpec(
        image,
        imagePullPolicy,
        imagePullSecrets,
        program,
        state,
        checkpoints,
        otherwise,
        coordinator,
        worker,
        replicas,
        slots,
        config);
  }

  /** Task slots that the workers offer together. */
  public int totalSlots() {
    return replicas * slots;
  }

  /**
   * The program.
   *
   * @param jar absolute path of the jar inside the image
   */
  public record Program(
      String jar,
      Optional<String> entryClass,
      List<String> args,
      int parallelism,
      int maxParallelism) {
    public Program {
      args = List.copyOf(args);
    }
  }

  /**
   * Where and how state is kept.
   *
   * @param prefix key prefix in the bucket without a slash at either end; may be empty
   * @param credentialsSecret secret with static credentials; empty: the pods' own identity
   */
  public record State(
      String bucket,
      String prefix,
      StateBackend backend,
      boolean incremental,
      Optional<URI> endpoint,
      String region,
      boolean pathStyleAccess,
      Optional<String> credentialsSecret) {}

  /** Periodic checkpoints. */
  public record Checkpoints(
      Duration interval,
      CheckpointMode mode,
      Duration minPause,
      int maxConcurrent,
      Duration timeout,
      boolean unaligned) {}

  /** How a change is rolled out. */
  public record Upgrade(
      UpgradeState state,
      UpgradeStrategy strategy,
      NoRoomPolicy whenNoRoom,
      RollbackPolicy rollback,
      int confirmCheckpoints,
      Duration confirmWithin) {

    /** The same, from a fresh savepoint whatever was asked for. */
    public Upgrade keepingState() {
      return new Upgrade(
          UpgradeState.Savepoint,
          strategy,
          whenNoRoom,
          rollback,
          confirmCheckpoints,
          confirmWithin);
    }

    private Upgrade rolledBackBy(RollbackPolicy decides) {
      return new Upgrade(state, strategy, whenNoRoom, decides, confirmCheckpoints, confirmWithin);
    }
  }

  /** A kind of pod; the container in the template that is ours is named {@code streamjob}. */
  public record Pod(ResourceRequirements resources, Optional<JsonNode> template) {}
}
