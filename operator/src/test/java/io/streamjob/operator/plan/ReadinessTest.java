package io.streamjob.operator.plan;

import static io.streamjob.operator.plan.Situation.condition;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.streamjob.api.v1beta1.ConditionType;
import io.streamjob.api.v1beta1.NoRoomPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.UpgradeSpec;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.reading.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of an upgrade before it begins. */
class ReadinessTest {
  private static final Instant NOW = Journals.NOW;

  private static final Instant LONG_AGO = NOW.minusSeconds(120);

  /** Of a spec that says nothing: interval, pause, and timeout. */
  private static final Duration PAUSE = Duration.ofSeconds(10).plusMillis(500);

  /** The oldest answer that counts. */
  private static final Duration AGE = Duration.ofMinutes(1);

  private static final Duration EVERY = PAUSE.plusMinutes(10);

  private static final CheckpointHealth WELL =
      new CheckpointHealth(Optional.of(NOW), Optional.empty(), Optional.empty());
  private static final Obstacle NO_ROOM = new Obstacle(Reason.NoRoom, "quota small is full");
  private static final Obstacle NOT_WRITABLE =
      new Obstacle(Reason.StorageNotWritable, "s3://bucket: AccessDenied");

  private final Situation situation = Situation.running();
  private UpkeepView upkeep =
      new UpkeepView(
          Reading.known(WELL),
          Reading.known(Optional.empty()),
          Reading.known(Optional.empty()),
          Reading.unknown("not asked"),
          Reading.unknown("not asked"));

  @Test
  void whatIsWellIsReady() {
    assertThat(ready()).isEqualTo("True(UpToDate): what runs is what is wished");
  }

  @ParameterizedTest
  @CsvSource({"0, True", "1, False(CheckpointsFailing): "})
  void checkpointsFailWhenNoneMakesUpForOneThatFailed(int beyond, String expected) {
    Instant completed = NOW.minus(PAUSE.multipliedBy(3)).minus(AGE).minusMillis(beyond);
    checkpoints(
        new CheckpointHealth(
            Optional.of(completed), failure(completed.plusMillis(1)), Optional.empty()));

    assertThat(ready()).startsWith(expected);
  }

  @Test
  void whyTheyFailIsToldAndNobodyWaits() {
    failing();

    assertThat(ready()).contains("(declined)", "the newest was completed at " + LONG_AGO);
    assertThat(plan().status().waitingFor()).isNull();
  }

  @Test
  void eachFailureHasOtherWordsAndTheFirstOnesStand() {
    failing();
    situation.written(plan().status());
    checkpoints(
        new CheckpointHealth(
            Optional.of(LONG_AGO),
            Optional.of(new CheckpointHealth.Failure(NOW, "snapshot 5123 failed")),
            Optional.empty()));

    assertThat(plan().status()).isEqualTo(situation.status());
    assertThat(plan().notice()).isEmpty();
  }

  @Test
  void aFailureThatWasMadeUpForIsForgotten() {
    checkpoints(
        new CheckpointHealth(
            Optional.of(NOW.minusSeconds(60)), failure(NOW.minusSeconds(60)), Optional.empty()));

    assertThat(ready()).startsWith("True");
  }

