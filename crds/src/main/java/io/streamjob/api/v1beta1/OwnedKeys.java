package io.streamjob.api.v1beta1;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The engine options that the operator owns, the only list of them. {@code spec.config} may not
 * name one: the schema refuses it through {@link #PATTERN}, and the operator, for servers that know
 * no such rules, through {@link #insteadOf}.
 *
 * <p>An option is owned when another value would break a promise (who the cluster is, which state
 * it starts from, where its state lies, who may reach it), when a field of the spec stands for it,
 * or when the engine's image cannot honour it. Everything else is the user's, options that only
 * tune included, such as {@code s3.connection.max} or {@code taskmanager.memory.managed.fraction}.
 *
 * <p>The alternatives are regular expressions that RE2 and Java read alike. They use {@code [.]}
 * and {@code [$]} instead of a backslash, so that they stand in a CEL literal as they are.
 */
public final class OwnedKeys {
  static final String IN_THE_BUCKET =
      "checkpoints lie in the bucket of spec.state.storage, as in the memory of the coordinator they"
          + " would be lost with it, and upgrades with state go on from the bucket";

  static final String NO_CHANGELOG =
      "the changelog is not offered, as a job that was restored into it went on without its state";

  private static final String CLUSTER =
      "kubernetes[.].*|high-availability|high-availability[.](type|cluster-id|storageDir|jobmanager[.].*"
          + "|zookeeper[.].*)|(job|application)-result-store[.].*|cluster[.]registration[.].*|[$]internal[.].*"
          + "|execution[.](target|attached|shutdown-on-application-finish)"
          + "|jobmanager[.](rpc[.].*|bind-host|resource-id|scheduler)|scheduler-mode"
          + "|taskmanager[.](host|bind-host|resource-id|rpc[.]port|data[.](port|bind-port)|collect-sink[.]port)"
          + "|rest[.].*|web[.].*|blob[.]server[.]port|queryable-state[.].*";

  private static final String SECURITY = "security[.].*";

  private static final String START = "execution[.]state-recovery[.].*|state[.]savepoints[.].*";

  private static final String CHECKPOINTS =
      "execution[.]checkpointing[.](interval|mode|min-pause|max-concurrent-checkpoints|timeout|num-retained"
          + "|unaligned|unaligned[.]enabled)";

  private static final String STORAGE =
      "execution[.]checkpointing[.]storage|state[.]checkpoint-storage";

  private static final String CHANGELOG = "state[.](backend[.])?changelog[.]enabled";

  private static final String STATE =
      "execution[.]checkpointing[.](incremental|dir|savepoint-dir|create-subdir"
          + "|local-backup[.]enabled"
          + "|externalized-checkpoint-retention)"
          + "|execution[.]state-recovery[.]from-local"
          + "|state[.](backend|backend[.]type|backend[.]incremental|backend[.]forst[.]primary-dir"
          + "|backend[.]local-recovery|checkpoints[.].*)"
          + "|s3[.](endpoint|endpoint[.]region|region|path-style-access|path[.]style[.]access|access-key"
          + "|access[.]key|secret-key|secret[.]key|session-token|session[.]token)";

  private static final String JOB =
      "pipeline[.](jars|classpaths|max-parallelism)|parallelism[.]default";

  private static final String SIZES =
      "jobmanager[.]memory[.]process[.]size|taskmanager[.](memory[.]process[.]size|numberOfTaskSlots)";

  private static final String PROCESS =
      "env[.].*|io[.]tmp[.]dirs|process([.].*)?[.]working-dir|user[.]artifacts[.].*"
          + "|(jobmanager|taskmanager)[.]memory[.]flink[.]size";

  /** Matches each owned key as a whole, and no other. */
  public static final String PATTERN =
      "^("
          + CLUSTER
          + "|"
          + SECURITY
          + "|"
          + START
          + "|"
          + CHECKPOINTS
          + "|"
          + STORAGE
          + "|"
          + CHANGELOG
          + "|"
          + STATE
          + "|"
          + JOB
          + "|"
          + SIZES
          + "|"
          + PROCESS
          + ")$";

  private static final List<Group> GROUPS =
      List.of(
          new Group(CLUSTER, "it belongs to the identity and the addresses of the cluster"),
          new Group(SECURITY, "the operator secures the connections of the cluster"),
          // Before START, which has one of its keys as well.
          new Group(STATE, "set spec.state"),
          new Group(START, "set spec.upgrade.state"),
          new Group(CHECKPOINTS, "set spec.checkpoints"),
          new Group(STORAGE, IN_THE_BUCKET),
          new Group(CHANGELOG, NO_CHANGELOG),
          new Group(JOB, "set spec.job.jar, spec.job.parallelism or spec.job.maxParallelism"),
          new Group(
              SIZES, "set spec.coordinator.resources, spec.worker.resources or spec.worker.slots"),
          new Group(
              PROCESS,
              "set up the container named streamjob in spec.worker.podTemplate or spec.coordinator.podTemplate,"
                  + " whose variable JAVA_TOOL_OPTIONS takes options for Java"));

  private OwnedKeys() {}

  /**
   * What to do instead of setting the option, if the operator owns it; empty for the user's own.
   */
  public static Optional<String> insteadOf(String key) {
    return GROUPS.stream()
        .filter(group -> group.keys().matcher(key).matches())
        .map(Group::instead)
        .findFirst();
  }

  private record Group(Pattern keys, String instead) {
    Group(String keys, String instead) {
      this(Pattern.compile(keys), instead);
    }
  }
}
