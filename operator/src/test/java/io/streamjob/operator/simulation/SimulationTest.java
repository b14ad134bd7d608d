package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.TransitionTable;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random edits, random misfortune, and rules that hold in every moment. {@code -Dsim.seeds=n} plays
 * more of them; {@code -Dsim.seed=n} plays one again.
 */
final class SimulationTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 300);
  private static final long FIRST = Long.getLong("sim.seed", 1L);
  private static final int LAST_EDITS = 2;

  private long steps;
  private long faults;
  private final Set<String> transitions = new TreeSet<>();

  @Test
  void rulesHoldWhateverGoesWrong() {
    long seeds = System.getProperty("sim.seed") == null ? SEEDS : 1;
    for (long seed = FIRST; seed < FIRST + seeds; seed++) {
      try {
        play(new Random(seed * 0x9E3779B97F4A7C15L));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + " (-Dsim.seed=" + seed + "): " + e.getMessage(), e);
      }
    }
    transitions.retainAll(TransitionTable.rows());
    System.out.printf(
        "sim: ok seeds=%d steps=%d faults=%d violations=0 transitions=%d/%d%n",
        seeds, steps, faults, transitions.size(), TransitionTable.rows().size());
    assertThat(faults).as("faults that struck").isPositive();
  }

  private void play(Random random) {
    Faults misfortune = Faults.of(random, random.nextInt(4) == 0 ? 0.1 : 0.02);
    Stage stage = new Stage(misfortune);
    int edits = 1 + random.nextInt(4);
    stage.apply(wish(random, 1));
    for (int version = 2; version < 2 + edits; version++) {
      struggle(stage, random, misfortune);
      stage.apply(wish(random, version));
    }
    struggle(stage, random, misfortune);
    misfortune.stop();
    stage.savepointsFail(false).repairBucket().settle();
    for (int edit = 0; edit < LAST_EDITS; edit++) {
      // The last word is a good version; empty if nothing else will do.
      Wish last = Wish.image(Program.GOOD.image(), 100 + edit);
      stage.apply(edit == 0 ? last : last.empty()).settle();
    }
    assertThat(stage.status().phase())
        .as(
            "in the end, %s",
            stage.lines().subList(Math.max(0, stage.lines().size() - 40), stage.lines().size()))
        .isEqualTo("Running");
    assertThat(stage.status().rollout()).isNull();
    assertThat(stage.status().waitingFor()).isNull();
    steps += stage.looks();
    faults += misfortune.struck();
    transitions.addAll(stage.transitions());
  }

  private static void struggle(Stage stage, Random random, Faults misfortune) {
    Duration time = Duration.ofMillis(random.nextInt(random.nextBoolean() ? 15_000 : 60_000));
    stage.savepointsFail(random.nextInt(10) == 0);
    stage.savepointsTake(
        Duration.ofMillis(random.nextInt(random.nextInt(5) == 0 ? 30_000 : 2_000)));
    if (random.nextInt(10) == 0) {
      stage.nextSavepointIsIncomplete();
    }
    for (Duration left = time; left.isPositive(); left = left.minusSeconds(1)) {
      stage.pass(Duration.ofSeconds(1));
      if (misfortune.restartsCoordinator()) {
        stage.restartCoordinator(1 + random.nextInt(4));
      }
    }
  }

  private static Wish wish(Random random, int version) {
    Program[] programs = Program.values();
    Program program =
        random.nextBoolean() ? Program.GOOD : programs[random.nextInt(programs.length)];
    Wish wish = Wish.image(program.image(), version).confirmedBy(1 + random.nextInt(2));
    Wish ordered = random.nextInt(3) == 0 ? wish.cold() : wish;
    return random.nextInt(8) == 0 ? ordered.empty() : ordered;
  }
}
