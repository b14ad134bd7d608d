package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A revision of one worker. */
final class ClusterViewTest {
  @ParameterizedTest
  @CsvSource({
    "1, 2, 1, true",
    "1, 3, 1, false",
    "2, 3, 1, true",
    "2, 2, 1, false",
    "2, 3, 0, false"
  })
  void itIsIdleWithAllOfItsPodsAndSlots(int coordinators, int pods, int free, boolean idle) {
    EffectiveSpec spec =
        Altered.copy(Situation.stored(1, Situation.FIRST).spec(), "coordinators", coordinators);
    ClusterView view =
        new ClusterView(
            Reading.known(new ClusterView.Objects(true, true, true)),
            Reading.known(new ClusterView.Pods(pods, Optional.empty(), Optional.empty())),
            Reading.known(new Slots(1, 1, free)));

    assertThat(view.isIdle(spec)).isEqualTo(idle);
  }
}
