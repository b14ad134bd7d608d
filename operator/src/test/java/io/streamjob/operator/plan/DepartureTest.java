package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Observation.Life;
import io.streamjob.operator.plan.Observation.Remains;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A StreamJob that somebody has deleted goes when its policy is carried out, or its time over. */
final class DepartureTest {
  private static final Effect RELEASE = new Effect.Release();

  private final Situation given = Situation.running();

  @BeforeEach
  void theNamespaceStays() {
    given.fact("namespaceGoes", Reading.known(false));
  }

  private void deleted(DeletionPolicy policy, Duration ago) {
    given.wish(Situation.FIRST.deleting(policy));
    given.see("life", new Life(Optional.of(Journals.NOW.minus(ago)), true));
  }

  @ParameterizedTest
  @CsvSource({
    "Keep, false, ''",
    "Keep, true, Release",
    "Savepoint, false, Hold",
    "Savepoint, true, ''",
    "Discard, false, Hold",
    "Discard, true, ''",
  })
  void itIsHeldBeforehandIfItsPolicyTakesTime(DeletionPolicy policy, boolean held, String effect) {
    given.wish(Situation.FIRST.deleting(policy));
    given.see("life", new Life(Optional.empty(), held));

    assertThat(given.plan().effects())
        .extracting(it -> it.getClass().getSimpleName())
        .isEqualTo(effect.isEmpty() ? List.of() : List.of(effect));

    given.wish(Situation.FIRST.deleting(policy).invalid());
    assertThat(given.plan().effects()).as("nobody knows what is wished").isEmpty();
  }

  @Test
  void whatIsNotHeldGoesByItself() {
    given.wish(Situation.FIRST.deleting(DeletionPolicy.Savepoint));
    given.see("life", new Life(Optional.of(Journals.NOW), false));

    assertThat(given.plan())
        .isEqualTo(
            new Plan(given.status(), List.of(), Optional.empty(), Limits.DEFAULT.lookLater()));
  }

