package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.simulation.Scenarios;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TransitionsTest {

  @Test
  void everyDeclaredRowIsTakenByAStory() {
    Set<String> taken = new TreeSet<>();
    Scenarios.all().forEach(scenario -> taken.addAll(scenario.play().transitions()));

    assertThat(taken).containsAll(TransitionTable.rows());
  }

  @Test
  void noStoryTakesARowThatIsNotDeclared() {
    Set<String> taken = new TreeSet<>();
    Scenarios.all().forEach(scenario -> taken.addAll(scenario.play().transitions()));
    taken.removeIf(row -> row.contains("none"));

    assertThat(TransitionTable.rows()).containsAll(taken);
  }

  static Stream<List<RolloutStep>> undeclared() {
    return Stream.of(RolloutStep.values())
        .flatMap(from -> Stream.of(RolloutStep.values()).map(to -> List.of(from, to)))
        .filter(pair -> !TransitionTable.rows().contains(pair.get(0) + " -> " + pair.get(1)));
  }

  @ParameterizedTest
  @MethodSource("undeclared")
  void anUndeclaredRowThrowsWithItsHistory(List<RolloutStep> pair) {
    Journal journal = Journals.at(pair.get(0), List.of(new TimingStatus("stopping", 305L)));

    assertThatThrownBy(() -> journal.at(pair.get(1), Journals.NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("from %s to %s".formatted(pair.get(0), pair.get(1)))
        .hasMessageContaining("stopping");
  }
}
