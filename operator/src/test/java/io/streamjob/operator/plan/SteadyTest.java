package io.streamjob.operator.plan;

import static io.streamjob.operator.plan.Situation.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RejectedSpecStatus;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.SpecHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written, and what begins, while no rollout is under way. */
final class SteadyTest {
  private static final Wish NEXT = Wish.image("orders:2", 2);
  private static final EarlierView NOTHING_EARLIER = new EarlierView(Optional.empty(), List.of());

  private final Situation given = Situation.running();

  @Test
  void whatANewerOperatorHasWrittenIsLeftAlone() {
    given.status("schemaVersion", 2);
    given.wish(NEXT);

    assertThat(given.plan())
        .isEqualTo(
            new Plan(given.status(), List.of(), Optional.empty(), Limits.DEFAULT.lookLater()));
  }

  @Test
  void aNewStreamJobSaysThatNothingWasStartedYet() {
    Situation created = Situation.created();
    created.wish(Situation.FIRST.invalid());

    StreamJobStatus status = created.plan().status();

    assertThat(status.phase()).isEqualTo("Pending");
    assertThat(condition(status, ConditionType.Ready))
        .startsWith("False(InvalidSpec): shop/orders");
    assertThat(condition(status, ConditionType.Progressing)).startsWith("False(UpToDate)");
    assertThat(condition(status, ConditionType.StateSafe)).startsWith("False(NoCheckpoint)");
    assertThat(condition(status, ConditionType.UpgradeReady)).startsWith("False(InvalidSpec)");
    assertThat(status.waitingFor()).contains("nothing is started", "correct the spec");
  }

  @Test
  void aNewStreamJobIsNotStartedOnAGuess() {
    Situation created = Situation.created();
    assertThat(created.plan().status()).as("what was earlier?").isEqualTo(created.status());

    created.fact("earlier", Reading.known(NOTHING_EARLIER));
    assertThat(created.plan().status().rollout()).isNotNull();

    created.see("revisions", Reading.unknown("time limit passed"));
    assertThat(created.plan().status()).as("which revisions?").isEqualTo(created.status());
  }

  @Test
  void aNewStreamJobWaitsUntilNothingOfAnEarlierOneRuns() {
    Situation created = Situation.created();
    created.fact(
        "earlier", Reading.known(new EarlierView(Optional.of("orders-4-worker-0"), List.of())));

    Plan plan = created.plan();

    assertThat(plan.status().rollout()).isNull();
    assertThat(condition(plan.status(), ConditionType.Ready)).startsWith("False(PodsOfEarlierJob)");
    assertThat(plan.status().waitingFor()).contains("orders-4-worker-0");
  }

  @ParameterizedTest
  @CsvSource({
    "RocksDB, ForSt, Savepoint, false",
    "ForSt, RocksDB, Savepoint, false",
    "ForSt, HashMap, Checkpoint, false",
    "ForSt, RocksDB, None, true",
    "ForSt, ForSt, Savepoint, true",
    "RocksDB, HashMap, Savepoint, true",
  })
  void stateThatNoFormatCarriesToAnotherBackendStaysWhereItIs(
      StateBackend from, StateBackend to, UpgradeState state, boolean begins) {
    given.stored(Situation.stored(1, Situation.FIRST.on(from)));
    given.wish(Altered.copy(NEXT.on(to), "state", state));

    Plan plan = given.plan();

    assertThat(plan.status().rollout() != null).isEqualTo(begins);
    if (!begins) {
      assertThat(plan.effects()).isEmpty();
      assertThat(condition(plan.status(), ConditionType.UpgradeReady))
          .startsWith("False(StateNotReadable)")
          .contains("expected state.backend " + from, "found " + to, "next step: ");
    }
  }

