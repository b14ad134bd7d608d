package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.simulation.Program;
import io.streamjob.operator.simulation.Stage;
import io.streamjob.operator.spec.SpecHash;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is wished in whichever step: one rollout at a time, the last wish runs in the end, and
 * each job is stopped once. The world's own books are checked at every look, see the simulation.
 */
final class EditedInEveryStepTest {
  private static final Set<RolloutStep> STEPS =
      EnumSet.complementOf(EnumSet.of(RolloutStep.RollingBack, RolloutStep.Blocked));

  /** A rollout under way, a step of it, and what is wished then. */
  record Edit(String name, Wish begun, RolloutStep step, List<Wish> wishes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Edit> edits() {
    return Stream.of(false, true)
        .flatMap(cold -> STEPS.stream().flatMap(step -> edits(cold, step)));
  }

  private static Stream<Edit> edits(boolean cold, RolloutStep step) {
    Wish begun = way(good(2), cold);
    String when = (cold ? " in Cold " : " in Warm ") + step;
    return Stream.of(
        new Edit("another spec" + when, begun, step, List.of(way(good(3), cold))),
        new Edit("set back" + when, begun, step, List.of(way(good(1), cold))),
        new Edit(
            "there and back and there" + when,
            begun,
            step,
            List.of(way(good(3), cold), way(good(1), cold), way(good(4), cold))),
        new Edit("without state" + when, begun, step, List.of(way(good(3), cold).empty())),
        new Edit("the other strategy" + when, begun, step, List.of(way(good(2), !cold))));
  }

  private static Wish good(int version) {
    return Wish.image(Program.GOOD.image(), version);
  }

  private static Wish way(Wish wish, boolean cold) {
    return cold ? wish.cold() : wish;
  }

  @ParameterizedTest
  @MethodSource("edits")
  void theLastWishRunsInTheEnd(Edit edit) {
    Stage stage = Stage.calm().apply(good(1)).settle().apply(edit.begun()).until(edit.step());

    edit.wishes().forEach(stage::apply);
    stage.settle();

    StreamJobStatus status = stage.status();
    String wished = SpecHash.of(edit.wishes().getLast().spec());
    assertThat(status.rollout()).isNull();
    assertThat(status.phase()).isEqualTo("Running");
    assertThat(status.waitingFor()).isNull();
    assertThat(Objects.requireNonNull(status.current()).specHash()).isEqualTo(wished);
    assertThat(Objects.requireNonNull(status.history()).stream().map(HistoryStatus::attempt))
        .doesNotHaveDuplicates()
        .hasSizeLessThanOrEqualTo(4);
  }
}
