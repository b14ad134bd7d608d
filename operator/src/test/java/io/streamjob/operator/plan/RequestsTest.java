package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.RequestStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RequestsTest {
  private static final String LONG = "x".repeat(200);

  @Test
  void anObjectWithoutAnnotationsAsksForNothing() {
    assertThat(Requests.of(null)).isEqualTo(Requests.NONE).isEqualTo(Requests.of(Map.of("a", "b")));
  }

  @Test
  void aValueIsNewUntilItWasActedUpon() {
    Requests requests = Requests.of(Map.of(Annotations.RESTART, "a", Annotations.ROLLBACK, "3"));

    assertThat(requests.newRestart(status())).contains("a");
    assertThat(requests.newRestart(status(handled(Annotations.RESTART, "b")))).contains("a");
    assertThat(requests.newRestart(status(handled(Annotations.RESTART, "a")))).isEmpty();
    assertThat(requests.newRollback(status(handled(Annotations.RESTART, "3")))).contains("3");
    assertThat(requests.newRollback(status(handled(Annotations.ROLLBACK, "3")))).isEmpty();
  }

  @Test
  void aValueThatIsTooLongIsKnownByItsBeginning() {
    Requests requests = Requests.of(Map.of(Annotations.RESTART, LONG));
    String kept = LONG.substring(0, Annotations.MAX_LENGTH);

    assertThat(requests.newRestart(status(handled(Annotations.RESTART, kept)))).isEmpty();
    assertThat(Requests.shortened(LONG)).isEqualTo(kept);
    assertThat(Requests.shortened(kept)).isEqualTo(kept);
  }

  private static RequestStatus handled(String annotation, String value) {
    return new RequestStatus(annotation, value, 1, "under way");
  }

  private static StreamJobStatus status(RequestStatus... requests) {
    return new StreamJobStatus(
        1,
        1L,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        requests.length == 0 ? null : List.of(requests),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
