package io.streamjob.operator.plan.savepoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.DeepCheckStatus;
import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.plan.Sizes;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Origin;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Restorer;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a StreamSavepoint, look by look. */
class SavepointPlannerTest {
  private static final Instant BORN = Instant.parse("2030-01-01T00:00:00Z");
  private static final Instant NOW = BORN.plusSeconds(60);
  private static final SavepointLimits LIMITS = SavepointLimits.DEFAULT;
  private static final String FOLDER = "s3://bucket/orders/shop/orders-abcdefgh/savepoints/";
  private static final String DIRECTORY = FOLDER + "s-me/";
  private static final String LOCATION = DIRECTORY + "savepoint-1";
  private static final String JOB_UID = "abcdefgh-1";
  private static final JobId JOB = JobId.of("job");
  private static final Reading<Verification> WHOLE = Reading.known(new Verification.Whole(3, 4096));
  private static final Reading<Manifest> MANIFEST =
      Reading.known(
          new Manifest(
              "sha256:00",
              List.of(
                  new OperatorState("00", Optional.of("counter"), Optional.of("C"), 9, 2, 128))));

  private SavepointObservation seen = nothing();

  @Test
  void itWaitsForItsTurnAndSaysForWhat() {
    see("job", Reading.known(job(status(null, "other"))));

    SavepointPlan plan = plan();

    assertThat(plan.effect()).isEmpty();
    assertThat(plan.status().phase()).isEqualTo("Pending");
    assertThat(plan.status().waitingFor())
        .contains("StreamSavepoint other is being taken")
        .contains(BORN.plus(Duration.ofMinutes(10)).toString());
  }

  @Test
  void itsTurnDuringARolloutIsNone() {
    StreamJobStatus rolling =
        Altered.copy(
            status(null, "me"), "rollout", Altered.copy(ROLLOUT, "restoreFrom", "elsewhere"));
    see("job", Reading.known(job(rolling)));

    assertThat(plan().status().phase()).isEqualTo("Pending");
    assertThat(plan().status().waitingFor()).contains("is being rolled out");
  }

  @Test
  void whoNeverGetsItsTurnFails() {
    see("job", Reading.known(job(status(null, null))));
    see("now", BORN.plus(Duration.ofMinutes(11)));

    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(reasonOf(plan())).isEqualTo(Reason.SavepointTimedOut.name());
  }

  @Test
  void aStreamJobThatDoesNotExistIsWaitedForAndThenNot() {
    see("job", Reading.absent());
    assertThat(plan().status().phase()).isEqualTo("Pending");
    assertThat(reasonOf(plan())).isEqualTo(Reason.JobNotFound.name());

    see("now", BORN.plus(LIMITS.waiting()).plusSeconds(1));

    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(reasonOf(plan())).isEqualTo(Reason.JobNotFound.name());
  }

  @Test
  void aStreamJobThatCouldNotBeAskedForIsNotMissing() {
    see("now", BORN.plus(Duration.ofDays(1)));

    assertThat(plan().status().phase()).isEqualTo("Pending");
    assertThat(plan().effect()).isEmpty();
  }

  @Test
  void atItsTurnTheIntentIsWrittenBeforeTheEngineIsAsked() {
    see("job", Reading.known(job(status(null, "me"))));

    SavepointPlan plan = plan();

    assertThat(plan.effect()).isEmpty();
    assertThat(plan.status().phase()).isEqualTo("Taking");
    assertThat(plan.status().directory()).isEqualTo(DIRECTORY);
    assertThat(plan.status().jobId()).isEqualTo(JOB.hex());
    assertThat(plan.status().takenAt()).isEqualTo(NOW.toString());
    assertThat(plan.status().storage()).isNotNull();
    assertThat(plan.status().argsHash()).hasSize(8);
  }

  @Test
  void theEngineIsAskedUnderTheWrittenIdAsLongAsNeitherItNorTheBucketKnows() {
    taking();
    see("taken", Reading.absent());
    see("found", Reading.absent());

    SavepointPlan plan = plan();

    assertThat(plan.effect())
        .hasValueSatisfying(
            effect ->
                assertThat(effect)
                    .isInstanceOfSatisfying(
                        SavepointEffect.Take.class,
                        take -> {
                          assertThat(take.trigger().hex()).isEqualTo(seen.status().triggerId());
                          assertThat(take.directory()).isEqualTo(DIRECTORY);
                          assertThat(take.job()).isEqualTo(JOB);
                        }));
  }

  @Test
  void silenceIsNoReasonToAskAgain() {
    taking();
    assertThat(plan().effect()).isEmpty();

    see("taken", Reading.absent());

    assertThat(plan().effect()).isEmpty();
    assertThat(plan().status().phase()).isEqualTo("Taking");
  }

  @Test
  void whatACoordinatorHasForgottenTheBucketKnows() {
    taking();
    see("taken", Reading.absent());
    see("found", Reading.known(LOCATION));

    assertThat(plan().status().phase()).isEqualTo("Verifying");
    assertThat(plan().status().location()).isEqualTo(LOCATION);
    assertThat(plan().effect()).isEmpty();
  }

  @Test
  void aFailureCountsIfTheBucketHoldsNothing() {
    taking();
    see(
        "taken",
        Reading.known(
            new SavepointView.Failed(
                new EngineFailure(EngineFailure.Kind.OTHER, "checkpoint declined"))));
    assertThat(plan().status().phase()).isEqualTo("Taking");

    see("found", Reading.absent());

    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(plan().notice())
        .hasValueSatisfying(
            notice -> {
              assertThat(notice.warning()).isTrue();
              assertThat(notice.message()).contains("checkpoint declined", "next step");
            });
  }

