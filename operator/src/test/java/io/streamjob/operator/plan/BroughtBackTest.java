package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.HighAvailability;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateHandover;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The coordinator that was asked to stop the job is lost, and another one brings the job back. */
final class BroughtBackTest {
  private static final Wish NEXT = Wish.image("orders:2", 2);
  private static final String OTHER = "5f2b7c1e-0000-4000-8000-000000000000";
  private static final JobId JOB = Journals.SUBJECT.job(1, 1);

  private final Situation given = Situation.running();

  @BeforeEach
  void itWasAskedToStop() {
    given.wish(NEXT);
    given.stored(highlyAvailable(), Situation.stored(2, NEXT));
    asked(journal -> journal);
    given.job(JobState.RUNNING);
    given.fact("savepoint", Reading.absent());
    given.fact("savepointFound", Reading.absent());
    coordinator(Optional.of(OTHER));
  }

  private static Observation.StoredRevision highlyAvailable() {
    Observation.StoredRevision first = Situation.stored(1, Situation.FIRST);
    return new Observation.StoredRevision(
        first.number(),
        first.specHash(),
        Altered.copy(first.spec(), "highAvailability", HighAvailability.Kubernetes));
  }

  private void asked(UnaryOperator<Journal> change) {
    given.rolling(
        change.apply(
            Journals.of(
                RolloutStrategy.Warm,
                RolloutStep.Stopping,
                Optional.empty(),
                Journals.NOW,
                true,
                List.of())));
  }

  private void coordinator(Optional<String> leader) {
    given.fact(
        "oldCluster",
        new ClusterView(
            Reading.known(new ClusterView.Objects(true, true, true)),
            Reading.known(new ClusterView.Pods(2, leader, Optional.empty())),
            Reading.unknown("not asked")));
  }

  private static Journal written(Plan plan) {
    return Journal.of(Objects.requireNonNull(plan.status().rollout()));
  }

  @Test
  void theOtherIsAskedUnderAnotherIdAndForAnotherFolder() {
    Plan plan = given.plan();

    Journal.Stop stop = written(plan).stop().orElseThrow();
    assertThat(stop.coordinatorUid()).isEqualTo(OTHER);
    assertThat(stop.trigger()).isNotEqualTo(Journals.SUBJECT.stop(2));
    assertThat(stop.directory()).isEqualTo("s3://bucket/orders/savepoints/a-2-5f2b7c1e/");
    assertThat(plan.effects())
        .containsExactly(
            new Effect.StopWithSavepoint(
                1, JOB, stop.trigger(), stop.directory(), SavepointFormat.NATIVE));
  }

  @Test
  void askedOnceItIsAskedAgainUnderTheSameId() {
    Plan first = given.plan();
    given.written(first.status());

    Plan second = given.plan();

    assertThat(second.effects()).isEqualTo(first.effects());
    assertThat(written(second)).isEqualTo(written(first));
  }

  @Test
  void oneAfterTheOtherGetsAFolderOfItsOwn() {
    given.written(given.plan().status());
    coordinator(Optional.of("c0ffee00-1"));

    assertThat(written(given.plan()).stop().orElseThrow().directory())
        .isEqualTo("s3://bucket/orders/savepoints/a-2-c0ffee00/");
  }

  @Test
  void whileTheBucketDoesNotTellOfTheFirstSavepointNothingIsAsked() {
    given.fact("savepointFound", Reading.unknown("no answer"));

    assertThat(given.plan().effects()).isEmpty();
    assertThat(written(given.plan()).stop().orElseThrow().coordinatorUid())
        .isEqualTo(Journals.COORDINATOR);
  }

  @Test
  void aSavepointThatWasCompleteIsBehindTheJobAndStopsNothing() {
    given.fact("savepointFound", Reading.known(Journals.LOCATION));

    Plan plan = given.plan();

    assertThat(plan.effects()).isEmpty();
    Journal journal = written(plan);
    assertThat(journal.step()).isEqualTo(RolloutStep.Retiring);
    assertThat(journal.outcome()).contains(RolloutOutcome.Abandoned);
    assertThat(journal.failure().orElseThrow().message())
        .contains(
            Journals.LOCATION + " was complete when another coordinator brought the job back");
  }

  @Test
  void aJobThatIsStillBeingBroughtBackIsNotAsked() {
    given.job(JobState.RESTARTING);

    assertThat(given.plan().effects()).isEmpty();
  }

  @Test
  void whileNobodyLeadsNobodyIsAsked() {
    coordinator(Optional.empty());

    assertThat(given.plan().effects()).isEmpty();
  }

  @Test
  void theOneThatWasAskedIsAskedUnderTheFirstId() {
    coordinator(Optional.of(Journals.COORDINATOR));

    assertThat(given.plan().effects())
        .containsExactly(
            new Effect.StopWithSavepoint(
                1, JOB, Journals.SUBJECT.stop(2), Journals.DIRECTORY, SavepointFormat.NATIVE));
  }

  @Test
  void withoutHighAvailabilityNothingBringsAJobBackAndTheLookWasOld() {
    given.stored(Situation.stored(1, Situation.FIRST), Situation.stored(2, NEXT));

    assertThat(given.plan().effects()).isEmpty();
    assertThat(written(given.plan()).stop().orElseThrow().coordinatorUid())
        .isEqualTo(Journals.COORDINATOR);
  }

  @Test
  void aCheckpointIsAskedForAnew() {
    asked(Journals::byCheckpoint);

    Plan plan = given.plan();

    Journal.Stop stop = written(plan).stop().orElseThrow();
    assertThat(stop.handover()).isEqualTo(StateHandover.Checkpoint);
    assertThat(stop.directory()).isEqualTo(Journals.CHECKPOINTS);
    assertThat(plan.effects()).containsExactly(new Effect.TakeCheckpoint(1, JOB, stop.trigger()));
    assertThat(stop.trigger()).isNotEqualTo(Journals.SUBJECT.stop(2));
  }

  @Test
  void anEndThatNobodyRemembersIsInTheFolderOfTheLastRequest() {
    given.written(given.plan().status());
    given.fact("oldJob", Reading.absent());
    String location = "s3://bucket/orders/savepoints/a-2-5f2b7c1e/savepoint-9";
    given.fact("savepointFound", Reading.known(location));

    Journal journal = written(given.plan());

    assertThat(journal.step()).isEqualTo(RolloutStep.Verifying);
    assertThat(journal.restoreFrom()).contains(location);
  }
}
