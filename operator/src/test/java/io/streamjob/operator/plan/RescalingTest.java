package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.FailureStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.SpecHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine is to give the running job another size. */
final class RescalingTest {
  private static final Wish ONE = Situation.FIRST;
  private static final Wish TWO = ONE.scaledTo(2);
  private static final ScaleView AT_ONE = new ScaleView(Set.of(1), Set.of(1), Optional.empty());
  private static final ScaleView ASKED = new ScaleView(Set.of(2), Set.of(1), Optional.empty());
  private static final Instant STOPPED = Journals.NOW.plusSeconds(2);
  private static final ScaleView AT_TWO = new ScaleView(Set.of(2), Set.of(2), Optional.of(STOPPED));

  private final Situation given = Situation.running();

  @BeforeEach
  void aJobOfOneWorkerIsToHaveTwo() {
    given.stored(Situation.stored(1, ONE));
    given.status("current", new RevisionStatus(1, SpecHash.of(ONE.spec()), "orders:1"));
    given.wish(TWO);
  }

  private void rolling(RolloutStep step) {
    given.rolling(
        Journals.of(
            RolloutStrategy.Rescale, step, Optional.empty(), Journals.NOW, false, List.of()));
    RolloutStatus rollout = Objects.requireNonNull(given.status().rollout());
    given.status("rollout", Altered.copy(rollout, "wishedHash", SpecHash.of(TWO.spec())));
    given.fact("workers", Reading.known(1));
    given.fact("scale", Reading.known(AT_ONE));
    slots(2);
  }

  private void slots(int many) {
    given.fact(
        "newCluster",
        new ClusterView(
            Reading.known(new ClusterView.Objects(true, true, true)),
            Reading.known(new ClusterView.Pods(2, Optional.of("1-pod-1"), Optional.empty())),
            Reading.known(new Slots(many, many, 0))));
  }

  private void after(Duration time) {
    given.see("now", Journals.NOW.plus(time));
  }

  private RolloutStatus next() {
    return Objects.requireNonNull(given.plan().status().rollout());
  }

  @Test
  void aChangeOfSizeAloneIsNoRollout() {
    RolloutStatus begun = next();

    assertThat(begun.strategy()).isEqualTo("Rescale");
    assertThat(begun.step()).isEqualTo("Preparing");
    assertThat(begun.replicas()).isEqualTo(2);
    assertThat(begun.parallelism()).isEqualTo(2);
    assertThat(begun.toRevision()).isEqualTo(1);
    assertThat(begun.wishedHash()).isEqualTo(SpecHash.of(TWO.spec()));
    assertThat(given.plan().status().phase()).isEqualTo("Rescaling");
    assertThat(Journal.of(begun).size()).contains(new Journal.Size(2, 2));
  }

  @Test
  void anythingElseThatChangesIsOne() {
    given.wish(Wish.image("orders:2", 2).scaledTo(2));
    assertThat(next().strategy()).isEqualTo("Warm");

    given.wish(Situation.FIRST.scaledByRollout().scaledTo(2));
    assertThat(next().strategy()).as("another scheduler").isEqualTo("Warm");

    given.stored(Situation.stored(1, Situation.FIRST.scaledByRollout()));
    given.wish(TWO);
    assertThat(next().strategy()).as("a scheduler that cannot").isEqualTo("Warm");
  }

  @Test
  void whoAsksForMoreThanTheSizeGetsARollout() {
    given.wish(TWO.empty());
    assertThat(next().strategy()).as("no state").isEqualTo("Warm");

    given.wish(TWO);
    given.annotated(Annotations.RESTART, "r1");
    assertThat(next().strategy()).as("new pods").isEqualTo("Warm");
  }

  @Test
  void howItWouldBeUpgradedDoesNotMatter() {
    given.wish(TWO.cold().rolledBackByHand().deleting(DeletionPolicy.Keep));

    assertThat(next().strategy()).isEqualTo("Rescale");
  }

  @Test
  void aJobThatDoesNotRunIsNotRescaled() {
    given.job(JobState.RESTARTING);

    assertThat(next().strategy()).isEqualTo("Warm");
  }

  @Test
  void workersJoinFirst() {
    rolling(RolloutStep.Preparing);

    assertThat(given.plan().effects()).containsExactly(new Effect.ScaleWorkers(1, 2, 2));
    assertThat(next().step()).isEqualTo("Preparing");
  }

  @Test
  void thenTheEngineIsAsked() {
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(2));