  @Test
  void whatTakesTooLongIsGivenUp() {
    taking();
    see("taken", Reading.known(new SavepointView.InProgress()));
    assertThat(plan().status().phase()).isEqualTo("Taking");

    see("now", NOW.plus(Duration.ofMinutes(11)));

    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(reasonOf(plan())).isEqualTo(Reason.SavepointTimedOut.name());
  }

  @Test
  void theDeadlineIsThatOfTheBeginningWhoeverCanBeAsked() {
    EffectiveSpec.Savepoints patient =
        Altered.copy(EffectiveSpec.Savepoints.DEFAULT, "timeout", Duration.ofHours(1));
    see("job", Reading.known(Altered.copy(job(status(null, "me")), "policy", patient)));
    written(plan());
    see("taken", Reading.known(new SavepointView.InProgress()));
    see("now", NOW.plus(Duration.ofMinutes(59)));
    for (Reading<Job> asked :
        List.<Reading<Job>>of(
            Reading.unknown("time limit passed"),
            Reading.absent(),
            Reading.known(job(status(null, "me"))))) {
      see("job", asked);
      assertThat(plan().status().phase()).isEqualTo("Taking");
    }

    see("now", NOW.plus(Duration.ofMinutes(61)));

    assertThat(plan().status().phase()).isEqualTo("Failed");
  }

  @Test
  void onlyWhatWasReadBackIsCompleted() {
    verifying();
    assertThat(plan().status().phase()).isEqualTo("Verifying");

    see("verification", WHOLE);
    assertThat(plan().status().phase()).isEqualTo("Verifying");

    see("manifest", MANIFEST);

    StreamSavepointStatus status = plan().status();
    assertThat(status.phase()).isEqualTo("Completed");
    assertThat(status.sizeBytes()).isEqualTo(4096);
    assertThat(status.size()).isEqualTo("4.0 KiB");
    assertThat(status.checksum()).isEqualTo("sha256:00");
    assertThat(status.operators())
        .singleElement()
        .satisfies(operator -> assertThat(operator.parallelism()).isEqualTo(2));
    assertThat(reasonOf(plan())).isEqualTo(Reason.SavepointVerified.name());
  }

  @Test
  void whatIsIncompleteFailsAndNamesTheObject() {
    verifying();
    see("verification", Reading.known(new Verification.Broken("s3://bucket/x: expected 9 B")));
    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(plan().notice().orElseThrow().message()).contains("s3://bucket/x: expected 9 B");

    see("verification", Reading.absent());

    assertThat(plan().status().phase()).isEqualTo("Failed");
    assertThat(plan().notice().orElseThrow().message()).contains(LOCATION + "/_metadata");
  }

  @Test
  void whatARolloutStoppedTheJobWithIsRecordedWithItsFolder() {
    RestorePointStatus point =
        new RestorePointStatus(
            FOLDER + "a-2/savepoint-2",
            1,
            "old-job",
            "2029-12-31T00:00:00Z",
            null,
            1L,
            1,
            "Upgrade",
            null);
    see("job", Reading.known(job(status(point, null))));
    wish("location", point.location() + "/");
    wish("reason", SavepointReason.Upgrade);

    StreamSavepointStatus status = plan().status();

    assertThat(status.phase()).isEqualTo("Verifying");
    assertThat(status.location()).isEqualTo(point.location());
    assertThat(status.directory()).isEqualTo(FOLDER + "a-2/");
    assertThat(status.jobId()).isEqualTo("old-job");
    assertThat(status.takenAt()).isEqualTo("2029-12-31T00:00:00Z");
  }

  @Test
  void whatSomebodyElseWroteIsNeverOursToDelete() {
    see("job", Reading.known(job(status(null, null))));
    wish("location", "s3://bucket/imported/savepoint-7");

    assertThat(plan().status().directory()).isNull();
  }

  @Test
  void aSavepointThatIsNotWholeAnyMoreIsBrokenUntilItIsAgain() {
    completed();
    see("verification", Reading.known(new Verification.Broken("s3://bucket/x is missing")));
    SavepointPlan broken = plan();
    assertThat(broken.status().phase()).isEqualTo("Broken");
    assertThat(broken.status().verifiedAt()).isEqualTo(seen.status().verifiedAt());
    assertThat(broken.notice()).hasValueSatisfying(it -> assertThat(it.warning()).isTrue());
    written(broken);
    assertThat(plan().notice()).as("told once").isEmpty();

    see("verification", WHOLE);

    assertThat(plan().status().phase()).isEqualTo("Completed");
    assertThat(plan().status().verifiedAt()).isEqualTo(NOW.toString());
  }

  @Test
  void aStorageThatDoesNotAnswerBreaksNothing() {
    completed();

    assertThat(plan().status()).isEqualTo(seen.status());
  }

  @Test
  void itIsReadBackAgainWhenItsTimeHasCome() {
    completed();
    assertThat(asked(NOW).verification()).isFalse();
    assertThat(asked(NOW.plus(Duration.ofHours(24))).verification()).isTrue();
  }

  @Test
  void itIsLookedAtAgainWhenItIsToBeReadBack() {
    completed();
    assertThat(plan().lookAgainAfter()).isEqualTo(LIMITS.lookLater());

    Duration often = Duration.ofSeconds(5);
    see(
        "job",
        Reading.known(
            Altered.copy(
                job(status(null, null)),
                "policy",
                Altered.copy(EffectiveSpec.Savepoints.DEFAULT, "reverify", often))));

    assertThat(plan().lookAgainAfter()).isEqualTo(often);
  }

