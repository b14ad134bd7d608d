package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of one spec makes another. */
class EffectiveSpecTest {
  private static final Wish WISH = Wish.image("orders:1", 1);

  @Test
  void anotherSizeAloneIsARescaling() {
    assertThat(of(WISH.scaledTo(3)).isRescaleOf(of(WISH))).isTrue();
    assertThat(of(WISH.scaledTo(3).cold().rolledBackByHand().suspended()).isRescaleOf(of(WISH)))
        .as("how and when it is rolled out")
        .isTrue();
    assertThat(of(WISH.scaledTo(3)).isRescaleOf(of(WISH.restoring("before", "a")))).isTrue();
  }

  @Test
  void anythingElseIsNone() {
    assertThat(of(WISH.scaledTo(3)).isRescaleOf(of(WISH.onHeap()))).isFalse();
    assertThat(of(Wish.image("orders:2", 1)).isRescaleOf(of(WISH))).isFalse();
    assertThat(of(WISH).isRescaleOf(of(WISH.scaledByRollout()))).as("from Rollout").isFalse();
    assertThat(of(WISH.scaledByRollout()).isRescaleOf(of(WISH))).as("to Rollout").isFalse();
  }

  @Test
  void atAnotherSizeAllElseIsTheSame() {
    EffectiveSpec scaled = of(WISH).scaled(3, 2);

    assertThat(scaled.replicas()).isEqualTo(3);
    assertThat(scaled.program().parallelism()).isEqualTo(2);
    assertThat(scaled.scaled(1, 1)).isEqualTo(of(WISH));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepingTheStateKeepsTheProgram(boolean suspended) {
    EffectiveSpec other = of(suspended ? WISH.empty().suspended() : WISH.empty());

    EffectiveSpec kept = of(WISH.scaledTo(2)).keepingStateLike(other);

    assertThat(kept.upgrade().state()).isEqualTo(UpgradeState.Savepoint);
    assertThat(kept.suspend()).isEqualTo(suspended);
    assertThat(kept.replicas()).isEqualTo(2);
    assertThat(of(WISH).suspended()).isEqualTo(Altered.copy(of(WISH), "suspend", true));
  }

  private static EffectiveSpec of(Wish wish) {
    return SpecParser.parse(wish.spec()) instanceof Parsed.Valid(EffectiveSpec spec)
        ? spec
        : fail(wish + " is no valid spec");
  }
}
