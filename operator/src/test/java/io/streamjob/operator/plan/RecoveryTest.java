package io.streamjob.operator.plan;

import static io.streamjob.operator.plan.Situation.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RecoverySpec;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that is over, and that nobody has asked to end. */
final class RecoveryTest {
  private static final Wish NEXT = Wish.image("orders:2", 2);
  private static final ClusterView IDLE = cluster(2, new Slots(1, 1, 1));

  private final Situation given = Situation.running();

  RecoveryTest() {
    given.stored(Situation.stored(1, Situation.FIRST));
  }

  private static ClusterView cluster(int pods, Slots slots) {
    return new ClusterView(
        Reading.known(new ClusterView.Objects(true, true, true)),
        Reading.known(new ClusterView.Pods(pods, Optional.of("1-pod-1"), Optional.empty())),
        Reading.known(slots));
  }

  private static ClusterView incomplete(boolean coordinator, boolean workers) {
    return new ClusterView(
        Reading.known(new ClusterView.Objects(coordinator, workers, true)),
        Reading.known(new ClusterView.Pods(0, Optional.empty(), Optional.empty())),
        Reading.unknown("connection refused"));
  }

  private void lost() {
    given.fact("oldJob", Reading.absent());
  }

  private RolloutStatus begun() {
    return Objects.requireNonNull(given.plan().status().rollout());
  }

  @Test
  void aJobThatWasLostStartsAgainAsTheRevisionThatRan() {
    lost();

    Plan plan = given.plan();

    RolloutStatus begun = Objects.requireNonNull(plan.status().rollout());
    assertThat(begun.strategy()).isEqualTo("Recovery");
    assertThat(begun.step()).isEqualTo("Preparing");
    assertThat(begun.fromRevision()).isEqualTo(1);
    assertThat(begun.toRevision()).isEqualTo(1);
    assertThat(begun.attempt()).isEqualTo(1);
    assertThat(begun.preflight()).isEqualTo("Skipped");
    assertThat(begun.note()).isEqualTo("the job was lost with its coordinator");
    assertThat(begun.oldJobId()).isEqualTo(Journals.SUBJECT.job(1, 1).hex());
    assertThat(plan.effects()).isEmpty();
    assertThat(plan.notice().orElseThrow())
        .isEqualTo(
            new Notice(
                true,
                Reason.Recovering,
                "Recovery begins, attempt 1: revision 1; the job was lost with its coordinator"));
    assertThat(plan.status().phase()).isEqualTo("Recovering");
    assertThat(condition(plan.status(), ConditionType.Ready)).startsWith("False(Recovering)");
    assertThat(condition(plan.status(), ConditionType.Progressing)).startsWith("True(Recovering)");
    assertThat(plan.status().requests()).isNull();
  }