  @Test
  void nobodyReadsTablesThroughUnlessThatIsWished() {
    completed();

    assertThat(asked(NOW).inspection()).isEqualTo(DeepCheck.Off);
  }

  @Test
  void tablesAreReadThroughOnceAndAgainWhenTheirTimeHasCome() {
    completed();
    deepCheck(DeepCheck.Sample);
    assertThat(asked(NOW).inspection()).isEqualTo(DeepCheck.Sample);
    assertThat(plan().status().deepCheck()).isNull();

    see("inspection", Reading.known(new Inspection.UnderWay()));
    assertThat(plan().status().deepCheck()).isNull();
    assertThat(plan().status().waitingFor()).isNull();
    assertThat(plan().lookAgainAfter()).isEqualTo(LIMITS.lookUnderWay());

    see("inspection", Reading.known(new Inspection.Sound(3, 21)));
    SavepointPlan plan = plan();
    assertThat(plan.status().deepCheck())
        .isEqualTo(new DeepCheckStatus(NOW.toString(), 3, 21, null));
    assertThat(plan.status().phase()).isEqualTo("Completed");
    assertThat(plan.lookAgainAfter()).isEqualTo(LIMITS.lookLater());

    see("status", plan.status());
    assertThat(asked(NOW).inspection()).isEqualTo(DeepCheck.Off);
    assertThat(asked(NOW.plus(Duration.ofHours(24)).minusSeconds(1)).inspection())
        .isEqualTo(DeepCheck.Off);
    assertThat(asked(NOW.plus(Duration.ofHours(24))).inspection()).isEqualTo(DeepCheck.Sample);
  }

  @Test
  void tablesThatCouldNotBeReadAreNotDamaged() {
    completed();
    deepCheck(DeepCheck.Whole);
    see("inspection", Reading.unknown("the storage is silent"));

    assertThat(plan().status().phase()).isEqualTo("Completed");
    assertThat(plan().status().waitingFor())
        .isEqualTo("its tables could not be read through: the storage is silent");
    assertThat(plan().lookAgainAfter()).isEqualTo(LIMITS.lookLater());

    written(plan());
    see("inspection", Reading.known(new Inspection.UnderWay()));
    assertThat(plan().status()).as("stands until it has ended").isEqualTo(seen.status());

    see("inspection", Reading.absent());
    assertThat(plan().status().phase()).isEqualTo("Completed");
    assertThat(plan().status().waitingFor()).isNull();
  }

  @Test
  void aDamagedTableBreaksItUntilAllAreFoundSound() {
    completed();
    deepCheck(DeepCheck.Sample);
    see("inspection", Reading.known(new Inspection.Damaged("s3://a/b: damaged", 2, 21)));

    SavepointPlan broken = plan();

    assertThat(broken.status().phase()).isEqualTo("Broken");
    assertThat(broken.status().deepCheck())
        .isEqualTo(new DeepCheckStatus(NOW.toString(), 2, 21, "s3://a/b: damaged"));
    assertThat(reasonOf(broken)).isEqualTo(Reason.SavepointIncomplete.name());
    assertThat(broken.notice()).hasValueSatisfying(it -> assertThat(it.warning()).isTrue());

    // Names and sizes are as they were: that does not mend it, nor does a wish for no deep check.
    see("status", broken.status());
    see("inspection", Reading.unknown("not asked"));
    see("verification", WHOLE);
    deepCheck(DeepCheck.Off);
    assertThat(plan().status().phase()).isEqualTo("Broken");
    assertThat(plan().notice()).isEmpty();
    assertThat(asked(NOW.plusSeconds(1)).inspection()).isEqualTo(DeepCheck.Off);
    assertThat(asked(NOW.plus(Duration.ofHours(24))).inspection()).isEqualTo(DeepCheck.Whole);

    see("inspection", Reading.known(new Inspection.Sound(21, 21)));
    assertThat(plan().status().phase()).isEqualTo("Completed");
    assertThat(plan().status().deepCheck())
        .isEqualTo(new DeepCheckStatus(NOW.toString(), 21, 21, null));
  }

  @Test
  void whatIsNotWholeIsNotReadThrough() {
    completed();
    deepCheck(DeepCheck.Whole);
    for (SavepointPhase phase :
        List.of(
            SavepointPhase.Pending,
            SavepointPhase.Taking,
            SavepointPhase.Verifying,
            SavepointPhase.Broken,
            SavepointPhase.Failed)) {
      see("status", Altered.copy(seen.status(), "phase", phase.name()));
      assertThat(asked(NOW).inspection()).as(phase.name()).isEqualTo(DeepCheck.Off);
    }
    see("status", Altered.copy(seen.status(), "phase", "Completed"));
    deleted();
    assertThat(asked(NOW).inspection()).isEqualTo(DeepCheck.Off);
  }

  private void deepCheck(DeepCheck extent) {
    see(
        "job",
        Reading.known(
            Altered.copy(
                job(status(null, null)),
                "policy",
                Altered.copy(EffectiveSpec.Savepoints.DEFAULT, "deepCheck", extent))));
  }