  @Test
  void stateThatSomebodyChoosesDoesNotComeFromTheRunningBackend() {
    given.stored(Situation.stored(1, Situation.FIRST));
    given.wish(NEXT.on(StateBackend.ForSt).restoring("None", "a"));

    assertThat(given.plan().status().rollout()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Savepoint, none, false",
    "None, none, true",
    "Savepoint, left-in-git, false",
    "None, left-in-git, false",
    "Savepoint, mine, true",
  })
  void besideEarlierStateAStreamJobStartsOnlyFromWhatSomebodyHasChosenForIt(
      String state, String id, boolean starts) {
    Situation created = Situation.created();
    Wish wish = state.equals("None") ? Situation.FIRST.empty() : Situation.FIRST;
    String own = Journals.SUBJECT.shortUid();
    created.wish(id.equals("none") ? wish : wish.restoring("None", id.equals("mine") ? own : id));
    created.fact(
        "earlier",
        Reading.known(
            new EarlierView(
                Optional.empty(),
                List.of(
                    new StateFound("s3://bucket/newest", Journals.NOW),
                    new StateFound("s3://bucket/older", Instant.EPOCH)))));

    StreamJobStatus status = created.plan().status();

    assertThat(status.rollout() != null).isEqualTo(starts);
    if (!starts) {
      assertThat(status.waitingFor())
          .contains("s3://bucket/newest", "s3://bucket/older", "id: " + own);
      assertThat(condition(status, ConditionType.UpgradeReady)).startsWith("False(StateFound)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "30, 0 minutes 30 seconds",
    "3599, 59 minutes 59 seconds",
    "7260, 2 hours 1 minutes",
    "183600, 2 days 3 hours",
  })
  void whatARestoreLosesIsSaidBeforehand(long seconds, String lost) {
    given.wish(Situation.FIRST.restoring("before", "a"));
    given.fact(
        "restorePoint",
        Reading.known(
            new RestorePointView(
                Optional.of(SavepointPhase.Completed),
                Optional.of(Journals.CHOSEN),
                Optional.of(Journals.NOW.minusSeconds(seconds)),
                Reading.known(new Verification.Whole(2, 9)))));

    Plan plan = given.plan();

    assertThat(plan.notice().orElseThrow().message())
        .contains(Journals.CHOSEN, "in the " + lost + " since then is not in it");
    assertThat(Objects.requireNonNull(plan.status().rollout()).restorePoint())
        .isEqualTo(Journals.CHOSEN);
  }

  @ParameterizedTest
  @EnumSource(SavepointPhase.class)
  void onlyWhatWasCompletedCanBeRestored(SavepointPhase phase) {
    given.wish(Situation.FIRST.restoring("before", "a"));
    given.fact(
        "restorePoint",
        Reading.known(
            new RestorePointView(
                Optional.of(phase),
                Optional.of(Journals.CHOSEN),
                Optional.empty(),
                Reading.known(new Verification.Whole(2, 9)))));

    boolean isComplete = phase == SavepointPhase.Completed || phase == SavepointPhase.Broken;
    assertThat(given.plan().status().rollout() != null).isEqualTo(isComplete);
  }

  @Test
  void whatCannotBeRestoredIsToldAndNothingIsTouched() {
    given.wish(Situation.FIRST.restoring("before", "a"));
    unusable(Reading.absent(), "expected a StreamSavepoint of this namespace, found none");
    unusable(point(Optional.empty(), Reading.known(new Verification.Whole(1, 1))), "no location");
    unusable(point(Optional.of(Journals.CHOSEN), Reading.absent()), "found no _metadata");
    unusable(
        point(
            Optional.of(Journals.CHOSEN),
            Reading.known(new Verification.Broken("s3://bucket/x: expected 9 B, found 8 B"))),
        "s3://bucket/x: expected 9 B, found 8 B");
    unusable(
        point(Optional.of(Journals.CHOSEN), Reading.unknown("403 Forbidden")), "403 Forbidden");

    given.fact("restorePoint", Reading.unknown("time limit passed"));
    assertThat(given.plan().status().rollout()).as("nobody could tell").isNull();
  }

  private void unusable(Reading<RestorePointView> view, String found) {
    given.fact("restorePoint", view);
    Plan plan = given.plan();
    assertThat(plan.status().rollout()).isNull();
    assertThat(plan.status().waitingFor()).contains(found);
    assertThat(condition(plan.status(), ConditionType.UpgradeReady))
        .startsWith("False(RestorePointUnusable)");
  }

  private static Reading<RestorePointView> point(
      Optional<String> location, Reading<Verification> verification) {
    return Reading.known(
        new RestorePointView(Optional.empty(), location, Optional.empty(), verification));
  }

  @Test
  void restoresAreRememberedFarBackAndNotForEver() {
    StatusDraft draft = new StatusDraft(given.seen(), Limits.DEFAULT);
    draft.request(Annotations.RESTART, "r", null, "done");
    IntStream.rangeClosed(1, Limits.DEFAULT.history() + 1)
        .forEach(i -> draft.request("spec.restore", "id-" + i, i, "done"));
    draft.request("spec.restore", "id-11", 12, "again");
    draft.requestForgotten("spec.restore", 3);
    draft.requestForgotten("spec.restore", 400);

    assertThat(draft.build().requests())
        .extracting(request -> request.annotation() + "=" + request.value())
        .containsExactly(
            "spec.restore=id-11",
            "spec.restore=id-10",
            "spec.restore=id-9",
            "spec.restore=id-8",
            "spec.restore=id-7",
            "spec.restore=id-6",
            "spec.restore=id-5",
            "spec.restore=id-4",
            "spec.restore=id-2",
            Annotations.RESTART + "=r");
  }

  @Test
  void whoeverStandsStillSaysWhereItsStateIs() {
    given.status("phase", "Suspended");
    given.wish(Situation.FIRST.suspended());
    given.status("restorePoints", List.of(stoppedWith(Journals.SUBJECT.job(1, 1).hex())));

    StreamJobStatus status = given.plan().status();

    assertThat(status.phase()).isEqualTo("Suspended");
    assertThat(condition(status, ConditionType.Ready))
        .startsWith("False(Suspended)")
        .contains("the state is in " + Journals.LOCATION);
    assertThat(condition(status, ConditionType.UpgradeReady)).startsWith("True(Suspended)");

    given.status("restorePoints", List.of(stoppedWith("another-job")));
    assertThat(condition(given.plan().status(), ConditionType.Ready))
        .doesNotContain("the state is");
  }

  private static RestorePointStatus stoppedWith(String job) {
    return new RestorePointStatus(Journals.LOCATION, 1, job, null, null, 9L, 2, null, "recorded");
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING, Running, True(Running): shop/orders revision 1 runs",
    "RESTARTING, Restarting, False(JobRestarting): shop/orders revision 1 is being restarted by the engine: main threw",
  })
  void howTheJobStandsIsTold(JobState state, String phase, String ready) {
    given.status("phase", "Blocked");
    given.fact(
        "oldJob",
        Reading.known(
            new JobView(
                state,
                1,
                Optional.of(new EngineFailure(EngineFailure.Kind.PROGRAM_FAILED, "main threw")))));

    StreamJobStatus status = given.plan().status();

    assertThat(status.phase()).isEqualTo(phase);
    assertThat(condition(status, ConditionType.Ready)).isEqualTo(ready);
  }

