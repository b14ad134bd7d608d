package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.EngineFailure.Kind;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointFormat;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A new revision comes up beside the running job: what ends that, and what only delays it. */
final class PreparingTest {
  private static final Wish NEXT = Wish.image("orders:2", 2);
  private static final Reading<Slots> NO_SLOTS = Reading.known(new Slots(0, 0, 0));
  private static final Reading<Slots> ONE_SLOT = Reading.known(new Slots(1, 1, 1));

  private final Situation given = Situation.running();

  @BeforeEach
  void aRolloutIsUnderWay() {
    given.wish(NEXT);
    given.stored(Situation.stored(1, Situation.FIRST), Situation.stored(2, NEXT));
    given.fact("oldCluster", cluster(false, Journals.COORDINATOR, NO_SLOTS));
    given.fact("newCluster", cluster(false, "2-pod-1", NO_SLOTS));
    given.fact("preflightJob", Reading.absent());
    given.fact("oldCheckpoints", Reading.absent());
    preparing(Duration.ofMinutes(1));
  }

  private void preparing(Duration since) {
    given.rolling(
        Journals.of(
            RolloutStrategy.Warm,
            RolloutStep.Preparing,
            Optional.empty(),
            Journals.NOW.minus(since),
            false,
            List.of()));
  }

  private void rolling(UnaryOperator<Journal> change) {
    given.rolling(change.apply(journal()));
  }

  private Journal journal() {
    return Journal.of(Objects.requireNonNull(given.status().rollout()));
  }

  private RolloutStatus next() {
    return Objects.requireNonNull(given.plan().status().rollout());
  }

  private static ClusterView cluster(boolean workers, String coordinator, Reading<Slots> slots) {
    return new ClusterView(
        Reading.known(new ClusterView.Objects(true, workers, true)),
        Reading.known(new ClusterView.Pods(1, Optional.of(coordinator), Optional.empty())),
        slots);
  }

  private void preflightFails(Kind kind, String... operators) {
    given.fact(
        "preflight",
        Reading.known(
            new ApplicationView.Failed(
                new EngineFailure(kind, "it does not fit", List.of(operators)))));
  }

