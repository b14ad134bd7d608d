package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random edits, random misfortune, and rules that hold in every moment. {@code -Dsim.seeds=n} plays
 * more histories; {@code -Dsim.seed=n} plays one again and tells all of it.
 */
final class SimulationTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 300);
  private static final int ALL_ROWS_FROM = 2_000;

  @Test
  void rulesHoldWhateverGoesWrong() {
    Long seed = Long.getLong("sim.seed");
    Campaign campaign = seed == null ? new Campaign(1, SEEDS) : new Campaign(seed, 1).told();

    campaign.run();

    System.out.println(campaign.speed());
    System.out.println(campaign.savepointSummary());
    System.out.println(campaign.summary());
    if (seed == null) {
      assertThat(campaign.faults()).as("faults that struck").isPositive();
      assertThat(campaign.savepoints().completed()).as("savepoints that were taken").isPositive();
      assertThat(campaign.savepoints().expired()).as("those retention has removed").isPositive();
    }
    if (SEEDS >= ALL_ROWS_FROM && seed == null) {
      assertThat(campaign.rowsNotTaken()).as("rows of the table that no history took").isEmpty();
    }
  }

  @Test
  void aSeedPlaysTheSameHistoryAgain() {
    for (long seed = 1; seed <= 5; seed++) {
      History first = new History(seed, Defect.NONE, Trace.Detail.EVERYTHING);
      History second = new History(seed, Defect.NONE, Trace.Detail.EVERYTHING);

      first.play();
      second.play();

      assertThat(second.lines()).isEqualTo(first.lines());
    }
  }
}