  @Test
  void retentionMarksAndRemovesLaterAndOnlyIfItStillMay() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(10)));

    SavepointPlan marked = plan();
    assertThat(marked.effect()).isEmpty();
    assertThat(marked.status().expiresAt()).isEqualTo(NOW.plus(LIMITS.grace()).toString());
    assertThat(marked.notice())
        .hasValueSatisfying(it -> assertThat(it.reason()).isEqualTo(Reason.SavepointExpired));
    written(marked);
    assertThat(plan().effect()).as("within its grace").isEmpty();

    see("now", NOW.plus(LIMITS.grace()));
    assertThat(plan().effect()).hasValue(new SavepointEffect.Expire());

    see("siblings", Reading.known(siblings(9)));
    assertThat(plan().effect()).as("it is needed again").isEmpty();
    assertThat(plan().status().expiresAt()).isNull();
  }

  @Test
  void retentionGoesByAgeAsWell() {
    completed();
    wish("reason", SavepointReason.Upgrade);
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(1)));
    assertThat(plan().status().expiresAt()).isNull();

    see("now", NOW.plus(Duration.ofDays(7)).plusSeconds(1));

    assertThat(plan().status().expiresAt()).isNotNull();
  }

  @Test
  void theNewestVerifiedOneNeverGoesHoweverOldItIs() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(0)));
    see("now", NOW.plus(Duration.ofDays(700)));

    assertThat(plan().status().expiresAt()).isNull();
    assertThat(plan().effect()).isEmpty();
  }

  @Test
  void whatAPersonHasRecordedIsNotTheNewestOneThatIsKept() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("job", Reading.known(job(status(null, null))));
    see("now", NOW.plus(Duration.ofDays(700)));
    Sibling recorded = Altered.copy(sibling("recorded", 1, "s3://bucket/chk-5"), "ours", false);
    see("siblings", Reading.known(List.of(recorded, sibling("me", 0, LOCATION))));
    assertThat(plan().status().expiresAt()).isNull();

    see("siblings", Reading.known(List.of(Altered.copy(recorded, "ours", true))));
    assertThat(plan().status().expiresAt()).as("the operator had it written").isNotNull();
  }

  @Test
  void nothingGoesThatSomebodyAskedForByHandOrThatIsRetainedOrReferredTo() {
    completed();
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(50)));
    assertThat(plan().status().expiresAt()).as("by hand").isNull();

    wish("reason", SavepointReason.Scheduled);
    assertThat(plan().status().expiresAt()).isNotNull();
    wish("retain", true);
    assertThat(plan().status().expiresAt()).as("retained").isNull();

    wish("retain", false);
    see("job", Reading.known(job(referring())));
    assertThat(plan().status().expiresAt()).as("a rollout starts from it").isNull();

    see("job", Reading.absent());
    assertThat(plan().status().expiresAt()).as("nobody says how many to keep").isNull();
  }

  @Test
  void aDeletedOneGoesWithItsObjectsBatchByBatch() {
    completed();
    deleted();
    see("job", Reading.absent());
    assertThat(plan().effect()).as("the storage was not asked").isEmpty();

    see("leftover", Reading.known("s3://bucket/key"));
    assertThat(plan().effect()).hasValue(new SavepointEffect.Delete(DIRECTORY));

    see("leftover", Reading.absent());
    assertThat(plan().effect()).hasValue(new SavepointEffect.Release());
  }

  @Test
  void aDeletedOneThatSomethingRefersToStaysAndSaysForWhom() {
    completed();
    deleted();
    see("leftover", Reading.known("s3://bucket/key"));
    see("job", Reading.known(job(referring())));

    SavepointPlan plan = plan();

    assertThat(plan.effect()).isEmpty();
    assertThat(plan.notice())
        .hasValueSatisfying(
            it -> {
              assertThat(it.reason()).isEqualTo(Reason.SavepointInUse);
              assertThat(it.message()).contains("the rollout under way starts from it", "orders");
            });
    written(plan);
    assertThat(plan().notice()).as("told once").isEmpty();
  }

  @Test
  void theSavepointOfASuspendedJobCannotBeDeleted() {
    completed();
    deleted();
    see("leftover", Reading.known("s3://bucket/key"));
    StreamJobStatus suspended =
        Altered.copy(
            status(
                new RestorePointStatus(
                    LOCATION, 1, JOB.hex(), NOW.toString(), null, 1L, 1, "Suspend", null),
                null),
            "phase",
            "Suspended");
    see("job", Reading.known(job(suspended)));

    assertThat(plan().effect()).isEmpty();
    assertThat(plan().status().waitingFor()).contains("the suspended job resumes from it");
  }

  @Test
  void whenNobodyTellsWhetherItIsUsedNothingIsDeleted() {
    completed();
    deleted();
    see("leftover", Reading.known("s3://bucket/key"));
    see("job", Reading.unknown("time limit passed"));

    assertThat(plan().effect()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"now", LOCATION})
  void whatAnotherStreamJobIsToStartFromIsNotDeleted(String from) {
    completed();
    deleted();
    see("job", Reading.absent());
    see("siblings", Reading.known(List.of()));
    see("leftover", Reading.known("s3://bucket/key"));
    see("restorers", Reading.known(List.of(new Restorer("fork", from))));
    assertThat(plan().effect()).isEmpty();
    assertThat(plan().status().waitingFor()).contains("StreamJob fork starts from it");

    see("restorers", Reading.unknown("time limit passed"));
    assertThat(plan().effect()).as("nobody could tell").isEmpty();

    see("restorers", Reading.known(List.of(new Restorer("fork", "another"))));
    assertThat(plan().effect()).hasValue(new SavepointEffect.Delete(DIRECTORY));
  }

  @Test
  void retentionLeavesWhatAnotherStreamJobIsToStartFrom() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(50)));
    see("restorers", Reading.known(List.of(new Restorer("fork", LOCATION))));
    assertThat(plan().status().expiresAt()).isNull();

    see("restorers", Reading.unknown("time limit passed"));
    assertThat(plan().status().expiresAt()).as("nobody could tell").isNull();
  }

  @Test
  void objectsThatAnotherOneRecordsAsWellStay() {
    completed();
    deleted();
    see("job", Reading.absent());
    see("leftover", Reading.known("s3://bucket/key"));
    Sibling keeper = sibling("keeper", 0, LOCATION);
    see("siblings", Reading.known(List.of(keeper)));
    assertThat(plan().effect()).as("recorded").hasValue(new SavepointEffect.Release());

    Sibling going = Altered.copy(keeper, "goes", true);
    see("siblings", Reading.known(List.of(going)));
    assertThat(plan().effect()).as("both go").hasValue(new SavepointEffect.Delete(DIRECTORY));

    see("siblings", Reading.known(List.of(Altered.copy(going, "retain", true))));
    assertThat(plan().effect()).as("retained").hasValue(new SavepointEffect.Release());

    see("siblings", Reading.unknown("time limit passed"));
    assertThat(plan().effect()).as("nobody could tell").isEmpty();
  }

  @Test
  void objectsThatCannotBeDeletedAreLetGoInTheEndAndTold() {
    completed();
    deleted();
    see("job", Reading.absent());
    see("leftover", Reading.known("s3://bucket/first"));
    written(plan());
    assertThat(seen.status().stuckSince()).isNull();
    written(plan());
    assertThat(seen.status().stuckSince()).isEqualTo(NOW.toString());
    see("now", NOW.plus(LIMITS.removal()).plusSeconds(1));
    assertThat(plan().effect()).as("no progress").hasValue(new SavepointEffect.Release());
    assertThat(plan().notice().orElseThrow().message()).contains("s3://bucket/first", DIRECTORY);

    see("leftover", Reading.known("s3://bucket/second"));

    assertThat(plan().effect()).as("progress").hasValue(new SavepointEffect.Delete(DIRECTORY));
    assertThat(plan().status().stuckSince()).isNull();
  }

  @Test
  void aFolderThatAPersonNamesIsNeverOursToDelete() {
    RestorePointStatus point =
        new RestorePointStatus(
            FOLDER + "a-3/savepoint-x", 1, JOB.hex(), NOW.toString(), null, 1L, 1, "Suspend", null);
    see("job", Reading.known(job(status(point, null))));
    for (String named :
        List.of(
            FOLDER + "a-3",
            FOLDER + "a-3/savepoint-x/_metadata",
            FOLDER + "../checkpoints/job/chk-5",
            FOLDER + "./a-3")) {
      wish("location", named);
      assertThat(plan().status().directory()).as(named).isNull();
    }
    assertThat(SavepointPlanner.ownFolder(FOLDER, FOLDER + "../x/y")).isEmpty();
    assertThat(SavepointPlanner.ownFolder(FOLDER, FOLDER + "./x/y")).isEmpty();
  }

  @Test
  void whatLiesBesideWhatIsNeededIsNeeded() {
    completed();
    deleted();
    see("leftover", Reading.known("s3://bucket/key"));
    StreamJobStatus rolling =
        Altered.copy(
            status(null, null),
            "rollout",
            Altered.copy(ROLLOUT, "restoreFrom", DIRECTORY + "savepoint-2"));
    see("job", Reading.known(job(rolling)));

    assertThat(plan().effect()).isEmpty();
    assertThat(plan().status().waitingFor()).contains("the rollout under way");
  }

  @Test
  void whatAnEarlierRevisionWroteLiesInItsStorage() {
    RestorePointStatus point =
        new RestorePointStatus(
            "s3://old/savepoints/a-2/savepoint-2",
            7,
            "old-job",
            NOW.toString(),
            null,
            1L,
            1,
            "Upgrade",
            null);
    Job job = job(status(point, null));
    Origin now = requireNonNull(job.origins().get(1));
    Origin then =
        new Origin(
            new StoredRevision(7, "1-old", now.revision().spec()), "s3://old/savepoints/", "");
    see("job", Reading.known(Altered.copy(job, "origins", Map.of(1, now, 7, then))));
    wish("location", requireNonNull(point.location()));

    assertThat(plan().status().revision()).isEqualTo(7);
    assertThat(plan().status().specHash()).isEqualTo("1-old");
    assertThat(plan().status().directory()).isEqualTo("s3://old/savepoints/a-2/");
  }

  @Test
  void aSpecThatNobodyUnderstandsLetsNothingGo() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("siblings", Reading.known(siblings(50)));
    see("job", Reading.known(Altered.copy(job(status(null, null)), "isPolicyWished", false)));

    assertThat(plan().status().expiresAt()).isNull();
  }

  @Test
  void aLaterStreamJobOfTheNameSaysNothingAboutTheSavepointsOfTheEarlier() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("siblings", Reading.known(siblings(50)));
    see("job", Reading.known(Altered.copy(job(status(null, null)), "uid", "another-uid")));
    see("now", NOW.plus(Duration.ofDays(700)));

    assertThat(plan().status().expiresAt()).isNull();
  }

  @Test
  void oneThatIsRetainedAndBeingWrittenKeepsItsTurnUntilTheEngineHasEnded() {
    taking();
    deleted();
    wish("retain", true);
    see("taken", Reading.known(new SavepointView.InProgress()));
    assertThat(plan().effect()).isEmpty();

    see("taken", Reading.known(new SavepointView.Completed(LOCATION)));

    assertThat(plan().effect()).hasValue(new SavepointEffect.Release());
  }

  @Test
  void aRetainedOneGoesWithoutItsObjects() {
    completed();
    deleted();
    wish("retain", true);
    see("leftover", Reading.known("s3://bucket/key"));

    assertThat(plan().effect()).hasValue(new SavepointEffect.Release());
  }

  @Test
  void aStorageThatIsGoneHoldsNothingForEver() {
    completed();
    deleted();
    see("job", Reading.absent());
    see("now", NOW.plus(Duration.ofDays(3)));
    assertThat(plan().effect()).as("it was in use until now").isEmpty();
    written(plan());
    see("now", NOW.plus(Duration.ofDays(3)).plus(LIMITS.removal()).plusSeconds(1));

    SavepointPlan plan = plan();

    assertThat(plan.effect()).hasValue(new SavepointEffect.Release());
    assertThat(plan.notice().orElseThrow().message()).contains(DIRECTORY);
  }

  @Test
  void aNamespaceThatIsDeletedIsLetGoAtOnceAndItsStateStays() {
    completed();
    deleted();
    see("job", Reading.known(job(referring())));
    see("leftover", Reading.known("s3://bucket/key"));
    see("namespaceGoes", Reading.known(false));
    assertThat(plan().effect()).isEmpty();

    see("namespaceGoes", Reading.known(true));

    assertThat(plan().effect()).hasValue(new SavepointEffect.Release());
    assertThat(plan().notice().orElseThrow().message()).contains(DIRECTORY);
  }

  @Test
  void oneThatIsBeingWrittenIsRemovedWhenTheEngineHasEnded() {
    taking();
    deleted();
    see("job", Reading.known(job(status(null, "me"))));
    see("leftover", Reading.known("s3://bucket/key"));
    see("taken", Reading.known(new SavepointView.InProgress()));
    assertThat(plan().effect()).isEmpty();

    see("taken", Reading.known(new SavepointView.Completed(LOCATION)));

    assertThat(plan().effect()).hasValue(new SavepointEffect.Delete(DIRECTORY));
  }

  @ParameterizedTest
  @CsvSource({
    // phase, deleted, reason, retained, folder: engine, verification, manifest, siblings, leftover
    "Pending,   false, Scheduled, false, true,  false, false, false, false, false",
    "Taking,    false, Scheduled, false, true,  true,  false, false, false, false",
    "Taking,    true,  Scheduled, false, true,  true,  false, false, true,  true",
    "Verifying, false, Scheduled, false, true,  false, true,  true,  false, false",
    "Verifying, true,  Scheduled, false, true,  false, false, false, true,  true",
    "Completed, false, Scheduled, false, true,  false, false, false, true,  false",
    "Completed, false, Manual,    false, true,  false, false, false, false, false",
    "Completed, false, Scheduled, true,  true,  false, false, false, false, false",
    "Completed, true,  Manual,    false, true,  false, false, false, true,  true",
    "Completed, true,  Manual,    true,  true,  false, false, false, false, false",
    "Completed, true,  Manual,    false, false, false, false, false, false, false",
    "Broken,    false, Upgrade,   false, true,  false, true,  false, true,  false",
    "Broken,    true,  Upgrade,   false, true,  false, false, false, true,  true",
    "Failed,    false, Upgrade,   false, true,  false, false, false, true,  false",
  })
  void onlyWhatCanMatterIsAsked(
      SavepointPhase phase,
      boolean goes,
      SavepointReason reason,
      boolean retained,
      boolean folder,
      boolean engine,
      boolean verification,
      boolean manifest,
      boolean siblings,
      boolean leftover) {
    completed();
    wish("reason", reason);
    wish("retain", retained);
    if (goes) {
      deleted();
    }
    StreamSavepointStatus status = Altered.copy(seen.status(), "phase", phase.name());

    assertThat(
            SavepointQuestions.of(
                seen.wish(),
                folder ? status : Altered.copy(status, "directory", null),
                seen.job(),
                NOW))
        .isEqualTo(
            new SavepointQuestions(
                engine, verification, manifest, DeepCheck.Off, siblings, leftover));
  }

  @Test
  void theBucketIsAskedOnlyIfTheEngineHasNothingToTell() {
    assertThat(SavepointQuestions.isLost(Reading.absent())).isTrue();
    assertThat(
            SavepointQuestions.isLost(
                Reading.known(
                    new SavepointView.Failed(new EngineFailure(EngineFailure.Kind.OTHER, "no")))))
        .isTrue();
    assertThat(SavepointQuestions.isLost(Reading.known(new SavepointView.InProgress()))).isFalse();
    assertThat(SavepointQuestions.isLost(Reading.unknown("time limit passed"))).isFalse();
  }

  @Test
  void whatItWaitsForIsSaidInEachPhase() {
    taking();
    assertThat(plan().status().waitingFor()).contains("the coordinator does not answer; until ");
    see("taken", Reading.known(new SavepointView.InProgress()));
    see("engineVersion", Reading.known("2.3.0"));
    assertThat(plan().status().waitingFor()).contains("the engine writes it; until ");
    assertThat(plan().status().engineVersion()).isEqualTo("2.3.0");

    see("taken", Reading.known(new SavepointView.Completed(LOCATION)));
    SavepointPlan read = plan();
    written(read);
    see("verification", Reading.unknown("503 SlowDown"));
    see("manifest", Reading.unknown("503 SlowDown"));
    assertThat(plan().status().waitingFor())
        .isEqualTo("waits for the storage to answer: 503 SlowDown");

    see("verification", WHOLE);
    see("manifest", MANIFEST);
    assertThat(plan().status().waitingFor()).isNull();
    assertThat(plan().notice().orElseThrow().message()).startsWith("shop/now: ");
  }

  @Test
  void aDeletedOneSaysWhatItsDeletionWaitsFor() {
    completed();
    deleted();
    see("job", Reading.unknown("time limit passed"));

    assertThat(plan().status().waitingFor()).isEqualTo("waits for the API server to answer");
    assertThat(plan().lookAgainAfter()).isEqualTo(LIMITS.lookSoon());
  }

  @ParameterizedTest
  @CsvSource({"Pending, Canonical, Native", "Taking, Canonical, Native", "Taking, , Canonical"})
  void whatTheStateBackendCannotWriteIsNotAskedFor(
      SavepointPhase phase,
      io.streamjob.api.v1beta1.@Nullable SavepointFormat own,
      io.streamjob.api.v1beta1.SavepointFormat policy) {
    if (phase == SavepointPhase.Taking) {
      taking();
    }
    wish("format", Optional.ofNullable(own));
    see("taken", Reading.absent());
    see("found", Reading.absent());
    see(
        "job",
        Reading.known(
            Altered.copy(
                job(status(null, "me"), Wish.image("orders:1", 1).on(StateBackend.ForSt)),
                "policy",
                Altered.copy(EffectiveSpec.Savepoints.DEFAULT, "format", policy))));

    SavepointPlan plan = plan();

    assertThat(plan.effect()).isEmpty();
    assertThat(plan.status().phase()).isEqualTo("Failed");
    assertThat(reasonOf(plan)).isEqualTo(Reason.SavepointFailed.name());
    assertThat(plan.notice().orElseThrow().message())
        .contains("expected the format Native", "found Canonical", "next step: ");
  }

  @ParameterizedTest
  @CsvSource({", Native, NATIVE", ", Canonical, CANONICAL", "Canonical, Native, CANONICAL"})
  void itsFormIsItsOwnOrThatOfItsStreamJob(
      io.streamjob.api.v1beta1.@Nullable SavepointFormat own,
      io.streamjob.api.v1beta1.SavepointFormat policy,
      io.streamjob.operator.engine.SavepointFormat asked) {
    taking();
    wish("format", Optional.ofNullable(own));
    see(
        "job",
        Reading.known(
            Altered.copy(
                job(status(null, "me")),
                "policy",
                Altered.copy(EffectiveSpec.Savepoints.DEFAULT, "format", policy))));
    see("taken", Reading.absent());
    see("found", Reading.absent());

    assertThat(plan().effect().orElseThrow())
        .isInstanceOfSatisfying(
            SavepointEffect.Take.class, take -> assertThat(take.format()).isEqualTo(asked));
  }

  @Test
  void aSavepointWhoseMetadataIsGoneIsBroken() {
    completed();
    see("verification", Reading.absent());

    SavepointPlan broken = plan();

    assertThat(broken.status().phase()).isEqualTo("Broken");
    assertThat(broken.notice().orElseThrow().message()).contains(LOCATION + "/_metadata");
    assertThat(reasonOf(broken)).isEqualTo(Reason.SavepointIncomplete.name());
  }

  @Test
  void anOldOneGoesByItsAgeAlsoIfItWasNeverTaken() {
    completed();
    wish("reason", SavepointReason.Scheduled);
    see("job", Reading.known(job(status(null, null))));
    see("siblings", Reading.known(siblings(1)));
    see("status", Altered.copy(seen.status(), "takenAt", null));
    assertThat(plan().status().expiresAt()).isNull();

    see("now", BORN.plus(EffectiveSpec.Savepoints.DEFAULT.maxAge()).plusSeconds(1));

    assertThat(plan().status().expiresAt()).isNotNull();
  }

  @Test
  void whatLiesInTheFolderThatARolloutStartsFromIsInUse() {
    completed();
    deleted();
    see("leftover", Reading.known("s3://bucket/key"));
    see("siblings", Reading.known(List.of()));
    for (String location : List.of(LOCATION, DIRECTORY + "without-a-3")) {
      StreamJobStatus rolling =
          Altered.copy(
              status(null, null), "rollout", Altered.copy(ROLLOUT, "restoreFrom", location));
      see("job", Reading.known(job(rolling)));
      assertThat(plan().effect()).as(location).isEmpty();
    }
    StreamJobStatus elsewhere =
        Altered.copy(
            status(null, null),
            "rollout",
            Altered.copy(ROLLOUT, "restoreFrom", "s3://bucket/else"));
    see("job", Reading.known(job(elsewhere)));

    assertThat(plan().effect()).hasValue(new SavepointEffect.Delete(DIRECTORY));
  }

  @Test
  void sizesAreForPeople() {
    assertThat(Sizes.people(0)).isEqualTo("0 B");
    assertThat(Sizes.people(1023)).isEqualTo("1023 B");
    assertThat(Sizes.people(1024)).isEqualTo("1.0 KiB");
    assertThat(Sizes.people(10 << 10)).isEqualTo("10 KiB");
    assertThat(Sizes.people(Long.MAX_VALUE)).isEqualTo("8192 PiB");
    assertThat(Sizes.people(1536)).isEqualTo("1.5 KiB");
    assertThat(Sizes.people(500L << 20)).isEqualTo("500 MiB");
    assertThat(Sizes.people(3L << 40)).isEqualTo("3.0 TiB");
  }

  // Given.

  private static final RolloutStatus ROLLOUT = rollout();

  private static RolloutStatus rollout() {
    return Serialization.unmarshal("{}", RolloutStatus.class);
  }

  private static SavepointObservation nothing() {
    return new SavepointObservation(
        new SavepointObservation.Wish(
            "shop",
            "now",
            "me",
            1,
            BORN,
            Optional.empty(),
            "orders",
            SavepointReason.Manual,
            Optional.empty(),
            Optional.empty(),
            false),
        Serialization.unmarshal("{}", StreamSavepointStatus.class),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        Reading.known(List.of()),
        Reading.unknown("not asked"),
        Reading.unknown("not asked"),
        NOW);
  }

  @Test
  void theCoordinatorOfAStreamJobThatIsGoneIsNotWaitedFor() {
    taking();
    deleted();
    see("taken", Reading.unknown("no such host"));
    see("leftover", Reading.known(LOCATION + "/part"));
    assertThat(plan().effect()).as("the StreamJob may tell").isEmpty();

    see("job", Reading.absent());
    see("restorers", Reading.known(List.of()));
    see("siblings", Reading.known(List.of()));
    see("now", NOW.plus(LIMITS.farewell()));
    assertThat(plan().effect()).as("its pods may still write").isEmpty();

    see("now", NOW.plus(LIMITS.farewell()).plusMillis(1));
    assertThat(plan().effect()).contains(new SavepointEffect.Delete(DIRECTORY));
  }

  private void taking() {
    see("job", Reading.known(job(status(null, "me"))));
    written(plan());
    assertThat(seen.status().phase()).isEqualTo("Taking");
  }

  private void verifying() {
    taking();
    see("taken", Reading.known(new SavepointView.Completed(LOCATION)));
    written(plan());
    assertThat(seen.status().phase()).isEqualTo("Verifying");
  }

  private void completed() {
    verifying();
    see("verification", WHOLE);
    see("manifest", MANIFEST);
    written(plan());
    assertThat(seen.status().phase()).isEqualTo("Completed");
    see("verification", Reading.unknown("not asked"));
    see("job", Reading.unknown("not asked"));
    see("taken", Reading.unknown("not asked"));
  }

  private void deleted() {
    wish("deletedAt", NOW);
    see("siblings", Reading.known(siblings(3)));
  }

  private void wish(String component, Object value) {
    Object given =
        component.equals("location") || component.equals("deletedAt") ? Optional.of(value) : value;
    see("wish", Altered.copy(seen.wish(), component, given));
  }

  private void see(String component, Object value) {
    seen = Altered.copy(seen, component, value);
  }

  private void written(SavepointPlan plan) {
    see("status", plan.status());
  }

  private SavepointPlan plan() {
    return SavepointPlanner.plan(seen, LIMITS);
  }

  private SavepointQuestions asked(Instant now) {
    return SavepointQuestions.of(seen.wish(), seen.status(), seen.job(), now);
  }

  private static @Nullable String reasonOf(SavepointPlan plan) {
    return plan.status().conditions() == null
        ? null
        : plan.status().conditions().get(0).getReason();
  }

  private static Job job(StreamJobStatus status) {
    return job(status, Wish.image("orders:1", 1));
  }

  private static Job job(StreamJobStatus status, Wish wish) {
    EffectiveSpec spec =
        switch (SpecParser.parse(wish.spec())) {
          case Parsed.Valid valid -> valid.spec();
          case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
        };
    Origin origin = new Origin(new StoredRevision(1, "1-hash", spec), FOLDER, DIRECTORY);
    return new Job(JOB_UID, status, Map.of(1, origin), EffectiveSpec.Savepoints.DEFAULT, true);
  }

  private static StreamJobStatus status(
      @Nullable RestorePointStatus point, @Nullable String turnOf) {
    StreamJobStatus status = Serialization.unmarshal("{}", StreamJobStatus.class);
    status = Altered.copy(status, "current", new RevisionStatus(1, "1-hash", "orders:1"));
    status = Altered.copy(status, "job", new JobStatus(JOB.hex(), "RUNNING", null, null));
    if (point != null) {
      status = Altered.copy(status, "restorePoints", List.of(point));
    }
    return turnOf == null
        ? status
        : Altered.copy(status, "savepoint", new SavepointStatus(turnOf, turnOf, NOW.toString()));
  }

  private StreamJobStatus referring() {
    return Altered.copy(
        status(null, null), "rollout", Altered.copy(ROLLOUT, "restoreFrom", LOCATION));
  }

  /** So many verified ones of the schedule that are newer, and itself. */
  private static List<Sibling> siblings(int newer) {
    List<Sibling> all = new ArrayList<>();
    for (int i = 0; i < newer; i++) {
      all.add(sibling("newer-" + i, i + 1, FOLDER + "s-" + i + "/savepoint-1"));
    }
    all.add(sibling("me", 0, LOCATION));
    // Of another StreamJob: it counts for nothing here.
    all.add(Altered.copy(sibling("other", 99, "s3://bucket/other"), "jobUid", "invoices"));
    return all;
  }

  private static Sibling sibling(String uid, int younger, String location) {
    return new Sibling(
        uid,
        JOB_UID,
        SavepointPhase.Completed,
        SavepointReason.Scheduled,
        NOW.plusSeconds(younger),
        location,
        true,
        false,
        false);
  }
}
