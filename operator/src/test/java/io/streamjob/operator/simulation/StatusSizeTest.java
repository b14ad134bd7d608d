package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.operator.fixtures.Wish;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Status stays small, however long a StreamJob lives. */
final class StatusSizeTest {
  private static final int MOST_BYTES = 32 << 10;
  private static final int ROLLOUTS = 40;

  @Test
  void statusDoesNotGrowWithTheNumberOfRollouts() {
    Stage stage = Stage.calm();
    for (int version = 1; version <= ROLLOUTS / 2; version++) {
      rollOut(stage, version);
    }
    int half = bytes(stage);
    for (int version = ROLLOUTS / 2 + 1; version <= ROLLOUTS; version++) {
      rollOut(stage, version);
    }

    assertThat(bytes(stage)).isLessThan(MOST_BYTES).isBetween(half * 9 / 10, half * 11 / 10);
  }

  /** Every third one fails, and leaves its reason. */
  private static void rollOut(Stage stage, int version) {
    Program program = version % 3 == 0 ? Program.CANNOT_READ_STATE : Program.GOOD;
    stage.apply(Wish.image(program.image(), version)).settle();
  }

  private static int bytes(Stage stage) {
    return Serialization.asJson(stage.world.status()).getBytes(StandardCharsets.UTF_8).length;
  }
}
