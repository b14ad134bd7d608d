package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.e2e.crash.CrashSweep;
import org.junit.jupiter.api.Test;

/** The short form of {@code make crash-sweep}. */
class CrashSweepIT {
  private static final int STRIDE = 3;
  private static final int LEAST_DEATHS = 8;

  @Test
  void aWarmUpgradeSurvivesADeathOfTheOperatorBeforeOrAfterEachThirdWrite() {
    Stage stage = Stage.get();

    CrashSweep.Survey survey = CrashSweep.warmUpgrade(stage.cluster(), stage.store(), STRIDE);

    System.err.println("e2e crash: " + survey);
    assertThat(survey.points()).as("deaths").isGreaterThanOrEqualTo(LEAST_DEATHS);
    assertThat(survey.errors().none()).as("nothing lost, nothing doubled: %s", survey).isTrue();
  }
}