  @Test
  void theFirstCheckpointMayFailToo() {
    started(LONG_AGO);
    checkpoints(new CheckpointHealth(Optional.empty(), failure(NOW), Optional.empty()));

    assertThat(ready())
        .startsWith("False(CheckpointsFailing): ")
        .contains("none has been completed yet");
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"FINISHED", "FAILED", "RESTARTING"})
  void checkpointsOfAJobThatDoesNotRunAreNoNews(JobState state) {
    situation.job(state);
    checkpoints(
        new CheckpointHealth(Optional.of(LONG_AGO), failure(NOW), Optional.of(Duration.ofDays(1))));

    assertThat(ready()).startsWith("True");
  }

  @Test
  void aReasonThatOnlyAnotherVersionKnowsIsNoObstacle() {
    situation.written(
        Altered.copy(
            situation.status(),
            "conditions",
            List.of(
                new ConditionBuilder()
                    .withType("UpgradeReady")
                    .withStatus("False")
                    .withReason("OfTheFuture")
                    .build())));

    assertThat(ready()).startsWith("True");
  }

  @ParameterizedTest
  @CsvSource({"0, True", "1, False(CheckpointLate): "})
  void aCheckpointIsLateAfterAllThatItMayTake(int beyond, String expected) {
    checkpoints(
        new CheckpointHealth(
            Optional.of(NOW.minus(EVERY).minus(AGE).minusMillis(beyond)),
            Optional.empty(),
            Optional.empty()));

    assertThat(ready()).startsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, True", "1, False(CheckpointLate): "})
  void withoutOneTheTimeRunsSinceTheJobStarted(int beyond, String expected) {
    started(NOW.minus(EVERY).minus(AGE).minusMillis(beyond));
    checkpoints(new CheckpointHealth(Optional.empty(), Optional.empty(), Optional.empty()));

    assertThat(ready()).startsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({"480000, True", "480001, False(SavepointSlow): "})
  void aSavepointIsSlowFromFourFifthsOfItsTimeOn(long millis, String expected) {
    checkpoints(
        new CheckpointHealth(
            Optional.of(NOW), Optional.empty(), Optional.of(Duration.ofMillis(millis))));

    assertThat(ready()).startsWith(expected);
  }

  @Test
  void whoHandsOverByCheckpointNeedsNoFastSavepoint() {
    wish(new UpgradeSpec("Checkpoint", null, null, null, null, null));
    checkpoints(
        new CheckpointHealth(Optional.of(NOW), Optional.empty(), Optional.of(Duration.ofDays(1))));

    assertThat(ready()).startsWith("True");
  }

  @Test
  void aBucketThatCannotBeWrittenIsToldBeforeAnythingElse() {
    failing();
    upkeep("storage", Reading.known(Optional.of(NOT_WRITABLE)));

    assertThat(ready()).isEqualTo("False(StorageNotWritable): " + NOT_WRITABLE.message());
  }

  @Test
  void roomIsNeededByWhoUpgradesWarmAndNothingElse() {
    upkeep("room", Reading.known(Optional.of(NO_ROOM)));
    assertThat(ready()).isEqualTo("False(NoRoom): quota small is full");

    wish(new UpgradeSpec(null, "Cold", null, null, null, null));
    assertThat(ready()).startsWith("True");

    wish(new UpgradeSpec(null, null, null, NoRoomPolicy.Cold.name(), null, null));
    assertThat(ready()).startsWith("True");
  }

  @Test
  void aTroubleIsToldOnceAndAnotherOneAgain() {
    upkeep("room", Reading.known(Optional.of(NO_ROOM)));
    Plan first = plan();
    assertThat(first.notice()).contains(new Notice(true, Reason.NoRoom, NO_ROOM.message()));

    situation.written(first.status());
    assertThat(plan().notice()).isEmpty();

    upkeep("storage", Reading.known(Optional.of(NOT_WRITABLE)));
    assertThat(plan().notice())
        .contains(new Notice(true, Reason.StorageNotWritable, NOT_WRITABLE.message()));
  }

  @ParameterizedTest
  @CsvSource({"storage, StorageNotWritable", "room, NoRoom"})
  void whatCouldNotBeAskedForStandsAsItWas(String asked, String reason) {
    upkeep(asked, Reading.known(Optional.of(asked.equals("room") ? NO_ROOM : NOT_WRITABLE)));
    situation.written(plan().status());

    upkeep(asked, Reading.unknown("silence"));
    assertThat(ready()).startsWith("False(" + reason + ")");

    upkeep(asked, Reading.known(Optional.empty()));
    assertThat(ready()).startsWith("True");
  }

  @Test
  void checkpointsOfASilentCoordinatorStandAsTheyWere() {
    failing();
    situation.written(plan().status());

    upkeep("checkpoints", Reading.unknown("silence"));

    assertThat(ready()).startsWith("False(CheckpointsFailing)");
  }

  private void started(Instant at) {
    situation.status(
        "job", Altered.copy(requireNonNull(situation.status().job()), "startedAt", at.toString()));
  }

  private void failing() {
    checkpoints(new CheckpointHealth(Optional.of(LONG_AGO), failure(NOW), Optional.empty()));
  }

  private static Optional<CheckpointHealth.Failure> failure(Instant at) {
    return Optional.of(new CheckpointHealth.Failure(at, "declined"));
  }

  private void checkpoints(CheckpointHealth health) {
    upkeep("checkpoints", Reading.known(health));
  }

  private void upkeep(String component, Object value) {
    upkeep = Altered.copy(upkeep, component, value);
  }

  /** How an upgrade would go does not make the job another one. */
  private void wish(UpgradeSpec upgrade) {
    StreamJobSpec spec = Altered.copy(Situation.FIRST.spec(), "upgrade", upgrade);
    situation.wish(spec);
  }

  private String ready() {
    return condition(plan().status(), ConditionType.UpgradeReady);
  }

  private Plan plan() {
    situation.fact("upkeep", upkeep);
    return situation.plan();
  }
}