  /** Whatever is wrong with the wish: what ran is what runs again. */
  @Test
  void aWishThatCannotBeCarriedOutIsNoReasonToStayDown() {
    lost();
    given.wish(NEXT.invalid());

    Plan plan = given.plan();

    assertThat(begun().strategy()).isEqualTo("Recovery");
    assertThat(condition(plan.status(), ConditionType.UpgradeReady))
        .as("what stands about the wish stands")
        .startsWith("False(InvalidSpec)");
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"FAILED", "CANCELED"})
  void aJobThatTheEngineHasGivenUpStartsAgain(JobState state) {
    given.job(state);

    assertThat(begun().strategy()).isEqualTo("Recovery");
    assertThat(begun().note()).isEqualTo("the job had ended as " + state);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"INITIALIZING", "CREATED", "RUNNING", "RESTARTING", "FAILING", "CANCELLING"})
  void aJobThatIsThereIsLeftToTheEngineAndWatchedWhileThatHasWorkWithIt(JobState state) {
    given.job(state);

    Plan plan = given.plan();

    assertThat(plan.status().rollout()).isNull();
    assertThat(plan.lookAgainAfter())
        .isEqualTo(
            state == JobState.RUNNING ? Limits.DEFAULT.lookLater() : Limits.DEFAULT.lookRestless());
  }

  @ParameterizedTest
  @CsvSource({
    "RESTARTING, true, true, false",
    "RESTARTING, true, false, true",
    "RESTARTING, false, true, true",
    "RUNNING, false, false, false",
    ", true, true, false",
    ", true, false, true",
    ", false, true, true",
  })
  void objectsOfItsClusterThatAreMissingAreMadeAgain(
      @Nullable JobState state, boolean coordinator, boolean workers, boolean begins) {
    if (state == null) {
      given.fact("oldJob", Reading.unknown("no such host"));
    } else {
      given.job(state);
    }
    given.fact(
        "oldCluster",
        state == JobState.RUNNING ? ClusterView.UNSEEN : incomplete(coordinator, workers));

    RolloutStatus begun = given.plan().status().rollout();

    assertThat(begun != null).isEqualTo(begins);
    if (begun != null) {
      assertThat(begun.strategy()).isEqualTo("Recovery");
      assertThat(begun.note()).isEqualTo("objects of its cluster were missing");
    }
  }

  @Test
  void silenceIsNoLoss() {
    given.fact("oldJob", Reading.unknown("connection refused"));
    assertThat(given.plan().status().rollout()).isNull();

    given.fact("oldCluster", ClusterView.UNSEEN);
    assertThat(given.plan().status().rollout()).isNull();
  }

  @Test
  void aSavepointThatIsBeingTakenFailsFirst() {
    lost();
    given.status("savepoint", new SavepointStatus("mine", "uid-9", "2030-01-01T00:00:00Z"));

    assertThat(given.plan().status().rollout()).isNull();
  }

  @Test
  void whoHoldsTheJobHasItInHand() {
    lost();
    given.annotated(Annotations.HOLD, "2031-01-01T00:00:00Z");

    Plan plan = given.plan();

    assertThat(plan.status().rollout()).isNull();
    assertThat(plan.status().phase()).isEqualTo("Blocked");
    assertThat(plan.status().waitingFor())
        .isEqualTo(
            "shop/orders revision 1: the job was lost with its coordinator; it is not started again while annotation streamjob.io/hold holds it; next step: remove the annotation");
  }

  @ParameterizedTest
  @CsvSource({
    // how many recoveries, how long ago the last ended, of how many, begins
    "0, 0, 3, true",
    "1, 9, 3, false",
    "1, 11, 3, true",
    "2, 19, 3, false",
    "2, 21, 3, true",
    "3, 3599, 3, false",
    "3, 3601, 3, true",
    "3, 41, 4, true",
    "3, 39, 4, false",
    "0, 0, 0, false",
  })
  void aJobThatFailsAgainAndAgainIsGivenUpAfterPausesThatGrow(
      int recoveries, int secondsAgo, int attempts, boolean begins) {
    given.job(JobState.FAILED);
    given.wish(Altered.copy(Situation.FIRST.spec(), "recovery", new RecoverySpec(attempts, null)));
    given.status("history", history(recoveries, RolloutOutcome.Completed, null, secondsAgo));

    Plan plan = given.plan();

    assertThat(plan.status().rollout() != null).isEqualTo(begins);
    boolean givenUp = recoveries >= attempts && secondsAgo < 3600;
    if (!begins) {
      assertThat(plan.status().phase()).isEqualTo(givenUp ? "Failed" : "Recovering");
      assertThat(plan.status().waitingFor())
          .contains(givenUp ? "nothing runs" : "it is started again at 2030-01-01T01:00:");
    }
    if (givenUp) {
      assertThat(plan.status().waitingFor())
          .isEqualTo(
              "shop/orders revision 1: the engine has given its job up, and it was started again %d times within 1h, as often as spec.recovery allows; nothing runs; next step: see docs/operations/runbooks.md#jobfailed",
              recoveries);
    }
  }

  @Test
  void otherRolloutsAreNoRecoveries() {
    given.job(JobState.FAILED);
    given.status(
        "history",
        history(3, RolloutOutcome.Completed, null, 60).stream()
            .map(it -> Altered.copy(it, "strategy", "Warm"))
            .toList());

    assertThat(begun().strategy()).isEqualTo("Recovery");
  }

  /** Only such as failed themselves, and not such as were overtaken by another wish. */
  @ParameterizedTest
  @CsvSource({
    "Completed, , 1, true",
    "Abandoned, Superseded, 1, true",
    "Abandoned, StateNotReadable, 9, false",
    "Abandoned, StateNotReadable, 11, true",
  })
  void aLostJobIsRecoveredWithoutEndAndWithPausesAfterFailures(
      RolloutOutcome outcome, @Nullable String reason, int secondsAgo, boolean begins) {
    lost();
    given.status("history", history(1, outcome, reason, secondsAgo));

    assertThat(given.plan().status().rollout() != null).isEqualTo(begins);
  }

  private static List<HistoryStatus> history(
      int recoveries, RolloutOutcome outcome, @Nullable String reason, int secondsAgo) {
    return IntStream.range(0, recoveries)
        .mapToObj(
            number ->
                new HistoryStatus(
                    recoveries - number,
                    outcome.name(),
                    "Recovery",
                    1,
                    1,
                    reason,
                    reason,
                    "the job had ended as FAILED",
                    Journals.NOW.toString(),
                    Journals.NOW.minusSeconds(secondsAgo).toString(),
                    null,
                    List.of()))
        .toList();
  }

  @Test
  void aLostJobIsStoppedForASuspensionByItsNewestCheckpoint() {
    lost();
    given.wish(Situation.FIRST.suspended());

    assertThat(begun().strategy()).isEqualTo("Suspend");
    assertThat(begun().step()).isEqualTo("Stopping");
  }

  @Test
  void aNewVersionGoesOnFromTheNewestCheckpointOfALostJob() {
    lost();
    given.wish(NEXT);

    assertThat(begun().strategy()).isEqualTo("Cold");
    assertThat(begun().step()).isEqualTo("Stopping");
  }

  // The recovery under way.

  private Plan at(RolloutStep step, Optional<RolloutOutcome> outcome) {
    given.rolling(journal(step, outcome));
    return given.plan();
  }

  private static Journal journal(RolloutStep step, Optional<RolloutOutcome> outcome) {
    return Journals.of(
        RolloutStrategy.Recovery,
        step,
        outcome,
        Journals.NOW,
        step != RolloutStep.Stopping,
        List.of());
  }

  private static String step(Plan plan) {
    return Optional.ofNullable(plan.status().rollout()).map(RolloutStatus::step).orElse("none");
  }

  @Test
  void itWaitsUntilNoPodRunsATaskOfTheJob() {
    lost();
    given.fact("newCluster", cluster(2, new Slots(1, 1, 0)));
    assertThat(step(at(RolloutStep.Preparing, Optional.empty()))).isEqualTo("Preparing");

    given.fact("newCluster", cluster(3, new Slots(1, 1, 1)));
    assertThat(step(given.plan())).as("a pod more than there should be").isEqualTo("Preparing");

    given.fact("newCluster", IDLE);
    Plan plan = given.plan();
    assertThat(step(plan)).isEqualTo("Stopping");
    RolloutStatus next = Objects.requireNonNull(plan.status().rollout());
    assertThat(next.handover()).isEqualTo("LastCheckpoint");
    assertThat(next.savepointDirectory()).isEqualTo(Journals.CHECKPOINTS);
    assertThat(next.coordinatorUid()).isEqualTo("nobody");
    assertThat(next.stoppedAt()).isNull();
  }

  @Test
  void itEndsIfTheJobWentOnByItself() {
    given.job(JobState.RESTARTING);
    given.fact("newCluster", cluster(2, new Slots(1, 1, 0)));

    Plan plan = at(RolloutStep.Preparing, Optional.empty());

    assertThat(plan.status().rollout()).isNull();
    HistoryStatus ended = Objects.requireNonNull(plan.status().history()).getFirst();
    assertThat(ended.outcome()).isEqualTo("Completed");
    assertThat(ended.note()).isEqualTo("the job itself went on");
    assertThat(Objects.requireNonNull(plan.status().job()).id())
        .isEqualTo(Journals.SUBJECT.job(1, 1).hex());
  }

  @Test
  void aPodInTroubleIsToldAndWaitedFor() {
    lost();
    Obstacle noImage = new Obstacle(Reason.ImagePullFailed, "shop/orders revision 1: no image");
    given.fact(
        "newCluster",
        new ClusterView(
            Reading.known(new ClusterView.Objects(true, true, true)),
            Reading.known(
                new ClusterView.Pods(
                    2,
                    Optional.empty(),
                    Optional.of(
                        new ClusterView.Trouble(
                            noImage, Journals.NOW.minus(Duration.ofHours(2)))))),
            Reading.unknown("connection refused")));

    Plan plan = at(RolloutStep.Preparing, Optional.empty());

    assertThat(step(plan)).isEqualTo("Preparing");
    assertThat(plan.status().waitingFor()).isEqualTo(noImage.message());
  }

  @Test
  void anyEditEndsItBeforeAnythingIsStarted() {
    lost();
    given.fact("newCluster", IDLE);
    given.see("subject", new Subject("shop", "orders", "uid-1", 3));

    Plan superseded = at(RolloutStep.Preparing, Optional.empty());
    assertThat(step(superseded)).isEqualTo("Retiring");

    given.written(superseded.status());
    Plan ended = given.plan();
    assertThat(step(ended)).isEqualTo("none");
    assertThat(ended.effects()).as("nothing is deleted").isEmpty();
    assertThat(ended.status().rejected()).isNull();
  }

  @Test
  void aRevisionThatIsNotStoredAnyMoreIsNotMadeUp() {
    lost();
    given.stored();

    Plan plan = at(RolloutStep.Preparing, Optional.empty());

    assertThat(step(plan)).isEqualTo("Preparing");
    assertThat(plan.effects()).isEmpty();
    assertThat(plan.status().waitingFor()).contains("expected its ControllerRevision");

    given.see("subject", new Subject("shop", "orders", "uid-1", 3));
    assertThat(step(given.plan())).isEqualTo("Retiring");
  }

  @Test
  void itGoesOnFromTheNewestCheckpointAndFromNothingElse() {
    lost();
    given.rolling(Journals.byLastCheckpoint(journal(RolloutStep.Stopping, Optional.empty())));
    given.fact("savepointFound", Reading.absent());
    given.fact("oldState", Reading.unknown("503 SlowDown"));
    assertThat(step(given.plan())).isEqualTo("Stopping");

    given.fact("oldState", Reading.known(Journals.LAST_CHECKPOINT));
    Plan found = given.plan();
    assertThat(step(found)).isEqualTo("Verifying");
    RolloutStatus next = Objects.requireNonNull(found.status().rollout());
    assertThat(next.restoreFrom()).isEqualTo(Journals.LAST_CHECKPOINT);
    assertThat(next.stoppedAt()).isEqualTo(Journals.NOW.toString());

    given.fact("oldState", Reading.absent());
    Plan none = given.plan();
    assertThat(step(none)).isEqualTo("Blocked");
    assertThat(none.status().waitingFor())
        .contains("has left no checkpoint below " + Journals.CHECKPOINTS, "spec.restore");
    assertThat(none.effects()).isEmpty();

    given.fact("oldState", Reading.known("s3://bucket/elsewhere/chk-1"));
    assertThat(step(given.plan())).isEqualTo("Blocked");
  }

  /** With a savepoint that was asked for, and completed after all, results were committed. */
  @Test
  void aSavepointOfTheAttemptComesBeforeAnyCheckpoint() {
    lost();
    given.fact("oldState", Reading.known(Journals.LAST_CHECKPOINT));
    given.rolling(Journals.byLastCheckpoint(journal(RolloutStep.Stopping, Optional.empty())));
    given.fact("savepointFound", Reading.unknown("503 SlowDown"));
    assertThat(step(given.plan())).isEqualTo("Stopping");

    given.fact("savepointFound", Reading.known(Journals.LOCATION));
    assertThat(Objects.requireNonNull(given.plan().status().rollout()).restoreFrom())
        .isEqualTo(Journals.LOCATION);
  }

  @Test
  void anEditEndsItUntilSomethingIsStarted() {
    lost();
    given.rolling(Journals.byLastCheckpoint(journal(RolloutStep.Stopping, Optional.empty())));
    given.see("subject", new Subject("shop", "orders", "uid-1", 3));

    assertThat(step(given.plan())).isEqualTo("Retiring");
  }

  /** Or it would begin and end again and again while nobody can go back. */
  @Test
  void anAnnotationThatGoesBackWaitsForIt() {
    lost();
    given.fact("newCluster", IDLE);
    given.annotated(Annotations.ROLLBACK, "1");

    assertThat(step(at(RolloutStep.Preparing, Optional.empty()))).isEqualTo("Stopping");
  }

  /** Empty state that was wished long ago is no wish to give up what was lost. */
  @Test
  void anEditWhileTheStorageIsSilentStartsNothingEmpty() {
    lost();
    given.wish(Situation.FIRST.empty());
    given.stored(Situation.stored(1, Situation.FIRST.empty()));
    given.see("subject", new Subject("shop", "orders", "uid-1", 3));
    given.see("now", Journals.NOW.plusSeconds(60));
    given.fact("verification", Reading.unknown("503 SlowDown"));

    Plan plan = at(RolloutStep.Verifying, Optional.empty());

    assertThat(step(plan)).isEqualTo("Retiring");
    assertThat(plan.effects()).isEmpty();
  }

  @Test
  void howOftenAFailedJobIsStartedAgainAnInvalidSpecDoesNotSay() {
    given.job(JobState.FAILED);
    given.wish(NEXT.invalid());

    Plan plan = given.plan();

    assertThat(plan.status().rollout()).isNull();
    assertThat(plan.status().phase()).isEqualTo("Failed");
    assertThat(plan.status().waitingFor()).contains("correct it");
  }

  @ParameterizedTest
  @CsvSource({"FINISHED, Finish", "RESTARTING, Recovery"})
  void aWishToStandStillKeepsNobodyFromTidyingUp(JobState state, String strategy) {
    given.wish(Situation.FIRST.suspended());
    given.job(state);
    given.fact("oldCluster", incomplete(true, false));

    assertThat(begun().strategy()).isEqualTo(strategy);
  }

  @Test
  void missingWorkersAreMadeAgainBeforeANewVersionComes() {
    given.wish(NEXT.cold());
    given.job(JobState.RESTARTING);
    given.fact("oldCluster", incomplete(true, false));

    assertThat(begun().strategy()).isEqualTo("Recovery");
  }

  @Test
  void thePodsOfAFinishedJobThatIsHeldStay() {
    given.job(JobState.FINISHED);
    given.annotated(Annotations.HOLD, "2031-01-01T00:00:00Z");

    assertThat(given.plan().status().rollout()).isNull();
  }

  @Test
  void whileTheCoordinatorIsSilentNothingIsLookedFor() {
    given.fact("oldJob", Reading.unknown("connection refused"));
    given.fact("oldState", Reading.known(Journals.LAST_CHECKPOINT));
    given.rolling(Journals.byLastCheckpoint(journal(RolloutStep.Stopping, Optional.empty())));

    assertThat(step(given.plan())).isEqualTo("Stopping");
    assertThat(given.plan().effects()).isEmpty();
  }

  @Test
  void itSubmitsOnTheSamePods() {
    lost();
    given.fact("verification", Reading.known(new Verification.Whole(2, 9)));
    given.fact("newState", Reading.absent());

    Plan plan = at(RolloutStep.Verifying, Optional.empty());

    assertThat(step(plan)).isEqualTo("Starting");
    assertThat(plan.effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.Submit.class,
            submit -> {
              assertThat(submit.revision()).isEqualTo(1);
              assertThat(submit.submission().job()).contains(Journals.SUBJECT.job(1, 2));
              assertThat(submit.submission().restoreFrom()).contains(Journals.LAST_CHECKPOINT);
            });
    assertThat(plan.status().restorePoints()).as("it is told with the job").isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"RUNNING", "CANCELED"})
  void aRecoveryThatFailsIsOverBeforeAnotherBegins(@Nullable String state) {
    if (state == null) {
      given.fact("newJob", Reading.absent());
    } else {
      given.fact(
          "newJob", Reading.known(new JobView(JobState.valueOf(state), 0, Optional.empty())));
    }
    given.fact("newCluster", IDLE);
    given.fact("newState", Reading.absent());

    Plan plan = at(RolloutStep.RollingBack, Optional.of(RolloutOutcome.Abandoned));

    if ("RUNNING".equals(state)) {
      assertThat(step(plan)).isEqualTo("RollingBack");
      assertThat(plan.effects()).containsExactly(new Effect.Cancel(1, Journals.SUBJECT.job(1, 2)));
    } else {
      assertThat(step(plan)).isEqualTo("none");
      HistoryStatus ended = Objects.requireNonNull(plan.status().history()).getFirst();
      assertThat(ended.outcome()).isEqualTo("Abandoned");
      assertThat(ended.strategy()).isEqualTo("Recovery");
      assertThat(Objects.requireNonNull(plan.status().job()).id())
          .as("what comes next goes on from what the job before has left")
          .isEqualTo(Journals.SUBJECT.job(1, 1).hex());
      assertThat(plan.status().rejected()).isNull();
    }
  }

  @Test
  void aReplacedCoordinatorProvesNothingWhileAWorkerIsBusy() {
    given.fact("newJob", Reading.absent());
    given.fact("newCluster", cluster(2, new Slots(1, 1, 0)));
    given.fact("newState", Reading.absent());

    Plan plan = at(RolloutStep.RollingBack, Optional.of(RolloutOutcome.Abandoned));

    assertThat(step(plan)).isEqualTo("RollingBack");
    assertThat(plan.effects()).isEmpty();
  }

  @Test
  void whatARecoveryHasCompletedBeforeItFailedIsWhatComesNext() {
    given.fact("newJob", Reading.absent());
    given.fact("newCluster", IDLE);
    given.fact("newState", Reading.known("s3://bucket/new/chk-1"));

    Plan plan = at(RolloutStep.RollingBack, Optional.of(RolloutOutcome.Abandoned));

    assertThat(step(plan)).isEqualTo("none");
    assertThat(Objects.requireNonNull(plan.status().job()).id())
        .isEqualTo(Journals.SUBJECT.job(1, 2).hex());
    assertThat(Objects.requireNonNull(plan.status().history()).getFirst().outcome())
        .isEqualTo("Completed");
  }

  // A job that has done its work.

  @Test
  void thePodsOfAJobThatHasDoneItsWorkGo() {
    given.job(JobState.FINISHED);

    Plan begins = given.plan();
    assertThat(begun().strategy()).isEqualTo("Finish");
    assertThat(begins.status().phase()).isEqualTo("Finished");

    given.written(begins.status());
    given.fact("oldCluster", IDLE);
    assertThat(given.plan().effects()).containsExactly(new Effect.DeleteCluster(1));

    given.fact(
        "oldCluster",
        new ClusterView(
            Reading.known(new ClusterView.Objects(false, false, false)),
            Reading.known(new ClusterView.Pods(0, Optional.empty(), Optional.empty())),
            Reading.unknown("no such host")));
    Plan ends = given.plan();
    assertThat(ends.status().rollout()).isNull();
    assertThat(ends.status().phase()).isEqualTo("Finished");
    assertThat(Objects.requireNonNull(ends.status().job()).state()).isEqualTo("FINISHED");
    assertThat(condition(ends.status(), ConditionType.Ready)).startsWith("False(JobFinished)");
  }

  @Test
  void aFinishedJobIsNotAskedForAndStaysAsItIs() {
    given.status("phase", "Finished");
    given.fact("oldJob", Reading.unknown(Observation.NOT_ASKED));

    assertThat(given.plan().status().rollout()).isNull();
    given.wish(Situation.FIRST.suspended());
    assertThat(given.plan().status().phase()).isEqualTo("Finished");
  }

  @ParameterizedTest
  @CsvSource({"Savepoint, false", "None, true"})
  void afterAFinishedJobANewVersionStartsEmptyOrNotAtAll(String state, boolean begins) {
    given.status("phase", "Finished");
    given.fact("oldJob", Reading.unknown(Observation.NOT_ASKED));
    given.wish(state.equals("None") ? NEXT.empty() : NEXT);

    Plan plan = given.plan();

    assertThat(plan.status().rollout() != null).isEqualTo(begins);
    if (!begins) {
      assertThat(condition(plan.status(), ConditionType.UpgradeReady))
          .startsWith("False(JobFinished)");
      assertThat(plan.status().waitingFor()).contains("spec.upgrade.state to None");
    }
  }
}
