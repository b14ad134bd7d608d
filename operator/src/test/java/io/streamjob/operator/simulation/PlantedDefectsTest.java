package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;

import io.streamjob.operator.simulation.PlantedDefects.Planted;
import io.streamjob.operator.simulation.Trace.Detail;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation is itself tested: it must notice each way to operate wrongly that somebody has
 * planted into its operator, and nothing when nobody has.
 */
final class PlantedDefectsTest {
  private static final int SEEDS = 2_000;
  private static final int INNOCENT_SEEDS = 200;

  static Stream<Planted> defects() {
    return PlantedDefects.all().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void itIsNoticedThat(Planted planted) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new History(seed, planted.defect().get(), Detail.NOTHING).play();
      } catch (AssertionError violation) {
        System.out.printf(
            "planted: \"%s\" caught after %d seeds: %s%n", planted, seed, firstWords(violation));
        return;
      } catch (IllegalStateException | NullPointerException impossible) {
        System.out.printf("planted: \"%s\" caught after %d seeds: %s%n", planted, seed, impossible);
        return;
      }
    }
    fail("not noticed within %d seeds: %s", SEEDS, planted);
  }

  private static String firstWords(Throwable violation) {
    String message = String.valueOf(violation.getMessage());
    return message.substring(0, Math.min(message.length(), 90));
  }

  @Test
  void nothingIsNoticedWithoutADefect() {
    for (long seed = 1; seed <= INNOCENT_SEEDS; seed++) {
      History history = new History(seed, Defect.NONE, Detail.NOTHING);

      assertThatCode(history::play).as("seed " + seed).doesNotThrowAnyException();
    }
  }
}
