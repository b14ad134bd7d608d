package io.streamjob.operator.resources;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Quantity;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * How a container's memory limit is divided up, by the engine's own arithmetic over the user's
 * memory options. Done here once instead of by a second JVM at every start of a container.
 */
sealed interface ProcessMemory {
  /** So many causes of an exception are told. */
  int LONGEST_CHAIN = 5;

  /**
   * It can be divided.
   *
   * @param jvmFlags heap, direct memory and metaspace, for the JVM
   * @param options every size in bytes, for the engine, as {@code key=value}
   */
  record Divided(String jvmFlags, List<String> options) implements ProcessMemory {
    public Divided {
      options = List.copyOf(options);
    }
  }

  /** The limit and the user's options contradict each other. */
  record Impossible(Problem problem) implements ProcessMemory {}

  static ProcessMemory of(Component component, EffectiveSpec spec) {
    return switch (component) {
      case COORDINATOR -> divide(component, "jobmanager.memory.", spec.coordinator(), spec);
      case WORKER -> divide(component, "taskmanager.memory.", spec.worker(), spec);
    };
  }

  private static ProcessMemory divide(
      Component component, String prefix, EffectiveSpec.Pod pod, EffectiveSpec spec) {
    // The parser gives every pod a memory limit.
    Quantity limit = requireNonNull(pod.resources().getLimits().get("memory"));
    Configuration options = Configuration.fromMap(spec.config());
    options.setString("taskmanager.numberOfTaskSlots", "" + spec.slots());
    options.setString(
        prefix + "process.size", Quantity.getAmountInBytes(limit).toBigInteger() + "b");
    try {
      return switch (component) {
        case COORDINATOR -> coordinator(options);
        case WORKER -> worker(options);
      };
    } catch (RuntimeException e) {
      // Flink throws several kinds for sizes that do not parse, overflow or do not add up.
      return new Impossible(problem(component, prefix, limit, spec.config(), e));
    }
  }

  private static Divided coordinator(Configuration options) {
    JobManagerProcessSpec sizes = JobManagerProcessUtils.processSpecFromConfig(options);
    return new Divided(
        JobManagerProcessUtils.generateJvmParametersStr(sizes, options),
        split(JobManagerProcessUtils.generateDynamicConfigsStr(sizes)));
  }

  private static Divided worker(Configuration options) {
    TaskExecutorProcessSpec sizes = TaskExecutorProcessUtils.processSpecFromConfig(options);
    return new Divided(
        ProcessMemoryUtils.generateJvmParametersStr(sizes),
        split(TaskExecutorProcessUtils.generateDynamicConfigsStr(sizes)));
  }

  /** From {@code -D a=1 -D b=2}. */
  private static List<String> split(String dynamicProperties) {
    return Arrays.stream(dynamicProperties.split("-D "))
        .map(String::strip)
        .filter(property -> !property.isEmpty())
        .sorted()
        .toList();
  }

  /** Names the option that Flink names; else all the user's that matter; else the limit itself. */
  private static Problem problem(
      Component component,
      String prefix,
      Quantity limit,
      Map<String, String> config,
      RuntimeException thrown) {
    String reasons = reasons(thrown);
    List<String> set = config.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    List<String> named = set.stream().filter(reasons::contains).toList();
    String keys = String.join(", ", named.isEmpty() ? set : named);
    return new Problem(
        keys.isEmpty() ? component.field() + ".resources.limits.memory" : "spec.config." + keys,
        "memory that the engine can divide up (limit " + limit + ")",
        reasons);
  }

  /** The messages of a chain of exceptions, without those that only repeat a later one. */
  private static String reasons(Throwable thrown) {
    List<String> messages =
        Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
            .limit(LONGEST_CHAIN)
            .map(cause -> String.valueOf(cause.getMessage()))
            .toList();
    return messages.stream()
        .distinct()
        .filter(
            message ->
                messages.stream()
                    .noneMatch(
                        other -> message.length() > other.length() && message.contains(other)))
        .collect(Collectors.joining(" "));
  }
}
