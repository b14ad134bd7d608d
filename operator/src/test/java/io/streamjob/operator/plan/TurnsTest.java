package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.SavepointsSpec;
import io.streamjob.api.v1beta1.ScheduleStatus;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which savepoints are created besides rollouts, and whose turn it is. */
class TurnsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T03:00:10Z");

  private final Situation given = Situation.running();

  @BeforeEach
  void itIsTheHourOfTheSchedule() {
    given.see("now", NOW);
  }

  @Test
  void theOldestThatWaitsGetsItsTurnAndOneAtATime() {
    savepoints(waiting("b", 2), waiting("a", 1), waiting("c", 3));

    StreamJobStatus first = given.plan().status();
    assertThat(first.savepoint()).isEqualTo(new SavepointStatus("a", "uid-a", NOW.toString()));

    given.written(first);
    assertThat(given.plan().status().savepoint()).isEqualTo(first.savepoint());
  }

  @Test
  void nobodyGetsATurnWhileTheJobDoesNotRun() {
    savepoints(waiting("a", 1));
    given.job(JobState.RESTARTING);

    assertThat(given.plan().status().savepoint()).isNull();
  }

  @Test
  void aTurnEndsWhenTheSavepointHasEndedOrIsGone() {
    turnOf("a");
    assertThat(given.plan().status().savepoint()).as("nobody could list them").isNotNull();
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Taking, false, false));
    assertThat(given.plan().status().savepoint()).as("it is being taken").isNotNull();

    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Completed, false, false));
    assertThat(given.plan().status().savepoint()).as("it has ended").isNull();
    savepoints(
        new Requested(
            "a",
            "uid-of-a-later-one",
            NOW,
            SavepointReason.Manual,
            SavepointPhase.Taking,
            false,
            false));
    assertThat(given.plan().status().savepoint()).as("it is gone").isNull();
  }

  @ParameterizedTest
  @EnumSource(SavepointPhase.class)
  void aTurnLastsAsLongAsTheEngineHasToDoWithIt(SavepointPhase phase) {
    turnOf("a");
    savepoints(new Requested("a", "uid-a", NOW, SavepointReason.Manual, phase, false, false));

    boolean lasts = given.plan().status().savepoint() != null;

    assertThat(lasts).isEqualTo(phase == SavepointPhase.Pending || phase == SavepointPhase.Taking);
  }

  @Test
  void whatIsDeletedOrOnlyRecordedGetsNoTurn() {
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Pending, false, true),
        new Requested(
            "b", "uid-b", NOW, SavepointReason.Manual, SavepointPhase.Pending, true, false));

    assertThat(given.plan().status().savepoint()).isNull();
  }

  @Test
  void aJobThatIsNamedLikeACheckpointHasItsSavepointsRecorded() {
    given.status(
        "restorePoints",
        List.of(
            new RestorePointStatus(
                "s3://bucket/shop/chk-1-uid/savepoints/a-2/savepoint-1",
                1,
                "0123456789",
                null,
                null,
                1L,
                1,
                "Upgrade",
                null)));
    savepoints();

    assertThat(given.plan().effects()).hasSize(1);
  }

  @Test
  void noRolloutBeginsWhileASavepointIsTaken() {
    turnOf("a");
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Taking, false, false));
    given.wish(Wish.image("orders:2", 2).spec());

    Plan waiting = given.plan();
    assertThat(waiting.status().rollout()).isNull();
    assertThat(waiting.status().waitingFor()).contains("StreamSavepoint a is being taken");

    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Completed, false, false));

    assertThat(given.plan().status().rollout()).isNotNull();
    assertThat(given.plan().status().savepoint()).isNull();
  }

  @Test
  void whatKeepsARolloutFromBeginningStaysTheSameWhenASavepointGetsItsTurn() {
    given.fact(
        "storage", Reading.known(Optional.of(new Obstacle(Reason.CredentialsRefused, "403"))));
    given.wish(Wish.image("orders:2", 2).spec());
    savepoints(waiting("a", 1));
    Plan waiting = given.plan();

    given.status("savepoint", waiting.status().savepoint());

    assertThat(waiting.status().savepoint()).isNotNull();
    assertThat(given.plan().status().waitingFor()).isEqualTo(waiting.status().waitingFor());
  }

  @Test
  void aRolloutGoesBeforeASavepointThatOnlyWaits() {
    savepoints(waiting("a", 1));
    given.wish(Wish.image("orders:2", 2).spec());

    assertThat(given.plan().status().rollout()).isNotNull();
    assertThat(given.plan().status().savepoint()).isNull();
  }

  @Test
  void anAnnotationIsActedUponOnceAndItsResultIsTheNameOfTheObject() {
    given.see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, "before-the-sale")));
    savepoints();
    Effect.CreateSavepoint create =
        new Effect.CreateSavepoint(
            "orders-uid-1-id-before-the-sale", SavepointReason.Manual, Optional.empty());
    assertThat(given.plan().effects()).containsExactly(create);
    assertThat(given.plan().status().requests()).as("until it is there").isNull();

    savepoints(waiting(create.name(), 1));

    assertThat(given.plan().effects()).isEmpty();
    assertThat(given.plan().status().requests())
        .singleElement()
        .satisfies(request -> assertThat(request.result()).contains(create.name()));
    given.written(given.plan().status());
    savepoints();
    assertThat(given.plan().effects()).as("acted upon for good").isEmpty();
  }

  @Test
  void anIdThatIsNoNameStillMakesOne() {
    given.see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, "Before the sale!")));
    savepoints();

    assertThat(given.plan().effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.CreateSavepoint.class,
            create -> assertThat(create.name()).matches("orders-uid-1-id-[0-9a-f]{8}"));
  }

  @Test
  void anEmptyIdIsRefused() {
    given.see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, " ")));
    savepoints();

    assertThat(given.plan().effects()).isEmpty();
    assertThat(requireNonNull(given.plan().status().requests()).get(0).result())
        .startsWith("refused");
  }

  @Test
  void aScheduleMakesOneSavepointWhenItsTimeHasCome() {
    given.wish(scheduled("0 * * * *"));
    given.written(given.plan().status());
    assertThat(requireNonNull(given.seen().status().schedule()).nextAt())
        .isEqualTo("2030-01-01T04:00:00Z");

    given.see("now", Instant.parse("2030-01-01T04:00:03Z"));
    StreamJobStatus due = given.plan().status();
    assertThat(due.schedule())
        .isEqualTo(
            new ScheduleStatus(
                "0 * * * * UTC", "2030-01-01T05:00:00Z", "orders-uid-1-20300101-0400"));
    given.written(due);
    savepoints();
    Effect create =
        new Effect.CreateSavepoint(
            "orders-uid-1-20300101-0400", SavepointReason.Scheduled, Optional.empty());
    assertThat(given.plan().effects()).containsExactly(create);

    savepoints(
        new Requested(
            "orders-uid-1-20300101-0400",
            "uid",
            NOW,
            SavepointReason.Scheduled,
            SavepointPhase.Pending,
            false,
            false));
    assertThat(given.plan().effects()).isEmpty();
    assertThat(schedule(given.plan()).due()).isNull();
  }

  @Test
  void howeverManyTimesWereMissedTheyAreMadeUpForOnce() {
    given.wish(scheduled("0 * * * *"));
    given.written(given.plan().status());
    given.job(JobState.FAILED);
    given.see("now", Instant.parse("2030-01-02T04:30:00Z"));
    assertThat(given.plan().status().schedule()).isEqualTo(given.seen().status().schedule());

    given.job(JobState.RUNNING);

    assertThat(schedule(given.plan()).nextAt()).isEqualTo("2030-01-02T05:00:00Z");
    assertThat(schedule(given.plan()).due()).isEqualTo("orders-uid-1-20300101-0400");
  }

  @Test
  void aScheduleDoesNotQueueASecondOneBehindTheFirst() {
    given.wish(scheduled("0 * * * *"));
    given.status(
        "schedule",
        new ScheduleStatus("0 * * * * UTC", "2030-01-01T04:00:00Z", "orders-uid-1-20300101-0300"));
    savepoints(
        new Requested(
            "orders-uid-1-20300101-0200",
            "uid",
            NOW,
            SavepointReason.Scheduled,
            SavepointPhase.Taking,
            false,
            false));

    assertThat(given.plan().effects()).isEmpty();
    assertThat(schedule(given.plan()).due()).isNull();
  }

  @Test
  void anotherScheduleBeginsAnewAndNoneEndsIt() {
    given.wish(scheduled("0 * * * *"));
    given.written(given.plan().status());
    given.wish(scheduled("30 * * * *"));
    assertThat(schedule(given.plan()).nextAt()).isEqualTo("2030-01-01T03:30:00Z");

    given.wish(Wish.image("orders:1", 1).spec());

    assertThat(given.plan().status().schedule()).isNull();
  }

  @Test
  void whatARolloutStoppedTheJobWithIsRecordedUntilTheObjectIsThere() {
    given.status(
        "restorePoints",
        List.of(
            new RestorePointStatus(
                "s3://bucket/a-2/savepoint-1", 1, "0123456789", null, null, 1L, 1, "Upgrade", null),
            new RestorePointStatus(
                "s3://bucket/job/chk-7", 1, "abcdefghij", null, null, 1L, 1, "Upgrade", null)));
    savepoints();
    assertThat(given.plan().effects())
        .as("a checkpoint belongs to its job")
        .containsExactly(
            new Effect.CreateSavepoint(
                "orders-uid-1-r1-01234567",
                SavepointReason.Upgrade,
                Optional.of("s3://bucket/a-2/savepoint-1")));

    savepoints(
        new Requested(
            "orders-uid-1-r1-01234567",
            "uid",
            NOW,
            SavepointReason.Manual,
            SavepointPhase.Completed,
            false,
            false));

    assertThat(given.plan().effects()).isEmpty();
    assertThat(requireNonNull(given.plan().status().restorePoints()).get(0).savepoint())
        .isEqualTo("orders-uid-1-r1-01234567");
    given.written(given.plan().status());
    assertThat(
            Questions.of(
                given.seen().status(),
                given.seen().wished(),
                given.seen().wishedHash(),
                given.seen().requests()))
        .doesNotContain(Question.SAVEPOINTS);
  }

  @Test
  void whileNothingIsAskedForNobodyListsAnything() {
    assertThat(
            Questions.of(
                given.seen().status(),
                given.seen().wished(),
                given.seen().wishedHash(),
                given.seen().requests()))
        .doesNotContain(Question.SAVEPOINTS);
    assertThat(
            Questions.of(
                given.seen().status(),
                given.seen().wished(),
                given.seen().wishedHash(),
                given.seen().requests().with(new Requests.Savepoints(true, Optional.empty()))))
        .contains(Question.SAVEPOINTS);
  }

  // Given.

  private static StreamJobSpec scheduled(String cron) {
    return Altered.copy(
        Wish.image("orders:1", 1).spec(),
        "savepoints",
        new SavepointsSpec(cron, null, null, null, null, null, null));
  }

  private static Requested waiting(String name, int age) {
    return new Requested(
        name,
        "uid-" + name,
        NOW.plusSeconds(age),
        SavepointReason.Manual,
        SavepointPhase.Pending,
        false,
        false);
  }

  private void turnOf(String name) {
    given.status("savepoint", new SavepointStatus(name, "uid-" + name, NOW.toString()));
  }

  private void savepoints(Requested... there) {
    given.fact("savepoints", Reading.known(List.of(there)));
  }

  private static ScheduleStatus schedule(Plan plan) {
    return requireNonNull(plan.status().schedule());
  }
}
