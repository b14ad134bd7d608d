package io.streamjob.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void theMedianIsTheMiddleOfTheSortedSamples() {
    Series series = series(900, 100, 500);

    assertThat(series.median()).isEqualTo(500);
    assertThat(series.least()).isEqualTo(100);
    assertThat(series.most()).isEqualTo(900);
  }

  @Test
  void ofAnEvenNumberTheLowerMiddleIsTaken() {
    assertThat(series(4, 1, 3, 2).median()).isEqualTo(2);
  }

  @Test
  void eachPartHasAMedianOfItsOwn() {
    Series series =
        new Series(
            "small_warm",
            List.of(
                new Series.Sample(1, 1, Map.of("stopping", 10L, "starting", 3L)),
                new Series.Sample(1, 1, Map.of("stopping", 30L, "starting", 2L)),
                new Series.Sample(1, 1, Map.of("stopping", 20L, "starting", 1L))));

    assertThat(series.medianParts()).isEqualTo(Map.of("stopping", 20L, "starting", 2L));
  }

  private static Series series(long... gaps) {
    return new Series(
        "small_warm",
        LongStream.of(gaps).mapToObj(gap -> new Series.Sample(gap, gap, Map.of())).toList());
  }
}