  @Test
  void keptStateNeedsNoTime() {
    deleted(DeletionPolicy.Keep, Duration.ZERO);

    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().notice()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DeletionPolicy.class)
  void aNamespaceIsNeverHeldUp(DeletionPolicy policy) {
    deleted(policy, Duration.ZERO);
    given.fact("namespaceGoes", Reading.known(true));

    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().status()).isEqualTo(given.status());
  }

  @Test
  void aSpecThatNobodyUnderstandsHoldsNothingUp() {
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.wish(Situation.FIRST.deleting(DeletionPolicy.Discard).invalid());

    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().notice().orElseThrow().warning()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"Savepoint, 600, false", "Savepoint, 601, true", "Discard, 601, true"})
  void nothingHoldsItUpForLongerThanItSays(DeletionPolicy policy, int seconds, boolean goes) {
    deleted(policy, Duration.ofSeconds(seconds));
    given.status("waitingFor", "the storage does not answer");

    Plan plan = given.plan();

    assertThat(plan.effects().contains(RELEASE)).isEqualTo(goes);
    if (goes) {
      assertThat(plan.notice())
          .hasValueSatisfying(
              notice -> {
                assertThat(notice.reason()).isEqualTo(Reason.DeletionTimedOut);
                assertThat(notice.message())
                    .contains("policy " + policy, "the storage does not answer");
              });
    }
  }

  @Test
  void aRunningJobIsStoppedWithASavepointFirst() {
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.stored(Situation.stored(1, Situation.FIRST));
    given.see("requests", Requests.of(Map.of("streamjob.io/hold", "2999-01-01T00:00Z")));

    Plan plan = given.plan();

    assertThat(plan.status().rollout())
        .as("no annotation counts any more")
        .isNotNull()
        .satisfies(rollout -> assertThat(rollout.strategy()).isEqualTo("Suspend"));
    assertThat(plan.effects()).doesNotContain(RELEASE);
  }

  @Test
  void whatStandsStillGoesWhenItsSavepointIsRecorded() {
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.status("phase", "Suspended");
    given.fact("savepoints", Reading.known(List.of()));
    RestorePointStatus point =
        new RestorePointStatus(
            Journals.LOCATION,
            1,
            Journals.SUBJECT.job(1, 1).hex(),
            null,
            null,
            9L,
            2,
            "Delete",
            null);
    given.status("restorePoints", List.of(point));
    assertThat(given.plan().effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.CreateSavepoint.class,
            create -> assertThat(create.reason().name()).isEqualTo("Delete"));

    given.status("restorePoints", List.of(Altered.copy(point, "savepoint", "its-record")));
    given.fact("savepoints", Reading.unknown("time limit passed"));
    assertThat(given.plan().effects()).as("nobody could tell").isEmpty();
    given.fact("savepoints", Reading.known(List.of(record(SavepointPhase.Verifying))));
    assertThat(given.plan().effects()).as("it is being read back").isEmpty();
    given.fact("savepoints", Reading.known(List.of(record(SavepointPhase.Completed))));

    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().notice().orElseThrow().message()).contains(Journals.LOCATION);
  }

  private static Observation.Requested record(SavepointPhase phase) {
    return new Observation.Requested(
        "its-record", "uid-of-it", Journals.NOW, SavepointReason.Delete, phase, true, false);
  }

  @Test
  void whatNeverStartedHasNoStateToKeep() {
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.status("current", null);
    given.status("job", null);

    assertThat(given.plan().effects()).containsExactly(RELEASE);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"FINISHED", "FAILED", "CANCELED"})
  void aJobThatHasEndedHoldsNothingUp(JobState state) {
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.job(state);
    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().notice().orElseThrow().message()).contains("is over");

    given.fact("oldJob", Reading.absent());
    assertThat(given.plan().effects()).as("lost").containsExactly(RELEASE);

    given.fact("oldJob", Reading.unknown("connection refused"));
    assertThat(given.plan().effects()).as("nobody could tell").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Savepoint, 0, false", "Savepoint, 601, true", "Keep, 0, true"})
  void whatANewerOperatorHasWrittenGoesInTimeAllTheSame(
      DeletionPolicy policy, int seconds, boolean goes) {
    deleted(policy, Duration.ofSeconds(seconds));
    given.status("schemaVersion", 2);
    assertThat(given.plan().effects()).isEqualTo(goes ? List.of(RELEASE) : List.of());

    given.fact("namespaceGoes", Reading.known(true));
    assertThat(given.plan().effects()).containsExactly(RELEASE);
  }

  @Test
  void whatIsDiscardedGoesInOrder() {
    deleted(DeletionPolicy.Discard, Duration.ZERO);
    assertThat(given.plan().effects()).as("nobody could tell").isEmpty();

    remains(Optional.of("orders-1-worker-0"), Optional.of("a"), Optional.of("s3://bucket/x"));
    assertThat(given.plan().effects()).containsExactly(new Effect.DeleteClusters());
    assertThat(given.plan().status().waitingFor()).contains("its pods go first");

    remains(Optional.empty(), Optional.of("a"), Optional.of("s3://bucket/x"));
    assertThat(given.plan().effects()).containsExactly(new Effect.DiscardSavepoints());

    remains(Optional.empty(), Optional.empty(), Optional.of("s3://bucket/x"));
    assertThat(given.plan().effects()).containsExactly(new Effect.DiscardObjects());

    remains(Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(given.plan().effects()).containsExactly(RELEASE);

    given.fact("remains", Reading.absent());
    assertThat(given.plan().effects()).containsExactly(RELEASE);
    assertThat(given.plan().notice().orElseThrow().message()).contains("was discarded");
  }

  private void remains(Optional<String> pod, Optional<String> savepoint, Optional<String> object) {
    given.fact("remains", Reading.known(new Remains(pod, savepoint, object)));
  }

  @Test
  void onlyWhatThePolicyNeedsIsAsked() {
    deleted(DeletionPolicy.Keep, Duration.ZERO);
    assertThat(questions()).containsExactly(Question.NAMESPACE);
    deleted(DeletionPolicy.Discard, Duration.ZERO);
    assertThat(questions()).containsExactlyInAnyOrder(Question.NAMESPACE, Question.REMAINS);
    deleted(DeletionPolicy.Savepoint, Duration.ZERO);
    given.job(JobState.RUNNING);
    assertThat(questions())
        .containsExactlyInAnyOrder(
            Question.NAMESPACE, Question.OLD_JOB, Question.OLD_CLUSTER, Question.STORAGE);
    given.see("life", new Life(Optional.of(Journals.NOW), false));
    assertThat(questions()).isEmpty();
  }

  private Set<Question> questions() {
    return Questions.of(
        given.status(),
        given.seen().wished(),
        given.seen().wishedHash(),
        given.seen().requests(),
        given.seen().life());
  }
}