  @Test
  void stateIsNotSafeWhileARestorePointIsBroken() {
    given.see(
        "requests",
        Requests.NONE.with(new Requests.Savepoints(false, Optional.of("s3://bucket/x is gone"))));
    StreamJobStatus broken = given.plan().status();
    assertThat(condition(broken, ConditionType.StateSafe))
        .isEqualTo("False(RestorePointBroken): s3://bucket/x is gone");

    given.written(broken);
    StatusDraft confirmed = new StatusDraft(given.seen(), Limits.DEFAULT);
    confirmed.stateSafe("it has completed a checkpoint");
    assertThat(condition(confirmed.build(), ConditionType.StateSafe))
        .as("whatever else is whole")
        .startsWith("False(RestorePointBroken)");

    given.see("requests", Requests.NONE);
    StreamJobStatus mended = given.plan().status();
    assertThat(condition(mended, ConditionType.StateSafe)).startsWith("True(CheckpointCompleted)");
    given.written(mended);
    assertThat(given.plan().status()).isEqualTo(mended);
  }

  @Test
  void whatWasRefusedAndIsWishedNoMoreIsForgotten() {
    given.status("rejected", rejected(NEXT, 2, Reason.JarNotFound));
    given.status("waitingFor", "something that is over");

    StreamJobStatus status = given.plan().status();

    assertThat(status.rejected()).isNull();
    assertThat(status.waitingFor()).isNull();
    assertThat(condition(status, ConditionType.UpgradeReady)).startsWith("True(UpToDate)");
  }

