package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final String UID = "1f0c7c52-5d3b-4b8a-9c1e-0a2b3c4d5e6f";
  private static final String LONGEST = "a".repeat(Names.LONGEST_JOB_NAME);

  @Test
  void names_carry_the_revision() {
    Names names = names("orders", 7);

    assertThat(names.configMap()).isEqualTo("orders-7");
    assertThat(names.controllerRevision()).isEqualTo("orders-7");
    assertThat(names.coordinator()).isEqualTo("orders-7-coordinator");
    assertThat(names.worker()).isEqualTo("orders-7-worker");
    assertThat(names.stableService()).isEqualTo("orders");
    assertThat(names.coordinatorUri()).hasToString("http://orders-7-coordinator.shop.svc:8081");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 99, 12_345, 1_000_000, Integer.MAX_VALUE})
  void the_longest_name_fits_everything_that_kubernetes_makes_of_it(int revision) {
    Names names = names(LONGEST, revision);

    for (String name :
        List.of(names.configMap(), names.coordinator(), names.worker(), names.stableService())) {
      assertThat(name).matches("[a-z]([a-z0-9-]*[a-z0-9])?").hasSizeLessThanOrEqualTo(63);
    }
    assertThat(names.worker() + "-5f7d8c9b6d").as("label of a pod").hasSizeLessThanOrEqualTo(63);
    assertThat(names.worker() + "-99999").as("name of a pod").hasSizeLessThanOrEqualTo(63);
    assertThat(names.worker()).endsWith("-" + revision + "-worker");
  }

  @Test
  void names_that_had_to_be_cut_still_differ() {
    Set<String> workers = new HashSet<>();
    for (char last = 'a'; last <= 'z'; last++) {
      workers.add(names(LONGEST.substring(1) + last, 7).worker());
    }

    assertThat(workers).hasSize(26);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "orders", "o-1", "a1"})
  void a_name_that_a_service_may_bear_is_no_problem(String name) {
    assertThat(Names.problem(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1orders", "-a", "a-", "Orders", "a.b", "a_b", "a\n"})
  void another_name_is_a_problem_that_says_so(String name) {
    assertThat(Names.problem(name))
        .hasValueSatisfying(
            problem -> {
              assertThat(problem.field()).isEqualTo("metadata.name");
              assertThat(problem.found()).isEqualTo("'" + name + "'");
            });
  }

  @Test
  void a_name_may_have_45_characters_and_no_more() {
    assertThat(Names.problem(LONGEST)).isEmpty();
    assertThat(Names.problem(LONGEST + "a"))
        .hasValueSatisfying(problem -> assertThat(problem.expected()).contains("at most 45"));
  }

  @Test
  void no_names_are_made_for_what_is_no_stream_job() {
    assertThatThrownBy(() -> names("Orders", 1)).hasMessageContaining("metadata.name");
    assertThatThrownBy(() -> names("orders", 0)).hasMessageContaining("revisions count from 1");
    assertThatThrownBy(() -> new Owner("shop", "orders", "short")).hasMessageContaining("short");
  }

  @Test
  void label_values_of_the_longest_name_are_valid() {
    Names names = names(LONGEST, Integer.MAX_VALUE);

    Map<String, String> labels = Labels.component(names, Integer.MAX_VALUE, Component.WORKER);

    assertThat(labels.values())
        .allMatch(value -> value.length() <= 63)
        .allMatch(value -> value.matches("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?"));
  }

  @Test
  void selectors_find_the_pods_of_one_revision_of_this_very_stream_job() {
    Names names = names("orders", 7);

    assertThat(Labels.print(Labels.podSelector(names, Component.WORKER)))
        .isEqualTo(
            "app.kubernetes.io/component=worker,streamjob.io/name=orders,streamjob.io/revision=7,"
                + "streamjob.io/uid="
                + UID);
    for (Component component : Component.values()) {
      assertThat(Labels.component(names, 9, component))
          .containsAllEntriesOf(Labels.podSelector(names, component))
          .containsAllEntriesOf(Labels.revisionSelector(names))
          .containsAllEntriesOf(Labels.jobSelector(names.owner()));
    }
  }

  @Test
  void no_selector_asks_for_the_attempt() {
    Names names = names("orders", 7);

    assertThat(
            Stream.of(Component.values())
                .flatMap(component -> Labels.podSelector(names, component).keySet().stream()))
        .doesNotContain(Labels.ATTEMPT);
  }

  @Test
  void each_attempt_has_a_folder_that_is_no_prefix_of_another() {
    JobFolder folder = JobFolder.of(names("orders", 7).owner(), Specs.with("").state());

    assertThat(folder.uri()).isEqualTo("s3://streams/team/shop/orders-1f0c7c52/");
    assertThat(folder.checkpoints()).isEqualTo(folder.uri() + "checkpoints/");
    assertThat(folder.savepoints(1)).isEqualTo(folder.uri() + "savepoints/a-1/");
    assertThat(folder.scratch(1)).isEqualTo(folder.uri() + "scratch/a-1/");
    assertThat(folder.savepoints(10)).doesNotStartWith(folder.savepoints(1));
  }

  private static Names names(String job, int revision) {
    return new Names(new Owner("shop", job, UID), revision);
  }
}
