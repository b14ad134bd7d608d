package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.SavepointsSpec;
import io.streamjob.api.v1beta1.ScheduleStatus;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Observation.Requested;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which savepoints are created besides rollouts, and whose turn it is. */
class TurnsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T03:00:10Z");

  private Observation seen = running();

  @Test
  void theOldestThatWaitsGetsItsTurnAndOneAtATime() {
    savepoints(waiting("b", 2), waiting("a", 1), waiting("c", 3));

    StreamJobStatus first = plan().status();
    assertThat(first.savepoint()).isEqualTo(new SavepointStatus("a", "uid-a", NOW.toString()));

    written(first);
    assertThat(plan().status().savepoint()).isEqualTo(first.savepoint());
  }

  @Test
  void nobodyGetsATurnWhileTheJobDoesNotRun() {
    savepoints(waiting("a", 1));
    facts("oldJob", Reading.known(job(JobState.RESTARTING)));

    assertThat(plan().status().savepoint()).isNull();
  }

  @Test
  void aTurnEndsWhenTheSavepointHasEndedOrIsGone() {
    turnOf("a");
    assertThat(plan().status().savepoint()).as("nobody could list them").isNotNull();
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Taking, false, false));
    assertThat(plan().status().savepoint()).as("it is being taken").isNotNull();

    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Completed, false, false));
    assertThat(plan().status().savepoint()).as("it has ended").isNull();
    savepoints(
        new Requested(
            "a",
            "uid-of-a-later-one",
            NOW,
            SavepointReason.Manual,
            SavepointPhase.Taking,
            false,
            false));
    assertThat(plan().status().savepoint()).as("it is gone").isNull();
  }

  @ParameterizedTest
  @EnumSource(SavepointPhase.class)
  void aTurnLastsAsLongAsTheEngineHasToDoWithIt(SavepointPhase phase) {
    turnOf("a");
    savepoints(new Requested("a", "uid-a", NOW, SavepointReason.Manual, phase, false, false));

    boolean lasts = plan().status().savepoint() != null;

    assertThat(lasts).isEqualTo(phase == SavepointPhase.Pending || phase == SavepointPhase.Taking);
  }

  @Test
  void whatIsDeletedOrOnlyRecordedGetsNoTurn() {
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Pending, false, true),
        new Requested(
            "b", "uid-b", NOW, SavepointReason.Manual, SavepointPhase.Pending, true, false));

    assertThat(plan().status().savepoint()).isNull();
  }

  @Test
  void aJobThatIsNamedLikeACheckpointHasItsSavepointsRecorded() {
    status(
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

    assertThat(plan().effects()).hasSize(1);
  }

  @Test
  void noRolloutBeginsWhileASavepointIsTaken() {
    turnOf("a");
    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Taking, false, false));
    wish(Wish.image("orders:2", 2).spec());

    Plan waiting = plan();
    assertThat(waiting.status().rollout()).isNull();
    assertThat(waiting.status().waitingFor()).contains("StreamSavepoint a is being taken");

    savepoints(
        new Requested(
            "a", "uid-a", NOW, SavepointReason.Manual, SavepointPhase.Completed, false, false));

    assertThat(plan().status().rollout()).isNotNull();
    assertThat(plan().status().savepoint()).isNull();
  }

  @Test
  void aRolloutGoesBeforeASavepointThatOnlyWaits() {
    savepoints(waiting("a", 1));
    wish(Wish.image("orders:2", 2).spec());

    assertThat(plan().status().rollout()).isNotNull();
    assertThat(plan().status().savepoint()).isNull();
  }

  @Test
  void anAnnotationIsActedUponOnceAndItsResultIsTheNameOfTheObject() {
    see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, "before-the-sale")));
    savepoints();
    Effect.CreateSavepoint create =
        new Effect.CreateSavepoint(
            "orders-uid-1-id-before-the-sale", SavepointReason.Manual, Optional.empty());
    assertThat(plan().effects()).containsExactly(create);
    assertThat(plan().status().requests()).as("until it is there").isNull();

    savepoints(waiting(create.name(), 1));

    assertThat(plan().effects()).isEmpty();
    assertThat(plan().status().requests())
        .singleElement()
        .satisfies(request -> assertThat(request.result()).contains(create.name()));
    written(plan().status());
    savepoints();
    assertThat(plan().effects()).as("acted upon for good").isEmpty();
  }

  @Test
  void anIdThatIsNoNameStillMakesOne() {
    see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, "Before the sale!")));
    savepoints();

    assertThat(plan().effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.CreateSavepoint.class,
            create -> assertThat(create.name()).matches("orders-uid-1-id-[0-9a-f]{8}"));
  }

  @Test
  void anEmptyIdIsRefused() {
    see("requests", Requests.of(Map.of(Annotations.SAVEPOINT, " ")));
    savepoints();

    assertThat(plan().effects()).isEmpty();
    assertThat(requireNonNull(plan().status().requests()).get(0).result()).startsWith("refused");
  }

  @Test
  void aScheduleMakesOneSavepointWhenItsTimeHasCome() {
    wish(scheduled("0 * * * *"));
    written(plan().status());
    assertThat(requireNonNull(seen.status().schedule()).nextAt()).isEqualTo("2030-01-01T04:00:00Z");

    see("now", Instant.parse("2030-01-01T04:00:03Z"));
    StreamJobStatus due = plan().status();
    assertThat(due.schedule())
        .isEqualTo(
            new ScheduleStatus(
                "0 * * * * UTC", "2030-01-01T05:00:00Z", "orders-uid-1-20300101-0400"));
    written(due);
    savepoints();
    Effect create =
        new Effect.CreateSavepoint(
            "orders-uid-1-20300101-0400", SavepointReason.Scheduled, Optional.empty());
    assertThat(plan().effects()).containsExactly(create);

    savepoints(
        new Requested(
            "orders-uid-1-20300101-0400",
            "uid",
            NOW,
            SavepointReason.Scheduled,
            SavepointPhase.Pending,
            false,
            false));
    assertThat(plan().effects()).isEmpty();
    assertThat(schedule(plan()).due()).isNull();
  }

  @Test
  void howeverManyTimesWereMissedTheyAreMadeUpForOnce() {
    wish(scheduled("0 * * * *"));
    written(plan().status());
    facts("oldJob", Reading.known(job(JobState.FAILED)));
    see("now", Instant.parse("2030-01-02T04:30:00Z"));
    assertThat(plan().status().schedule()).isEqualTo(seen.status().schedule());

    facts("oldJob", Reading.known(job(JobState.RUNNING)));

    assertThat(schedule(plan()).nextAt()).isEqualTo("2030-01-02T05:00:00Z");
    assertThat(schedule(plan()).due()).isEqualTo("orders-uid-1-20300101-0400");
  }

  @Test
  void aScheduleDoesNotQueueASecondOneBehindTheFirst() {
    wish(scheduled("0 * * * *"));
    status(
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

    assertThat(plan().effects()).isEmpty();
    assertThat(schedule(plan()).due()).isNull();
  }

  @Test
  void anotherScheduleBeginsAnewAndNoneEndsIt() {
    wish(scheduled("0 * * * *"));
    written(plan().status());
    wish(scheduled("30 * * * *"));
    assertThat(schedule(plan()).nextAt()).isEqualTo("2030-01-01T03:30:00Z");

    wish(Wish.image("orders:1", 1).spec());

    assertThat(plan().status().schedule()).isNull();
  }

  @Test
  void whatARolloutStoppedTheJobWithIsRecordedUntilTheObjectIsThere() {
    status(
        "restorePoints",
        List.of(
            new RestorePointStatus(
                "s3://bucket/a-2/savepoint-1", 1, "0123456789", null, null, 1L, 1, "Upgrade", null),
            new RestorePointStatus(
                "s3://bucket/job/chk-7", 1, "abcdefghij", null, null, 1L, 1, "Upgrade", null)));
    savepoints();
    assertThat(plan().effects())
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

    assertThat(plan().effects()).isEmpty();
    assertThat(requireNonNull(plan().status().restorePoints()).get(0).savepoint())
        .isEqualTo("orders-uid-1-r1-01234567");
    written(plan().status());
    assertThat(Questions.of(seen.status(), seen.wished(), seen.wishedHash(), seen.requests()))
        .doesNotContain(Question.SAVEPOINTS);
  }

  @Test
  void whileNothingIsAskedForNobodyListsAnything() {
    assertThat(Questions.of(seen.status(), seen.wished(), seen.wishedHash(), seen.requests()))
        .doesNotContain(Question.SAVEPOINTS);
    assertThat(
            Questions.of(
                seen.status(), seen.wished(), seen.wishedHash(), seen.requests().with(true)))
        .contains(Question.SAVEPOINTS);
  }

  // Given.

  private static Observation running() {
    StreamJobSpec wish = Wish.image("orders:1", 1).spec();
    StreamJobStatus status =
        Serialization.unmarshal(
            """
            {"schemaVersion": 1, "phase": "Running", "conditions": [],
             "current": {"number": 1, "specHash": "%s", "image": "orders:1"},
             "job": {"id": "%s", "state": "RUNNING"}}
            """
                .formatted(SpecHash.of(wish), Journals.SUBJECT.job(1, 1).hex()),
            StreamJobStatus.class);
    Observation.Facts facts =
        Altered.copy(
            Altered.copy(Observation.Facts.NONE, "oldJob", Reading.known(job(JobState.RUNNING))),
            "storage",
            Reading.known(Optional.empty()));
    return new Observation(
        Journals.SUBJECT,
        SpecParser.parse(wish),
        SpecHash.of(wish),
        Requests.NONE,
        status,
        Reading.known(Map.of()),
        facts,
        Observation.Folders.NONE,
        "app=orders",
        NOW);
  }

  private static JobView job(JobState state) {
    return new JobView(state, 0, Optional.empty());
  }

  private static StreamJobSpec scheduled(String cron) {
    return Altered.copy(
        Wish.image("orders:1", 1).spec(),
        "savepoints",
        new SavepointsSpec(cron, null, null, null, null, null));
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
    status("savepoint", new SavepointStatus(name, "uid-" + name, NOW.toString()));
  }

  private void savepoints(Requested... there) {
    facts("savepoints", Reading.known(List.of(there)));
  }

  private void facts(String component, Object value) {
    see("facts", Altered.copy(seen.facts(), component, value));
  }

  private void status(String component, Object value) {
    written(Altered.copy(seen.status(), component, value));
  }

  private void written(StreamJobStatus status) {
    see("status", status);
  }

  private void wish(StreamJobSpec spec) {
    see("wished", SpecParser.parse(spec));
    see("wishedHash", SpecHash.of(spec));
  }

  private void see(String component, Object value) {
    seen = Altered.copy(seen, component, value);
  }

  private static ScheduleStatus schedule(Plan plan) {
    return requireNonNull(plan.status().schedule());
  }

  private Plan plan() {
    return Planner.plan(seen, Limits.DEFAULT);
  }
}