    assertThat(next().step()).isEqualTo("Starting");
    assertThat(given.plan().effects())
        .containsExactly(
            new Effect.Rescale(1, Journals.SUBJECT.job(1, 1), 1, 2),
            new Effect.TakeCheckpoint(1, Journals.SUBJECT.job(1, 1), Journals.SUBJECT.stop(2)));
  }

  @Test
  void workersThatAreNotThereYetAreWaitedFor() {
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(2));
    slots(1);

    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(given.plan().effects()).isEmpty();
    assertThat(given.plan().lookAgainAfter()).isEqualTo(Limits.DEFAULT.lookSoon());

    after(Limits.DEFAULT.preparing());
    assertThat(next().step()).isEqualTo("Preparing");
    after(Limits.DEFAULT.preparing().plusMillis(1));
    assertThat(next().step()).isEqualTo("Retiring");
    assertThat(next().outcome()).isEqualTo("Abandoned");
    assertThat(failure().reason()).isEqualTo("PreparingTimedOut");
    assertThat(failure().message()).contains("expected 2 workers", "found 1 slots");
  }

  @Test
  void workersThatNobodyCouldAskForInTimeAreNotAskedForLater() {
    rolling(RolloutStep.Preparing);
    after(Limits.DEFAULT.preparing().plusMillis(1));

    assertThat(failure().reason()).isEqualTo("PreparingTimedOut");
    assertThat(given.plan().effects()).isEmpty();
  }

  @Test
  void fewerWorkersGoLast() {
    given.stored(Situation.stored(1, ONE.scaledTo(3)));
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(3));
    given.fact("scale", Reading.known(new ScaleView(Set.of(3), Set.of(3), Optional.empty())));
    slots(3);

    assertThat(given.plan().effects())
        .first()
        .isEqualTo(new Effect.Rescale(1, Journals.SUBJECT.job(1, 1), 3, 2));
  }

  @Test
  void otherWorkersForTheSameParallelismAreNoneOfTheEnginesBusiness() {
    given.stored(Situation.stored(1, ONE.scaledTo(2).scaledWorkers(3)));
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(3));
    given.fact("scale", Reading.known(AT_TWO));

    assertThat(next().step()).isEqualTo("Retiring");
    assertThat(next().outcome()).isEqualTo("Completed");
    assertThat(given.plan().effects()).isEmpty();
  }

  @Test
  void aPodInTroubleIsGivenTimeAndThenUp() {
    rolling(RolloutStep.Preparing);
    Instant since = Journals.NOW.minusSeconds(100);
    given.fact(
        "newCluster",
        new ClusterView(
            Reading.known(new ClusterView.Objects(true, true, true)),
            Reading.known(
                new ClusterView.Pods(
                    2,
                    Optional.of("1-pod-1"),
                    Optional.of(
                        new ClusterView.Trouble(new Obstacle(Reason.NoRoom, "no node"), since)))),
            Reading.known(new Slots(1, 1, 0))));

    after(Limits.DEFAULT.podProblem().minusMillis(1));
    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(given.plan().status().waitingFor()).isEqualTo("no node");
    after(Limits.DEFAULT.podProblem());
    assertThat(next().step()).isEqualTo("Retiring");
    assertThat(failure().reason()).isEqualTo("NoRoom");
  }

  @Test
  void aNewerWishEndsItBeforeItHasBegun() {
    rolling(RolloutStep.Preparing);
    given.wish(ONE.scaledTo(3));

    assertThat(next().outcome()).isEqualTo("Abandoned");
    assertThat(failure().reason()).isEqualTo("Superseded");
    assertThat(given.plan().notice()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Warm, Warm, Preparing", "Cold, Cold, Stopping"})
  void whatTheEngineCannotDoInPlaceIsRolledOut(String how, String strategy, String step) {
    given.wish(how.equals("Cold") ? TWO.cold() : TWO);
    rolling(RolloutStep.Preparing);
    given.fact("scale", Reading.absent());

    assertThat(next().strategy()).isEqualTo(strategy);
    assertThat(next().step()).isEqualTo(step);
    assertThat(next().toRevision()).isEqualTo(2);
    assertThat(next().replicas()).isNull();
    assertThat(next().note())
        .isEqualTo("not rescaled in place, as its scheduler cannot rescale it");
  }

  @ParameterizedTest
  @CsvSource({"1 2", "3 3"})
  void operatorsWithASizeOfTheirOwnAreNotTouched(String sizes) {
    rolling(RolloutStep.Preparing);
    Set<Integer> all =
        Set.copyOf(List.of(sizes.split(" ")).stream().map(Integer::valueOf).distinct().toList());
    given.fact("scale", Reading.known(new ScaleView(all, all, Optional.empty())));

    assertThat(next().strategy()).isEqualTo("Warm");
    assertThat(next().note()).contains("operators of the program have a parallelism of their own");
  }

  @Test
  void whoCannotBeAskedAnyMoreAfterWorkersHaveJoinedIsLeftAlone() {
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(2));
    given.fact("scale", Reading.absent());

    assertThat(next().outcome()).isEqualTo("Abandoned");
    assertThat(failure().reason()).isEqualTo("EngineRefused");

    given.fact("oldJob", Reading.unknown("no such host"));
    assertThat(next().step()).as("on a guess").isEqualTo("Preparing");
  }

  @Test
  void aSilentCoordinatorIsWaitedFor() {
    rolling(RolloutStep.Preparing);
    given.fact("scale", Reading.unknown("no such host"));
    assertThat(next().step()).isEqualTo("Preparing");

    given.fact("scale", Reading.known(AT_ONE));
    given.fact("workers", Reading.unknown("no answer"));
    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(given.plan().effects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"FAILED", "CANCELED", "FINISHED"})
  void aJobThatIsOverIsStartedAgainFirst(JobState state) {
    rolling(RolloutStep.Starting);
    given.job(state);
    assertThat(failure().reason()).isEqualTo("Recovering");

    rolling(RolloutStep.Preparing);
    given.fact("scale", Reading.absent());
    assertThat(failure().reason()).isEqualTo("Recovering");
    given.fact("scale", Reading.known(AT_ONE));
    given.fact("workers", Reading.known(2));
    assertThat(failure().reason()).isEqualTo("Recovering");

    given.fact("oldJob", Reading.absent());
    assertThat(failure().reason()).isEqualTo("Recovering");
  }

  @Test
  void aJobThatRestartsIsWaitedFor() {
    rolling(RolloutStep.Preparing);
    given.fact("workers", Reading.known(2));
    given.job(JobState.RESTARTING);

    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(given.plan().status().phase()).isEqualTo("Rescaling");
  }

  @Test
  void whatTheEngineHasNotHeardIsSaidAgain() {
    rolling(RolloutStep.Starting);
    assertThat(given.plan().effects()).hasSize(2);

    given.fact("scale", Reading.known(ASKED));
    assertThat(given.plan().effects()).isEmpty();

    given.fact("scale", Reading.unknown("no such host"));
    assertThat(given.plan().effects()).isEmpty();
    assertThat(next().step()).isEqualTo("Starting");
  }

  @Test
  void itIsRescaledOnceItsTasksRunAtThatSize() {
    rolling(RolloutStep.Starting);
    given.fact("scale", Reading.known(AT_TWO));
    assertThat(next().step()).as("no task runs yet").isEqualTo("Starting");

    given.fact(
        "newTasks", Reading.known(new TasksView(2, 2, Optional.of(STOPPED.plusMillis(400)))));
    assertThat(next().step()).isEqualTo("Retiring");
    assertThat(next().outcome()).isEqualTo("Completed");
    assertThat(next().stoppedAt()).isEqualTo(STOPPED.toString());
    assertThat(next().runningAt()).isEqualTo(STOPPED.plusMillis(400).toString());
  }

  @Test
  void aStopFromBeforeIsNoneOfThisRescaling() {
    rolling(RolloutStep.Starting);
    Instant before = Journals.NOW.minusSeconds(50);
    given.fact("scale", Reading.known(new ScaleView(Set.of(2), Set.of(2), Optional.of(before))));
    given.fact("newTasks", Reading.known(new TasksView(2, 2, Optional.of(STOPPED))));

    assertThat(next().stoppedAt()).isEqualTo(STOPPED.toString());
  }

  @Test
  void whatDoesNotComeInTimeIsTakenBack() {
    rolling(RolloutStep.Starting);
    given.fact("scale", Reading.known(ASKED));
    after(Duration.ofMinutes(5));
    assertThat(next().step()).isEqualTo("Starting");

    after(Duration.ofMinutes(5).plusMillis(1));
    assertThat(next().step()).isEqualTo("Retiring");
    assertThat(next().outcome()).isEqualTo("RolledBack");
    assertThat(failure().reason()).isEqualTo("NotConfirmed");
    assertThat(failure().message()).contains("at parallelism 2 within PT5M, found [1]");

    given.fact("scale", Reading.unknown("no such host"));
    assertThat(failure().message()).contains("found no answer");
  }

  private void retiring(RolloutOutcome outcome) {
    given.rolling(
        Altered.copy(
            Journals.of(
                RolloutStrategy.Rescale,
                RolloutStep.Retiring,
                Optional.of(outcome),
                Journals.NOW,
                false,
                List.of()),
            "asked",
            Optional.of(new Journal.Asked(Journal.Asked.RESCALE, SpecHash.of(TWO.spec())))));
    given.fact("workers", Reading.known(2));
  }

  @Test
  void theSizeIsWrittenDownBesideTheRevision() {
    retiring(RolloutOutcome.Completed);
    given.fact("scale", Reading.known(AT_TWO));

    assertThat(given.plan().effects())
        .containsExactly(new Effect.StoreScale(1, 2, 2, SpecHash.of(TWO.spec())));

    given.stored(
        new Observation.StoredRevision(
            1, SpecHash.of(TWO.spec()), Situation.stored(1, TWO).spec()));
    assertThat(given.plan().status().rollout()).isNull();
    assertThat(Objects.requireNonNull(given.plan().status().current()).specHash())
        .isEqualTo(SpecHash.of(TWO.spec()));
    assertThat(Objects.requireNonNull(given.plan().status().stable()).specHash())
        .isEqualTo(SpecHash.of(TWO.spec()));
    assertThat(given.plan().status().replicas()).isEqualTo(2);
    assertThat(given.plan().status().rejected()).isNull();
    assertThat(given.plan().status().phase()).isEqualTo("Running");
  }

  @Test
  void whoNeverAnswersIsNotWaitedForForEver() {
    retiring(RolloutOutcome.RolledBack);
    given.fact("workers", Reading.known(1));
    given.fact("scale", Reading.unknown("no such host"));
    assertThat(next().step()).isEqualTo("Retiring");

    after(Limits.DEFAULT.preparing().plusMillis(1));
    assertThat(given.plan().status().rollout()).isNull();

    given.fact("workers", Reading.known(2));
    assertThat(given.plan().effects()).containsExactly(new Effect.ScaleWorkers(1, 2, 1));
  }

  @Test
  void workersThatAreTooManyGo() {
    retiring(RolloutOutcome.Completed);
    given.stored(
        new Observation.StoredRevision(
            1, SpecHash.of(TWO.spec()), Situation.stored(1, TWO).spec()));
    given.fact("workers", Reading.known(3));
    assertThat(given.plan().effects()).containsExactly(new Effect.ScaleWorkers(1, 2, 2));

    given.fact("workers", Reading.unknown("no answer"));
    assertThat(given.plan().effects()).isEmpty();
    assertThat(next().step()).isEqualTo("Retiring");

    given.fact("workers", Reading.absent());
    assertThat(given.plan().status().rollout()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = RolloutOutcome.class,
      names = {"RolledBack", "Abandoned"})
  void whatHasNotComeToItGoesBackToItsSize(RolloutOutcome outcome) {
    retiring(outcome);
    given.fact("scale", Reading.unknown("no such host"));
    assertThat(given.plan().effects()).isEmpty();

    given.fact("scale", Reading.known(ASKED));
    assertThat(given.plan().effects())
        .containsExactly(new Effect.Rescale(1, Journals.SUBJECT.job(1, 1), 2, 1));

    given.fact("scale", Reading.known(AT_ONE));
    assertThat(given.plan().effects()).containsExactly(new Effect.ScaleWorkers(1, 2, 1));

    given.fact("workers", Reading.known(1));
    assertThat(given.plan().status().rollout()).isNull();
    assertThat(Objects.requireNonNull(given.plan().status().rejected()).specHash())
        .as("what is not tried again")
        .isEqualTo(SpecHash.of(TWO.spec()));
    assertThat(Objects.requireNonNull(given.plan().status().current()).specHash())
        .isEqualTo(SpecHash.of(ONE.spec()));
  }

  @Test
  void aJobThatIsOverNeedNotBeTakenBack() {
    retiring(RolloutOutcome.Abandoned);
    given.fact("scale", Reading.known(ASKED));
    given.fact("oldJob", Reading.absent());

    assertThat(given.plan().effects()).containsExactly(new Effect.ScaleWorkers(1, 2, 1));
  }

  @Test
  void withoutItsRevisionItIsLeftAsItIs() {
    rolling(RolloutStep.Preparing);
    given.stored();
    assertThat(given.plan().status().rollout()).isNull();

    given.see("revisions", Reading.unknown("no answer"));
    assertThat(next().step()).isEqualTo("Preparing");
  }

  private FailureStatus failure() {
    return Objects.requireNonNull(next().failure());
  }
}
