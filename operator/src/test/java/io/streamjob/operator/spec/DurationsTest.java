package io.streamjob.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "10s, PT10S",
    "90m, PT1H30M",
    "1h30m, PT1H30M",
    "7d, P7D",
    "1d1h1m1s1ms, PT25H1M1.001S",
    "007s, PT7S",
    "999999999d, PT23999999976H",
  })
  void a_duration_is_understood(String text, Duration expected) {
    assertThat(Durations.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10",
        "s",
        "10 s",
        " 10s",
        "10s ",
        "-10s",
        "+10s",
        "1.5h",
        "10S",
        "10us",
        "1h-5m",
        "PT10S",
        "10s\n",
        "1w",
        "1234567890s",
        "١s"
      })
  void what_is_no_duration_is_not_guessed_at(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0s", "PT0.5S, 500ms", "PT90S, 1m30s", "PT24H, 1d", "P7DT1S, 7d1s"})
  void a_duration_is_printed_in_the_largest_units(Duration duration, String expected) {
    assertThat(Durations.print(duration)).isEqualTo(expected);
  }

  @Test
  void whatever_is_printed_is_read_back() {
    Random random = new Random(20261122);

    for (int i = 0; i < 10_000; i++) {
      Duration duration = Duration.ofMillis(random.nextLong(Duration.ofDays(10_000).toMillis()));
      assertThat(Durations.parse(Durations.print(duration))).contains(duration);
    }
  }
}
