package io.streamjob.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static final List<String> KNOWN = List.of("deaths", "faults", "pods");

  @Test
  void everythingIsDoneUnlessSomethingIsNamed() {
    assertThat(Parts.of("", KNOWN).include("pods")).isTrue();
  }

  @Test
  void whatIsNamedIsDoneAndNothingElse() {
    Parts parts = Parts.of("deaths,pods", KNOWN);

    assertThat(parts.include("pods")).isTrue();
    assertThat(parts.include("faults")).isFalse();
    assertThat(parts.include("faults", "deaths")).isTrue();
  }

  @Test
  void whatThereIsNotIsRefused() {
    assertThatThrownBy(() -> Parts.of("deaths,pod", KNOWN))
        .hasMessage(
            "PART: expected some of [deaths, faults, pods], separated by commas, found 'deaths,pod'");
  }
}