  /** Time may heal some failures; what has cost downtime once is not tried again by itself. */
  @ParameterizedTest
  @CsvSource({
    "ImagePullFailed, Abandoned, 6, true",
    "ImagePullFailed, Abandoned, 4, false",
    "ImagePullFailed, RolledBack, 6, false",
    "JarNotFound, Abandoned, 6, false",
    "JarNotFetched, Abandoned, 6, true",
  })
  void aRefusedSpecIsTriedAgainOnlyIfThatMayHelp(
      Reason reason, RolloutOutcome outcome, int minutes, boolean again) {
    given.wish(NEXT);
    given.stored(Situation.stored(2, NEXT));
    given.status("rejected", rejected(NEXT, 2, reason));
    given.status("history", List.of(ended(outcome, Duration.ofMinutes(minutes))));

    Plan plan = given.plan();

    assertThat(plan.status().rollout() != null).isEqualTo(again);
    if (!again) {
      assertThat(condition(plan.status(), ConditionType.UpgradeReady))
          .isEqualTo("False(%s): it went wrong".formatted(reason));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 1, false", "6, 1, true", "4, 2, true"})
  void aSuspensionThatFailedIsTriedAgainAfterAWhile(int minutes, int revision, boolean again) {
    given.wish(Situation.FIRST.suspended());
    given.stored(Situation.stored(1, Situation.FIRST));
    given.status("rejected", rejected(Situation.FIRST, revision, Reason.SavepointFailed));
    given.status("history", List.of(ended(RolloutOutcome.Abandoned, Duration.ofMinutes(minutes))));

    assertThat(given.plan().status().rollout() != null).isEqualTo(again);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64})
  void aRestartHasAnIdOfBoundedLength(int length) {
    given.annotated(Annotations.RESTART, "r".repeat(length));

    Plan plan = given.plan();

    boolean understood = length > 0 && length <= Annotations.MAX_LENGTH;
    assertThat(plan.status().rollout() != null).isEqualTo(understood);
    assertThat(plan.notice().orElseThrow().warning()).isEqualTo(!understood);
  }

  @Test
  void oldRevisionsThatNothingRefersToAreForgotten() {
    given.wish(NEXT);
    given.stored(
        IntStream.rangeClosed(1, Limits.DEFAULT.history() + 3)
            .mapToObj(number -> Situation.stored(number, Situation.FIRST))
            .toArray(StoredRevision[]::new));

    assertThat(given.plan().effects())
        .as("1 is current")
        .containsExactly(new Effect.ForgetRevision(3), new Effect.ForgetRevision(2));
  }

  private static RejectedSpecStatus rejected(Wish wish, int revision, Reason reason) {
    return new RejectedSpecStatus(
        SpecHash.of(wish.spec()), null, revision, 1L, reason.name(), "it went wrong");
  }

  private static HistoryStatus ended(RolloutOutcome outcome, Duration ago) {
    return new HistoryStatus(
        1,
        outcome.name(),
        "Warm",
        1,
        2,
        null,
        null,
        null,
        Journals.NOW.minus(ago).minusSeconds(9).toString(),
        Journals.NOW.minus(ago).toString(),
        null,
        List.of());
  }
}
