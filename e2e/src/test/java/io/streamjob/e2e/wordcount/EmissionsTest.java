package io.streamjob.e2e.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EmissionsTest {
  private static final Instant OPENED = Instant.ofEpochMilli(1_000_000);

  private final Emissions emissions = new Emissions(OPENED);

  @Test
  void theLongestTimeBetweenTwoRecordsCounts() {
    records(10, 11, 40, 45, 100);

    assertThat(silence(0, 90)).isEqualTo(Duration.ofMillis(45));
    assertThat(silence(10, 60)).isEqualTo(Duration.ofMillis(29));
  }

  @Test
  void theEndsOfTheSpanCountAsRecords() {
    records(500);

    assertThat(silence(0, 100)).isEqualTo(Duration.ofMillis(100));
    assertThat(silence(480, 520)).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void theNewestRecordIsTheLatestByItsTimeStamp() {
    assertThat(emissions.newest()).isEqualTo(OPENED);

    records(70, 30);

    assertThat(emissions.newest()).isEqualTo(OPENED.plusMillis(70));
  }

  private void records(long... millis) {
    for (long at : millis) {
      emissions.add(OPENED.toEpochMilli() + at);
    }
  }

  private Duration silence(long from, long to) {
    return emissions.longestSilence(OPENED.plusMillis(from), OPENED.plusMillis(to));
  }
}