  @ParameterizedTest
  @CsvSource({"0, true", "2, true", "3, false"})
  void aCheckpointThatWasReplacedMeanwhileIsNoReasonToRefuse(int retries, boolean again) {
    rolling(journal -> journal.withPreflight(Check.Pending, retries));
    preflightFails(Kind.RESTORE_POINT_UNREADABLE);

    RolloutStatus next = next();

    assertThat(next.step()).isEqualTo(again ? "Preparing" : "Retiring");
    assertThat(next.preflightRetries()).isEqualTo(again ? retries + 1 : retries);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"CANCELED", "FINISHED", "FAILED"})
  void whateverEndsTheStandInItHasShownThatAllStateHasItsPlace(JobState end) {
    given.fact("preflightJob", Reading.known(new JobView(end, 0, Optional.empty())));

    assertThat(next().preflight()).isEqualTo("Passed");
    assertThat(next().step()).isEqualTo("Preparing");
  }

  @Test
  void operatorsWithoutAPlaceAreWrittenDownBeforeAnythingComesOfIt() {
    preflightFails(Kind.STATE_NOT_MAPPABLE, "counter", "window");

    assertThat(next().unmappedOperators()).containsExactly("counter", "window");
    assertThat(next().outcome()).isNull();
  }

  @Test
  void whoseStateWouldBeDroppedIsAskedBeforeAnybodyIsToldOfIt() {
    rolling(journal -> journal.withUnmapped(List.of("counter")));
    preflightFails(Kind.STATE_NOT_MAPPABLE, "counter");
    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(next().outcome()).isNull();

    given.fact("operators", Reading.known(List.of()));
    assertThat(next().outcome()).isEqualTo("Abandoned");
    assertThat(Objects.requireNonNull(next().failure()).message())
        .contains("no operator for the state of operator counter");
  }

  @Test
  void aMainMethodThatStartsNoJobIsRefused() {
    given.fact("preflight", Reading.known(new ApplicationView.Finished()));

    assertThat(next().outcome()).isEqualTo("Abandoned");
    assertThat(Objects.requireNonNull(next().failure()).message())
        .contains("ended without starting a job");
  }

  @ParameterizedTest
  @CsvSource({"299, Preparing", "300, Preparing", "301, Retiring"})
  void podsHaveTheirTimeAndNotMore(int seconds, String step) {
    preparing(Duration.ofSeconds(seconds));
    given.fact("newCluster", cluster(false, "2-pod-1", Reading.unknown("connection refused")));

    assertThat(next().step()).isEqualTo(step);
    if (step.equals("Retiring")) {
      assertThat(Objects.requireNonNull(next().failure()).message())
          .contains("found no slots, none free");
    }
  }

  @Test
  void whatIsThereWhenTheTimeIsOverIsTold() {
    preparing(Duration.ofMinutes(6));
    rolling(journal -> journal.withPreflight(Check.Passed, 0));
    given.fact("newCluster", cluster(true, "2-pod-1", Reading.known(new Slots(1, 1, 0))));
    rolling(journal -> journal.withWarmUp(Check.Passed));

    assertThat(Objects.requireNonNull(next().failure()).message())
        .contains("found 1 slots, 0 free");
  }

  /** Nobody knows whether the job runs that would be stopped: not stopped, and not for ever. */
  @ParameterizedTest
  @CsvSource({
    "1, UNKNOWN, Preparing",
    "6, UNKNOWN, Retiring",
    "1, RESTARTING, Preparing",
    "6, RESTARTING, Retiring",
    "1, RUNNING, Stopping",
    "6, RUNNING, Stopping",
    "6, FAILED, Stopping",
    "6, FINISHED, Retiring",
  })
  void theOldJobIsStoppedOnlyWhileItRuns(int minutes, String old, String step) {
    preparing(Duration.ofMinutes(minutes));
    rolling(journal -> journal.withPreflight(Check.Passed, 0).withWarmUp(Check.Passed));
    given.fact("newCluster", cluster(true, "2-pod-1", ONE_SLOT));
    if (old.equals("UNKNOWN")) {
      given.fact("oldJob", Reading.unknown("connection refused"));
    } else {
      given.job(JobState.valueOf(old));
    }

    assertThat(next().step()).isEqualTo(step);
    if (step.equals("Retiring")) {
      assertThat(Objects.requireNonNull(next().failure()).reason())
          .isEqualTo(old.equals("FINISHED") ? "JobFailed" : "PreparingTimedOut");
    }
  }

  @Test
  void whereItsStateGoesIsKnownBeforeTheOldJobIsStopped() {
    rolling(journal -> journal.withPreflight(Check.Passed, 0).withWarmUp(Check.Passed));
    given.fact("newCluster", cluster(true, "2-pod-1", ONE_SLOT));
    given.stored(Situation.stored(2, NEXT));

    assertThat(next().step()).isEqualTo("Preparing");
    assertThat(given.plan().effects()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"RocksDB, NATIVE", "HashMap, CANONICAL", "ForSt, NATIVE"})
  void aJobThatMakesWayForOtherStateIsAskedForWhatItsBackendCanWrite(
      StateBackend old, SavepointFormat asked) {
    given.stored(Situation.stored(1, Situation.FIRST.on(old)), Situation.stored(2, NEXT));
    given.wish(NEXT.restoring(Journals.CHOSEN, "a"));
    rolling(
        journal ->
            Journals.restoring(journal.withPreflight(Check.Passed, 0).withWarmUp(Check.Passed)));
    given.fact("newCluster", cluster(true, "2-pod-1", ONE_SLOT));

    assertThat(given.plan().effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.StopWithSavepoint.class, stop -> assertThat(stop.format()).isEqualTo(asked));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsChosenIsTestedInsteadOfTheNewestCheckpoint(boolean chosen) {
    if (chosen) {
      given.wish(NEXT.restoring(Journals.CHOSEN, "a"));
      rolling(Journals::restoring);
    }
    given.fact("preflight", Reading.absent());
    given.fact(
        "oldCheckpoints",
        Reading.known(
            new Checkpoints(
                1,
                0,
                Optional.empty(),
                Optional.of(
                    new Checkpoints.Completed(
                        1, Journals.CHECKPOINTS + "chk-1", Journals.NOW, Journals.NOW)))));

    assertThat(given.plan().effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.Submit.class,
            submit ->
                assertThat(submit.submission().restoreFrom())
                    .hasValue(chosen ? Journals.CHOSEN : Journals.CHECKPOINTS + "chk-1"));
  }
}
