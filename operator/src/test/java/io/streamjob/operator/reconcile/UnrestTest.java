package io.streamjob.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a pod has ended or begun, the engine is watched until it has noticed. */
class UnrestTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

  /** Each with a time at the place of the %s. */
  private static final String DELETED = "metadata: {deletionTimestamp: '%s'}";

  private static final String BEGUN = container("state: {running: {startedAt: '%s'}}");
  private static final String ENDED = container("state: {terminated: {finishedAt: '%s'}}");
  private static final String ENDED_BEFORE =
      container("state: {waiting: {}}, lastState: {terminated: {finishedAt: '%s'}}");

  @ParameterizedTest
  @ValueSource(strings = {DELETED, "begun", "ended", "ended before"})
  void whatHasJustHappenedToAPodIsUnrestAndWhatIsLongAgoIsNot(String what) {
    String pod =
        switch (what) {
          case "begun" -> BEGUN;
          case "ended" -> ENDED;
          case "ended before" -> ENDED_BEFORE;
          default -> what;
        };

    assertThat(Unrest.isAmong(pods(pod, "2026-01-01T00:00:41Z"), NOW)).isTrue();
    assertThat(Unrest.isAmong(pods(pod, "2026-01-01T00:00:40Z"), NOW)).isFalse();
  }

  @Test
  void aPodThatNobodyHasStartedYetIsNone() {
    assertThat(Unrest.isAmong(pods("metadata: {}", ""), NOW)).isFalse();
    assertThat(Unrest.isAmong(pods(container("state: {waiting: {}}"), ""), NOW)).isFalse();
  }

  private static String container(String states) {
    return "metadata: {}\nstatus: {containerStatuses: [{" + states + "}]}";
  }

  private static Stream<Pod> pods(String pod, String time) {
    return Stream.of(Serialization.unmarshal(pod.replace("%s", time), Pod.class));
  }
}
