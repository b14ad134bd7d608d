package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "0 3 * * *, UTC, 2026-03-28T12:00:00Z, 2026-03-29T03:00:00Z",
    "0 3 * * *, UTC, 2026-03-28T03:00:00Z, 2026-03-29T03:00:00Z",
    "*/15 * * * *, UTC, 2026-03-28T12:07:31Z, 2026-03-28T12:15:00Z",
    "0 3 * * *, Europe/Berlin, 2026-01-01T12:00:00Z, 2026-01-02T02:00:00Z",
    "0 3 * * *, Europe/Berlin, 2026-07-01T12:00:00Z, 2026-07-02T01:00:00Z",
    "0 9 * * MON, UTC, 2026-11-25T12:00:00Z, 2026-11-30T09:00:00Z"
  })
  void theNextTimeIsOnTheClockOfTheZone(String cron, String zone, String now, String next) {
    assertThat(new Schedule(cron, ZoneId.of(zone)).nextAfter(Instant.parse(now)))
        .hasValue(Instant.parse(next));
  }

  @Test
  void aTimeThatTheClockLeavesOutDoesNotCome() {
    // In Berlin no clock showed 02:30 on the 29th of March 2026.
    assertThat(
            new Schedule("30 2 * * *", ZoneId.of("Europe/Berlin"))
                .nextAfter(Instant.parse("2026-03-28T12:00:00Z")))
        .hasValue(Instant.parse("2026-03-30T00:30:00Z"));
  }

  @Test
  void aDayThatNeverComesHasNoNextTime() {
    assertThat(
            new Schedule("0 0 30 2 *", ZoneId.of("UTC"))
                .nextAfter(Instant.parse("2026-03-28T12:00:00Z")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nightly", "0 3 * *", "61 3 * * *", "0 25 * * *", "0 3 * * * *"})
  void whatMakesNoSenseIsRefused(String cron) {
    assertThatThrownBy(() -> new Schedule(cron, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
