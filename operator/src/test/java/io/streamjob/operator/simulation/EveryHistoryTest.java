package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.fixtures.Wish;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One upgrade, interrupted everywhere: each kind of fault at each write and effect, alone and in
 * pairs. {@code -Dsim.exhaustive=true} plays pairs in every kind of rollout, at a finer pace.
 */
final class EveryHistoryTest {
  private static final boolean LONG = Boolean.getBoolean("sim.exhaustive");
  private static final Duration PACE = Duration.ofMillis(LONG ? 100 : 400);
  private static final int LEAST_DEATHS = 300;

  static Stream<Arguments> rollouts() {
    Wish good = Wish.image(Program.GOOD.image(), 2);
    Wish unreadable = Wish.image(Program.CANNOT_READ_STATE.image(), 2);
    return Stream.of(
        Arguments.of("warm", good, true),
        Arguments.of("cold", good.cold(), true),
        Arguments.of("by checkpoint", good.byCheckpoint(), true),
        Arguments.of("without state", good.empty(), true),
        Arguments.of("warm, rolled back", unreadable, false),
        Arguments.of("by checkpoint, rolled back", unreadable.byCheckpoint(), false),
        Arguments.of("cold, rolled back", unreadable.cold(), false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rollouts")
  void endsWellWhereverAFaultStrikes(String name, Wish next, boolean succeeds) {
    EveryHistory all = new EveryHistory(next, succeeds, PACE);

    all.play(LONG ? 2 : 1);

    report(name, all);
    assertThat(all.histories()).isGreaterThan(100);
  }

  @Test
  void aWarmUpgradeEndsWellWhereverTwoFaultsStrike() {
    EveryHistory all = new EveryHistory(Wish.image(Program.GOOD.image(), 2), true, PACE);

    all.play(2);

    report("warm, pairs", all);
    assertThat(all.deaths()).as("crashes of an operator").isGreaterThan(LEAST_DEATHS);
  }

  private static void report(String name, EveryHistory all) {
    System.out.printf(
        "exhaustive: ok rollout=\"%s\" histories=%d crashes=%d steps=%d%n",
        name, all.histories(), all.deaths(), all.steps());
  }
}
