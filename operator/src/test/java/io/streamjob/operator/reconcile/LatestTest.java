package io.streamjob.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.streamjob.api.v1beta1.StreamJob;
import org.junit.jupiter.api.Test;

/** What this process wrote itself counts until a watch delivers something as new. */
class LatestTest {
  private final Latest<StreamJob> latest = new Latest<>(2);

  @Test
  void whatWasNeverWrittenIsTakenAsDelivered() {
    StreamJob delivered = job("orders", "5");

    assertThat(latest.of(delivered)).isSameAs(delivered);
  }

  @Test
  void anOwnWriteCountsBeforeTheWatchHasDeliveredIt() {
    StreamJob written = job("orders", "10");
    latest.remember(written);

    assertThat(latest.of(job("orders", "9"))).isSameAs(written);
  }

  @Test
  void versionsAreComparedAsNumbers() {
    StreamJob written = job("orders", "10");
    latest.remember(written);

    assertThat(latest.of(job("orders", "9"))).isSameAs(written);
    StreamJob delivered = job("orders", "11");
    assertThat(latest.of(delivered)).isSameAs(delivered);
  }

  @Test
  void whatIsDeliveredAsNewAsTheOwnWriteTakesItsPlace() {
    latest.remember(job("orders", "10"));
    StreamJob delivered = job("orders", "10");

    assertThat(latest.of(delivered)).isSameAs(delivered);
    StreamJob late = job("orders", "9");
    assertThat(latest.of(late)).as("the own write is forgotten").isSameAs(late);
  }

  @Test
  void anotherObjectOfTheSameNameIsAnotherOne() {
    latest.remember(job("orders", "10"));
    StreamJob other = job("orders-made-anew", "3");

    assertThat(latest.of(other)).isSameAs(other);
  }

  @Test
  void aForgottenWriteDoesNotCount() {
    latest.remember(job("orders", "10"));
    latest.forget("orders");
    StreamJob delivered = job("orders", "9");

    assertThat(latest.of(delivered)).isSameAs(delivered);
  }

  @Test
  void beyondTheLimitTheOneThatWasUsedLongestAgoIsForgotten() {
    StreamJob orders = job("orders", "10");
    latest.remember(orders);
    latest.remember(job("clicks", "10"));
    assertThat(latest.of(job("orders", "1"))).isSameAs(orders);

    latest.remember(job("payments", "10"));

    StreamJob clicks = job("clicks", "1");
    assertThat(latest.of(clicks)).as("the one used longest ago").isSameAs(clicks);
    assertThat(latest.of(job("orders", "1"))).as("the one used since").isSameAs(orders);
  }

  @Test
  void whereVersionsAreNoNumbersWhatIsDeliveredIsTaken() {
    latest.remember(job("orders", "later"));
    StreamJob delivered = job("orders", "sooner");

    assertThat(latest.of(delivered)).isSameAs(delivered);
  }

  private static StreamJob job(String uid, String version) {
    StreamJob job = new StreamJob();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withName("orders")
            .withUid(uid)
            .withResourceVersion(version)
            .build());
    return job;
  }
}
