package io.streamjob.operator.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.streamjob.api.v1beta1.CheckpointMode;
import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.HighAvailability;
import io.streamjob.api.v1beta1.ImagePullPolicy;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RollbackPolicy;
import io.streamjob.api.v1beta1.SavepointFormat;
import io.streamjob.api.v1beta1.Scaling;
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
 * @param scaling how a change of parallelism alone is carried out
 * @param highAvailability who brings the job back when its coordinator is lost
 * @param coordinators how many there are; all but one stand by
 * @param config the user's own engine options; no key of the operator's is among them
 */
public record EffectiveSpec(
    String image,
    Optional<ImagePullPolicy> imagePullPolicy,
    List<LocalObjectReference> imagePullSecrets,
    Program program,
    State state,
    Checkpoints checkpoints,
    Restart restart,
    Recovery recovery,
    Savepoints savepoints,
    Upgrade upgrade,
    boolean suspend,
    Optional<Restore> restore,
    Deletion deletion,
    Pod coordinator,
    HighAvailability highAvailability,
    int coordinators,
    Pod worker,
    int replicas,
    int slots,
    Scaling scaling,
    SortedMap<String, String> config) {
  public EffectiveSpec {
    imagePullSecrets = List.copyOf(imagePullSecrets);
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
  }

  /** Whether it would be tried in the same way; who decides about going back does not matter. */
  public boolean isTriedLike(EffectiveSpec other) {
    return upgrade.rolledBackBy(other.upgrade.rollback()).equals(other.upgrade)
        && program.dropStateOf().equals(other.program.dropStateOf());
  }

  /** The same program, rolled out as another spec says, but with its state in any case. */
  public EffectiveSpec keepingStateLike(EffectiveSpec other) {
    return with(
        program.dropping(other.program.dropStateOf()),
        recovery,
        savepoints,
        other.upgrade.keepingState(),
        other.suspend,
        other.restore,
        other.deletion,
        replicas);
  }

  /** The same, standing still. */
  public EffectiveSpec suspended() {
    return with(program, recovery, savepoints, upgrade, true, Optional.empty(), deletion, replicas);
  }

  /** The same, at another size. */
  public EffectiveSpec scaled(int workers, int parallelism) {
    return with(
        program.scaled(parallelism),
        recovery,
        savepoints,
        upgrade,
        suspend,
        restore,
        deletion,
        workers);
  }

  /** Whether the engine could make a job of the other spec one of this, by rescaling it. */
  public boolean isRescaleOf(EffectiveSpec other) {
    EffectiveSpec alike =
        with(
            program.scaled(other.program.parallelism).dropping(other.program.dropStateOf),
            other.recovery,
            other.savepoints,
            other.upgrade,
            other.suspend,
            other.restore,
            other.deletion,
            other.replicas);
    return scaling == Scaling.InPlace && alike.equals(other);
  }

  private EffectiveSpec with(
      Program itsProgram,
      Recovery itsRecovery,
      Savepoints itsSavepoints,
      Upgrade itsUpgrade,
      boolean itsSuspend,
      Optional<Restore> itsRestore,
      Deletion itsDeletion,
      int itsReplicas) {
    return new EffectiveSpec(
        image,
        imagePullPolicy,
        imagePullSecrets,
        itsProgram,
        state,
        checkpoints,
        restart,
        itsRecovery,
        itsSavepoints,
        itsUpgrade,
        itsSuspend,
        itsRestore,
        itsDeletion,
        coordinator,
        highAvailability,
        coordinators,
        worker,
        itsReplicas,
        slots,
        scaling,
        config);
  }

  /** Whether the engine itself brings the job back when its coordinator is lost. */
  public boolean isHighlyAvailable() {
    return highAvailability == HighAvailability.Kubernetes;
  }

  /** Task slots that the workers offer together. */
  public int totalSlots() {
    return replicas * slots;
  }

  /** The program. */
  public record Program(
      Jar jar,
      Optional<String> entryClass,
      List<String> args,
      int parallelism,
      int maxParallelism,
      List<String> dropStateOf) {
    public Program {
      args = List.copyOf(args);
      dropStateOf = List.copyOf(dropStateOf);
    }

    private Program scaled(int other) {
      return new Program(jar, entryClass, args, other, maxParallelism, dropStateOf);
    }

    private Program dropping(List<String> uids) {
      return new Program(jar, entryClass, args, parallelism, maxParallelism, uids);
    }
  }

  /** The program's jar. */
  public sealed interface Jar {
    /** What messages call it. */
    String name();

    /**
     * The image brings it.
     *
     * @param name its absolute path
     */
    record InImage(String name) implements Jar {}

    /**
     * It is fetched before a coordinator starts.
     *
     * @param name its address, of the scheme {@code s3} or {@code https}
     * @param sha256 64 hexadecimal digits of lower case
     */
    record Fetched(String name, String sha256) implements Jar {}
  }

  /**
   * Where and how state is kept.
   *
   * @param prefix key prefix in the bucket without a slash at either end; may be empty
   * @param localRecovery whether workers keep a copy of the newest checkpoint's state
   * @param credentialsSecret secret with static credentials; empty: the pods' own identity
   */
  public record State(
      String bucket,
      String prefix,
      StateBackend backend,
      boolean incremental,
      boolean localRecovery,
      Optional<URI> endpoint,
      String region,
      boolean pathStyleAccess,
      Optional<String> credentialsSecret) {
    /** Another bucket, reached in the same way. */
    public State in(String otherBucket) {
      return new State(
          otherBucket,
          prefix,
          backend,
          incremental,
          localRecovery,
          endpoint,
          region,
          pathStyleAccess,
          credentialsSecret);
    }
  }

  /**
   * Periodic checkpoints.
   *
   * @param toleratedFailures in a row, before the engine restarts the tasks; empty: as the engine,
   *     or spec.config, decides
   * @param retained completed ones that are kept
   */
  public record Checkpoints(
      Duration interval,
      CheckpointMode mode,
      Duration minPause,
      int maxConcurrent,
      Duration timeout,
      boolean unaligned,
      Optional<Integer> toleratedFailures,
      int retained) {}

  /** What the engine does when a task fails. */
  public sealed interface Restart {

    /** What is not said, the engine decides, or {@code spec.config}. */
    record Unsaid() implements Restart {}

    /** Pauses grow while failures follow each other; empty: the job is never given up. */
    record ExponentialDelay(Duration first, Duration longest, Optional<Integer> attempts)
        implements Restart {}

    /** The same pause each time; empty: the job is never given up. */
    record FixedDelay(Duration delay, Optional<Integer> attempts) implements Restart {}

    /** The same pause, until there are more failures than these within a time. */
    record FailureRate(Duration delay, int failures, Duration within) implements Restart {}

    /** The first failure ends the job. */
    record None() implements Restart {}
  }

  /**
   * What happens to a job that the engine has given up.
   *
   * @param attempts recoveries within a time, after which it is not started again
   */
  public record Recovery(int attempts, Duration within) {
    /** What holds where nothing is said. */
    public static final Recovery DEFAULT = new Recovery(3, Duration.ofHours(1));
  }

  /**
   * Savepoints of the running job.
   *
   * @param timeout how long one may wait for its turn, and then how long it may take
   * @param reverify how often a completed one is read back again
   * @param deepCheck how much of its tables is read through then
   * @param maxCount how many verified ones are kept of those that nobody asked for by hand
   * @param maxAge how long they are kept
   */
  public record Savepoints(
      Optional<Schedule> schedule,
      SavepointFormat format,
      Duration timeout,
      Duration reverify,
      DeepCheck deepCheck,
      int maxCount,
      Duration maxAge) {
    /** What holds where nothing is said. */
    public static final Savepoints DEFAULT =
        new Savepoints(
            Optional.empty(),
            SavepointFormat.Native,
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            DeepCheck.Off,
            10,
            Duration.ofDays(7));
  }

  /**
   * What becomes of the state when the StreamJob is deleted.
   *
   * @param within how long the deletion may take
   */
  public record Deletion(DeletionPolicy policy, Duration within) {}

  /**
   * State to start from instead of the job's own.
   *
   * @param from name of a StreamSavepoint, a folder {@code s3://bucket/path} without a slash at its
   *     end, or {@link RestoreSpec#NONE}
   * @param id the wish is carried out once per id
   */
  public record Restore(String from, String id) {
    public boolean isEmptyState() {
      return from.equals(RestoreSpec.NONE);
    }

    public boolean isLocation() {
      return from.startsWith("s3://");
    }
  }

  /** How a change is rolled out. */
  public record Upgrade(
      UpgradeState state,
      UpgradeStrategy strategy,
      PreflightPolicy preflight,
      NoRoomPolicy whenNoRoom,
      RollbackPolicy rollback,
      int confirmCheckpoints,
      Duration confirmWithin) {

    /** The same, with the state even if it was to be given up. */
    private Upgrade keepingState() {
      return new Upgrade(
          state == UpgradeState.None ? UpgradeState.Savepoint : state,
          strategy,
          preflight,
          whenNoRoom,
          rollback,
          confirmCheckpoints,
          confirmWithin);
    }

    private Upgrade rolledBackBy(RollbackPolicy decides) {
      return new Upgrade(
          state, strategy, preflight, whenNoRoom, decides, confirmCheckpoints, confirmWithin);
    }
  }

  /**
   * A kind of pod; the container in the template that is ours is named {@code streamjob}.
   *
   * @param claims templates of volume claims, one claim each per pod; workers only
   */
  public record Pod(
      ResourceRequirements resources, Optional<JsonNode> template, List<JsonNode> claims) {
    public Pod {
      claims = List.copyOf(claims);
    }
  }
}
