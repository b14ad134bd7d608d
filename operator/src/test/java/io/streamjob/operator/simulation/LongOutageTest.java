package io.streamjob.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For thirty minutes the operator reaches nobody: no API server, no coordinator, no bucket. That
 * outlasts every deadline and every retry; what is wished runs in the end, whatever step it was.
 */
final class LongOutageTest {
  private static final Duration OUTAGE = Duration.ofMinutes(30);

  /** What was not prepared in time is given up and tried again, with the old job running. */
  private static final Duration RETRIED = Limits.DEFAULT.retryAfter().plusMinutes(1);

  /** In Preparing: when all pods have been asked for, and none is up. */
  private static final Duration LATER = Duration.ofSeconds(4);

  private static final Duration PACE = Duration.ofMillis(100);
  private static final Set<RolloutStep> STEPS =
      EnumSet.complementOf(EnumSet.of(RolloutStep.RollingBack, RolloutStep.Blocked));

  static Stream<Arguments> rollouts() {
    Wish good = Wish.image(Program.GOOD.image(), 2);
    return Stream.of(good, good.cold(), good.byCheckpoint(), good.cold().byCheckpoint())
        .flatMap(
            wish ->
                STEPS.stream()
                    .flatMap(
                        step ->
                            Stream.of(Duration.ZERO, LATER)
                                .map(later -> Arguments.of(wish, step, later))));
  }

  @ParameterizedTest
  @MethodSource("rollouts")
  void whatIsWishedRunsInTheEnd(Wish wish, RolloutStep step, Duration later) {
    Outage outage = new Outage();
    Stage stage = new Stage(outage, Defect.NONE, Trace.Detail.NOTHING, PACE, 1);
    stage.apply(Wish.image(Program.GOOD.image(), 1)).settle().apply(wish).until(step).pass(later);
    long version = stage.world.version();

    stage.world.invariants.patience(OUTAGE);
    outage.begin();
    stage.pass(OUTAGE);

    assertThat(stage.world.version()).as("nothing was written").isEqualTo(version);
    outage.stop();
    stage.settle().pass(RETRIED).settle();
    new Outcome(stage.world).check();
  }

  /** Nothing that is sent arrives, and nothing is answered. */
  private static final class Outage implements Faults {
    private boolean silent;
    private int struck;

    void begin() {
      silent = true;
    }

    @Override
    public Fault strike(Act act) {
      struck += silent ? 1 : 0;
      return silent && act != Act.READ ? Fault.REQUEST_LOST : Fault.NONE;
    }

    @Override
    public <T> Reading<T> blur(Reading<T> seen, Instant now) {
      return silent ? Reading.unknown("connection refused") : seen;
    }

    @Override
    public Duration delay() {
      return Duration.ZERO;
    }

    @Override
    public Duration age() {
      return Duration.ZERO;
    }

    @Override
    public int struck() {
      return struck;
    }

    @Override
    public void stop() {
      silent = false;
    }
  }
}
