package io.streamjob.operator.resources;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Problem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessMemoryTest {
  private static final String WORKER = "taskmanager.memory.";

  @ParameterizedTest
  @ValueSource(strings = {"1Gi", "1536Mi", "1.5Gi", "4G", "64Gi"})
  void the_parts_of_a_worker_add_up_to_its_limit(String limit) {
    Map<String, Long> sizes = sizes(worker(limit, ""));

    long sum =
        sum(
            sizes,
            WORKER,
            "framework.heap.size",
            "framework.off-heap.size",
            "task.heap.size",
            "task.off-heap.size",
            "network.max",
            "managed.size",
            "jvm-metaspace.size",
            "jvm-overhead.max");
    assertThat(sum).isEqualTo(bytes(limit));
  }

  @ParameterizedTest
  @ValueSource(strings = {"640Mi", "1Gi", "3G"})
  void the_parts_of_a_coordinator_add_up_to_its_limit(String limit) {
    EffectiveSpec spec =
        Specs.with("coordinator: {resources: {limits: {memory: %s}}}".formatted(limit));

    Map<String, Long> sizes = sizes(divided(Component.COORDINATOR, spec));

    assertThat(
            sum(
                sizes,
                "jobmanager.memory.",
                "heap.size",
                "off-heap.size",
                "jvm-metaspace.size",
                "jvm-overhead.max"))
        .isEqualTo(bytes(limit));
  }

  @Test
  void the_jvm_gets_the_heap_that_the_engine_counts_on() {
    ProcessMemory.Divided memory = worker("2Gi", "");
    Map<String, Long> sizes = sizes(memory);

    long heap = sum(sizes, WORKER, "framework.heap.size", "task.heap.size");
    long direct =
        sum(sizes, WORKER, "framework.off-heap.size", "task.off-heap.size", "network.max");
    assertThat(memory.jvmFlags().split(" "))
        .contains(
            "-Xms" + heap,
            "-Xmx" + heap,
            "-XX:MaxDirectMemorySize=" + direct,
            "-XX:MaxMetaspaceSize=" + sum(sizes, WORKER, "jvm-metaspace.size"));
  }

  @ParameterizedTest
  @CsvSource({
    "managed.fraction, 0.0, managed.size, 0",
    "managed.size, 256m, managed.size, 268435456",
    "task.heap.size, 300m, task.heap.size, 314572800",
    "network.fraction, 0.2, network.max, 332859969",
    "network.max, 64m, network.max, 67108864",
    "jvm-metaspace.size, 128m, jvm-metaspace.size, 134217728",
    "jvm-overhead.fraction, 0.2, jvm-overhead.max, 429496736",
  })
  void the_user_shifts_the_parts(String option, String value, String part, long expected) {
    ProcessMemory.Divided memory =
        worker("2Gi", "config: {%s%s: '%s'}".formatted(WORKER, option, value));

    assertThat(sizes(memory)).containsEntry(WORKER + part, expected);
  }

  @Test
  void the_number_of_slots_reaches_the_worker() {
    assertThat(divided(Component.WORKER, Specs.with("worker: {slots: 3}")).options())
        .contains("taskmanager.numberOfTaskSlots=3", "taskmanager.cpu.cores=3.0");
  }

  @ParameterizedTest
  @CsvSource({
    "managed.size, 3g, exceed",
    "managed.fraction, 1.5, 1.5",
    "managed.fraction, most, most",
    "task.heap.size, much, Could not parse value",
    "task.heap.size, -1m, Could not parse value",
    "task.heap.size, 99999999999999t, Could not parse value",
    "network.min, 2g, 2.000gb",
  })
  void an_option_that_cannot_be_met_is_a_problem_that_names_it(
      String option, String value, String reason) {
    EffectiveSpec spec = Specs.with("config: {%s%s: '%s'}".formatted(WORKER, option, value));

    List<Problem> problems = RevisionCluster.problems(spec);

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().field()).isEqualTo("spec.config." + WORKER + option);
    assertThat(problems.getFirst().expected()).contains("limit 1536Mi");
    assertThat(problems.getFirst().found()).contains(reason);
  }

  @Test
  void without_any_option_it_is_the_limit_that_is_too_small() {
    List<Problem> problems =
        RevisionCluster.problems(Specs.with("worker: {resources: {limits: {memory: 640Mi}}}"));

    assertThat(problems)
        .extracting(Problem::field)
        .containsExactly("spec.worker.resources.limits.memory");
  }

  private static ProcessMemory.Divided worker(String limit, String more) {
    return divided(
        Component.WORKER,
        Specs.with("worker: {resources: {limits: {memory: %s}}}\n%s".formatted(limit, more)));
  }

  private static ProcessMemory.Divided divided(Component component, EffectiveSpec spec) {
    return switch (ProcessMemory.of(component, spec)) {
      case ProcessMemory.Divided divided -> divided;
      case ProcessMemory.Impossible(Problem problem) -> throw new AssertionError(problem);
    };
  }

  private static Map<String, Long> sizes(ProcessMemory.Divided memory) {
    return memory.options().stream()
        .map(option -> option.split("=", 2))
        .filter(option -> option[1].matches("[0-9]+b"))
        .collect(
            Collectors.toMap(
                option -> option[0], option -> Long.valueOf(option[1].replace("b", ""))));
  }

  private static long sum(Map<String, Long> sizes, String prefix, String... parts) {
    return Stream.of(parts).mapToLong(part -> requireNonNull(sizes.get(prefix + part), part)).sum();
  }

  private static long bytes(String quantity) {
    BigDecimal bytes = Quantity.getAmountInBytes(new Quantity(quantity));
    return bytes.longValueExact();
  }
}
