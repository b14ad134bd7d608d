package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.RolloutOutcome;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.RolloutStrategy;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.SpecHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step with combinations of readings, drawn from a small alphabet with a fixed seed: the
 * planner never throws, and never does what cannot be undone on a reading that nobody had.
 */
final class EveryReadingTest {
  /** Fewer, where all of it is run again and again: {@code make mutation}. */
  private static final int DRAWS = Integer.getInteger("readings.draws", 1_500);

  /** A journal as it may stand in status. */
  record Case(String name, Journal journal) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(RolloutStrategy.values())
        .flatMap(
            strategy ->
                Stream.of(RolloutStep.values())
                    .flatMap(
                        step ->
                            outcomes(strategy, step).stream()
                                .flatMap(outcome -> journals(strategy, step, outcome))));
  }

  static Stream<Case> preparing() {
    return cases().filter(some -> some.journal().step() == RolloutStep.Preparing);
  }

  static Stream<Case> confirming() {
    return cases().filter(some -> some.journal().step() == RolloutStep.Confirming);
  }

  /** Which endings may be decided in a step. */
  private static List<Optional<RolloutOutcome>> outcomes(
      RolloutStrategy strategy, RolloutStep step) {
    boolean initial = strategy == RolloutStrategy.Initial;
    boolean warm = strategy == RolloutStrategy.Warm;
    Optional<RolloutOutcome> open = Optional.empty();
    Optional<RolloutOutcome> back = Optional.of(RolloutOutcome.RolledBack);
    Optional<RolloutOutcome> abandoned = Optional.of(RolloutOutcome.Abandoned);
    if (strategy == RolloutStrategy.Suspend) {
      return switch (step) {
        case Stopping, Verifying -> List.of(open);
        case Retiring -> List.of(open, abandoned);
        case Blocked -> List.of(abandoned);
        case Preparing, Starting, Confirming, RollingBack -> List.of();
      };
    }
    if (strategy == RolloutStrategy.Rescale) {
      return switch (step) {
        case Preparing, Starting -> List.of(open);
        case Retiring -> List.of(Optional.of(RolloutOutcome.Completed), back, abandoned);
        case Stopping, Verifying, Confirming, RollingBack, Blocked -> List.of();
      };
    }
    if (strategy == RolloutStrategy.Finish) {
      return step == RolloutStep.Retiring ? List.of(open) : List.of();
    }
    if (strategy == RolloutStrategy.Recovery) {
      return switch (step) {
        case Preparing, Stopping, Verifying, Starting, Confirming -> List.of(open);
        case Retiring, RollingBack, Blocked -> List.of(abandoned);
      };
    }
    return switch (step) {
      case Preparing -> strategy == RolloutStrategy.Cold ? List.of(open, back) : List.of(open);
      case Stopping, Verifying -> initial ? List.of() : List.of(open);
      case Starting, Confirming -> initial ? List.of(open) : List.of(open, back);
      case Retiring ->
          initial
              ? List.of(abandoned)
              : warm
                  ? List.of(Optional.of(RolloutOutcome.Completed), back, abandoned)
                  : List.of(open, abandoned);
      case RollingBack -> initial ? List.of() : List.of(back);
      case Blocked -> initial ? List.of(abandoned) : List.of(back, abandoned);
    };
  }

  private static Stream<Case> journals(
      RolloutStrategy strategy, RolloutStep step, Optional<RolloutOutcome> outcome) {
    String name = strategy + " " + step + outcome.map(it -> " " + it).orElse("");
    // The last: the clock was set back since.
    Stream<Duration> ages =
        Stream.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(-1));
    return ages.flatMap(
        age -> {
          Instant since = Journals.NOW.minus(age);
          Journal asked = Journals.of(strategy, step, outcome, since, true, List.of());
          Journal unasked = Journals.of(strategy, step, outcome, since, false, List.of());
          Stream<Journal> all =
              step == RolloutStep.Preparing && strategy == RolloutStrategy.Warm
                  ? Stream.of(
                      asked,
                      asked.withUnmapped(List.of(Alphabet.COUNTER.id())),
                      asked.withPreflight(Check.Passed, 0),
                      asked.withPreflight(Check.Passed, 0).withWarmUp(Check.Passed))
                  : asked.equals(unasked)
                      ? step == RolloutStep.Starting
                          ? Stream.of(asked, asked.withCheckpoints(1))
                          : Stream.of(asked)
                      : step == RolloutStep.Stopping
                          ? Stream.of(
                              asked,
                              unasked,
                              Journals.byCheckpoint(asked),
                              Journals.byLastCheckpoint(asked))
                          : Stream.of(asked, unasked);
          return all.map(journal -> new Case(name + " since " + age, journal));
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingIrrevocableRestsOnSilence(Case some) {
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    for (int draw = 0; draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      Plan plan = Planner.plan(seen, Limits.DEFAULT);

      for (Effect effect : plan.effects()) {
        assertThat(mayBe(effect, seen, some.journal(), plan))
            .as("%s in %s with %s", effect, some, seen.facts())
            .isTrue();
      }
    }
  }

  @Test
  void betweenRolloutsNothingIsTouchedAndNothingBeginsOnSilence() {
    Random random = new Random(7);
    for (int draw = 0; draw < 10 * DRAWS; draw++) {
      Observation seen = seen(random, status(null, random.nextBoolean()));

      Plan plan = Planner.plan(seen, Limits.DEFAULT);

      assertThat(plan.effects()).isEmpty();
      RolloutStatus begun = plan.status().rollout();
      if (begun != null) {
        boolean alone = Journal.of(begun).isOfTheJobAlone();
        assertThat(!alone && (seen.revisions().isUnknown() || seen.facts().storage().isUnknown()))
            .isFalse();
        boolean decided =
            begun.restoreFrom() != null
                || seen.status().restorePoints() != null
                || !seen.facts().oldJob().isUnknown()
                || seen.facts().oldCluster().isGone()
                || (alone && isIncomplete(seen.facts().oldCluster()));
        assertThat(decided).as("%s on %s", begun, seen.facts()).isTrue();
      }
    }
  }

  private static boolean isIncomplete(ClusterView cluster) {
    return cluster
        .objects()
        .optional()
        .filter(it -> !it.coordinator() || !it.workers())
        .isPresent();
  }

  private static boolean mayBe(Effect effect, Observation seen, Journal journal, Plan plan) {
    Observation.Facts facts = seen.facts();
    return switch (effect) {
      case Effect.Submit submit -> maySubmit(submit.submission(), seen, journal, plan);
      case Effect.StopWithSavepoint stop ->
          isAlive(facts.oldJob().optional())
              && Objects.requireNonNull(plan.status().rollout()).triggerId() != null
              && (journal.stop().isEmpty()
                  || (facts.savepoint().isAbsent() && isSameCoordinator(facts)));
      case Effect.ScaleWorkers scale ->
          facts.workers() instanceof Reading.Known<Integer>(Integer there)
              && there != scale.replicas();
      case Effect.Rescale rescale ->
          facts.scale() instanceof Reading.Known<ScaleView>(ScaleView scale)
              && !scale.isAsked(rescale.from(), rescale.to());
      case Effect.StoreScale store ->
          journal.outcome().equals(Optional.of(RolloutOutcome.Completed))
              && seen.revisions().optional().isPresent();
      case Effect.TakeCheckpoint take when journal.isRescale() ->
          facts.scale() instanceof Reading.Known<ScaleView>;
      case Effect.TakeCheckpoint take ->
          isAlive(facts.oldJob().optional())
              && Objects.requireNonNull(plan.status().rollout()).triggerId() != null
              && (journal.stop().isEmpty()
                  || (facts.savepoint().isAbsent() && isSameCoordinator(facts)));
      case Effect.Cancel cancel when journal.isByCheckpoint() ->
          facts.oldJob().optional().filter(job -> job.state() != JobState.CANCELLING).isPresent()
              && isAlive(facts.oldJob().optional())
              && facts.savepoint().optional().orElse(null) instanceof SavepointView.Completed
              && facts.oldRules().equals(Reading.known(new CheckpointRules(true, false)))
              && facts
                  .oldCheckpoints()
                  .optional()
                  .flatMap(Checkpoints::latestCheckpoint)
                  .filter(newest -> newest.location().startsWith(Journals.CHECKPOINTS))
                  .isPresent();
      case Effect.DeleteCluster(int revision) ->
          switch (journal.step()) {
            case Retiring ->
                revision == journal.retired()
                    && (revision == 1 ? facts.oldCluster() : facts.newCluster())
                        .objects()
                        .optional()
                        .filter(ClusterView.Objects::anything)
                        .isPresent();
            // What was judged to have failed is taken away to prove its end, silent or not.
            case RollingBack -> revision == journal.to();
            // Something else is wished: what is not proven to be over is taken away.
            case Blocked -> revision == journal.watched() && journal.mayHaveStarted();
            // Its job is over, and nobody may be left who could go on with it.
            case Stopping ->
                revision == 1
                    && journal.isByLastCheckpoint()
                    && !journal.isRecovery()
                    && facts.oldJob().optional().isEmpty();
            case Preparing, Verifying, Starting, Confirming -> false;
          };
      case Effect.Cancel cancel ->
          isAlive(
                  (journal.step() == RolloutStep.Preparing && cancel.revision() == 2
                          ? facts.preflightJob()
                          : cancel.revision() == 1 && !journal.isRecovery()
                              ? facts.oldJob()
                              : facts.newJob())
                      .optional())
              || (journal.step() == RolloutStep.Preparing && !facts.preflightJob().isUnknown());
      case Effect.LeaveOut leaveOut ->
          journal.step() != RolloutStep.Preparing && !journal.unmapped().isEmpty();
      case Effect.StoreRevision store ->
          seen.revisions().optional().filter(it -> !it.containsKey(2)).isPresent();
      case Effect.CreateCoordinator create -> !facts.newCluster().objects().isUnknown();
      case Effect.CreateWorkers create ->
          !facts.newCluster().objects().isUnknown() && !facts.newCluster().slots().isUnknown();
      case Effect.PointService point -> !facts.service().isUnknown();
      case Effect.ForgetRevision forget -> false;
      case Effect.CreateSavepoint create -> false;
      case Effect.Hold hold -> false;
      case Effect.Release release -> false;
      case Effect.DeleteClusters delete -> false;
      case Effect.DiscardSavepoints discard -> false;
      case Effect.DiscardObjects discard -> false;
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onlyTheNewestCheckpointOfAJobThatIsOverIsHandedOver(Case some) {
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    int handedOver = 0;
    for (int draw = 0; some.journal().isByCheckpoint() && draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      Plan plan = Planner.plan(seen, Limits.DEFAULT);

      RolloutStatus next = plan.status().rollout();
      @Nullable String from = next == null ? null : next.restoreFrom();
      if (from != null) {
        handedOver++;
        Observation.Facts facts = seen.facts();
        assertThat(facts.oldJob().optional().map(JobView::state))
            .hasValueSatisfying(
                state -> assertThat(state).isIn(JobState.CANCELED, JobState.FAILED));
        assertThat(facts.oldCheckpoints().optional().flatMap(Checkpoints::latestCheckpoint))
            .hasValueSatisfying(newest -> assertThat(newest.location()).isEqualTo(from));
        assertThat(from).startsWith(Journals.CHECKPOINTS);
      }
    }
    assertThat(handedOver > 0).isEqualTo(some.journal().isByCheckpoint());
  }

  @ParameterizedTest
  @MethodSource("preparing")
  void anOutageIsNoExcuseTwiceAndNoneForWhatWasAskedForInTime(Case some) {
    Random random = new Random(some.name().hashCode());
    Journal excused = some.journal().anew(some.journal().stepStartedAt());
    for (int draw = 0; draw < DRAWS; draw++) {
      for (Journal journal : List.of(some.journal(), excused)) {
        Plan plan = Planner.plan(seen(random, status(journal, false)), Limits.DEFAULT);

        RolloutStatus next = plan.status().rollout();
        long told = next == null ? 0 : outages(next);
        assertThat(told).isLessThanOrEqualTo(1);
        if (told > 0 && next != null && !journal.hadOutage()) {
          assertThat(Duration.between(journal.stepStartedAt(), Journals.NOW))
              .isGreaterThan(Limits.DEFAULT.preparing());
          assertThat(next.stepStartedAt()).isEqualTo(Journals.NOW.toString());
          assertThat(plan.effects()).isNotEmpty();
        }
      }
    }
  }

  private static long outages(RolloutStatus rollout) {
    return Objects.requireNonNullElse(rollout.timings(), List.<TimingStatus>of()).stream()
        .filter(part -> "outage".equals(part.part()))
        .count();
  }

  @ParameterizedTest
  @MethodSource("confirming")
  void noJobIsConfirmedBeforeItsServiceIsSeenToSelectIt(Case some) {
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    for (int draw = 0; draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      Plan plan = Planner.plan(seen, Limits.DEFAULT);

      RolloutStatus next = plan.status().rollout();
      Reading<Integer> service = seen.facts().service();
      if (next == null || RolloutStep.Retiring.name().equals(next.step())) {
        boolean late = Duration.between(some.journal().stepStartedAt(), seen.now()).toMinutes() > 5;
        boolean pointed = service.equals(Reading.known(some.journal().target()));
        boolean tried = plan.effects().stream().anyMatch(Effect.PointService.class::isInstance);
        assertThat(pointed || (late && (tried || service.isUnknown())))
            .as("%s on %s", next, service)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noJobIsConfirmedBeforeItSaysWhatItRestoredFrom(Case some) {
    boolean confirms =
        some.journal().step() == RolloutStep.Confirming
            && some.journal().strategy() == RolloutStrategy.Warm
            && some.journal().outcome().isEmpty();
    Random random = new Random(some.name().hashCode());
    // Checkpoints were seen before, by somebody who could not ask for the tasks.
    StreamJobStatus status = status(some.journal().withCheckpoints(1), false);
    for (int draw = 0; confirms && draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      RolloutStatus next = Planner.plan(seen, Limits.DEFAULT).status().rollout();

      boolean finished =
          seen.facts()
              .newJob()
              .optional()
              .map(JobView::state)
              .equals(Optional.of(JobState.FINISHED));
      if (next != null
          && RolloutStep.Retiring.name().equals(next.step())
          && next.failure() == null
          && !finished) {
        assertThat(seen.facts().newCheckpoints().optional().flatMap(Checkpoints::restoredFrom))
            .as("told, in %s with %s", some, seen.facts())
            .isEqualTo(some.journal().restoreFrom());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aNewJobThatIsKnownIsConfirmedWhateverTheOldOneSays(Case some) {
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    for (int draw = 0; some.journal().step() == RolloutStep.Starting && draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      RolloutStatus next = Planner.plan(seen, Limits.DEFAULT).status().rollout();

      boolean stored =
          seen.revisions()
              .optional()
              .filter(it -> it.containsKey(some.journal().target()))
              .isPresent();
      if (stored && seen.facts().newJob() instanceof Reading.Known) {
        assertThat(Objects.requireNonNull(next).step())
            .as("%s", seen.facts())
            .isEqualTo("Confirming");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("confirming")
  void aJobThatIsBeingSetUpIsNotWaitedForWithoutEnd(Case some) {
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    boolean late =
        Duration.between(some.journal().stepStartedAt(), Journals.NOW).toMinutes() > 5
            && some.journal().from().isPresent()
            && !some.journal().isRecovery();
    for (int draw = 0; late && draw < 10 * DRAWS; draw++) {
      Observation seen = seen(random, status);

      RolloutStatus next = Planner.plan(seen, Limits.DEFAULT).status().rollout();

      boolean settingUp =
          seen.facts()
              .newJob()
              .optional()
              .filter(job -> job.state() == JobState.INITIALIZING)
              .isPresent();
      boolean stored =
          seen.revisions()
              .optional()
              .filter(it -> it.containsKey(some.journal().target()))
              .isPresent();
      if (settingUp && stored && seen.facts().newCheckpoints().isUnknown()) {
        assertThat(Objects.requireNonNull(next).step()).isNotEqualTo("Confirming");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatAForeignJobHasCompletedProvesNothingOfTheNextOne(Case some) {
    boolean back = some.journal().step() == RolloutStep.RollingBack && !some.journal().isRecovery();
    Random random = new Random(some.name().hashCode());
    Journal foreign =
        some.journal()
            .withCheckpoints(1)
            .withOutcome(
                RolloutOutcome.RolledBack,
                Optional.of(
                    new Obstacle(
                        io.streamjob.api.v1beta1.Reason.RestoredFromElsewhere, "another state")));
    int wentBack = 0;
    for (int draw = 0; back && draw < 10 * DRAWS; draw++) {
      Observation seen = seen(random, status(foreign, false));

      RolloutStatus next = Planner.plan(seen, Limits.DEFAULT).status().rollout();

      if (next != null && List.of("Starting", "Preparing").contains(next.step())) {
        wentBack++;
        assertThat(next.checkpoints()).isNull();
      }
    }
    assertThat(wentBack > 0).isEqualTo(back);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingGoesBackBehindACheckpoint(Case some) {
    boolean undoes =
        some.journal().mayHaveStarted()
            && (some.journal().step() == RolloutStep.RollingBack
                || some.journal().step() == RolloutStep.Blocked);
    Random random = new Random(some.name().hashCode());
    StreamJobStatus status = status(some.journal(), false);
    for (int draw = 0; undoes && draw < DRAWS; draw++) {
      Observation seen = seen(random, status);

      Plan plan = Planner.plan(seen, Limits.DEFAULT);

      if (goesBack(plan, some.journal())) {
        Observation.Facts facts = seen.facts();
        boolean over = facts.newCluster().isGone() || !isAlive(facts.newJob().optional());
        assertThat(over).as("over, in %s with %s", some, facts).isTrue();
        assertThat(facts.newState().optional()).as("in the bucket, %s", some).isEmpty();
        assertThat(facts.newCheckpoints().optional().filter(it -> it.completed() > 0))
            .as("checkpoints, in %s with %s", some, facts)
            .isEmpty();
        assertThat(facts.newState().isAbsent() || facts.newCheckpoints().optional().isPresent())
            .as("somebody was asked, in %s with %s", some, facts)
            .isTrue();
      }
    }
  }

  /** Whether the savepoint from before that job is what the next one starts from. */
  private static boolean goesBack(Plan plan, Journal before) {
    RolloutStatus next = plan.status().rollout();
    return next != null
        && !before.step().name().equals(next.step())
        && !RolloutStep.Blocked.name().equals(next.step())
        && (before.step() == RolloutStep.RollingBack
            || RolloutOutcome.Abandoned.name().equals(next.outcome()));
  }

  private static boolean maySubmit(
      Submission submission, Observation seen, Journal journal, Plan plan) {
    Observation.Facts facts = seen.facts();
    RolloutStatus next = Objects.requireNonNull(plan.status().rollout());
    if (journal.step() != RolloutStep.Starting && "Starting".equals(next.step())) {
      return mayBegin(seen.facts(), journal)
          && submission.job().map(JobId::hex).equals(Optional.ofNullable(next.newJobId()))
          && submission.restoreFrom().equals(Optional.ofNullable(next.restoreFrom()));
    }
    if (submission.jar().equals(Submission.WARM_UP_JAR)) {
      return facts.warmUp().isAbsent();
    }
    if (journal.step() == RolloutStep.Preparing) {
      return submission.dryRun()
          && facts.preflight().isAbsent()
          && facts.preflightJob().isAbsent()
          && !facts.oldCheckpoints().isUnknown();
    }
    boolean over =
        journal.from().isEmpty()
            || journal.isRollback()
            || facts.oldCluster().isGone()
            || facts.oldJob().isAbsent()
            || facts.oldJob().optional().filter(job -> job.state().isTerminal()).isPresent();
    return journal.step() == RolloutStep.Starting
        && journal.checkpoints() == 0
        && over
        && facts.newJob().isAbsent()
        && facts.newRun().isAbsent()
        && facts.newState().isAbsent()
        && submission.restoreFrom().equals(journal.restoreFrom());
  }

  /** With the write that begins Starting: the old job is over, and the bucket knows no new one. */
  private static boolean mayBegin(Observation.Facts facts, Journal journal) {
    return journal.step() == RolloutStep.Verifying
        && journal.stoppedAt().isPresent()
        && facts.newState().isAbsent();
  }

  private static boolean isAlive(Optional<JobView> job) {
    return job.filter(it -> !it.state().isTerminal()).isPresent();
  }

  private static boolean isSameCoordinator(Observation.Facts facts) {
    return facts
        .oldCluster()
        .pods()
        .optional()
        .flatMap(ClusterView.Pods::coordinatorUid)
        .filter(Journals.COORDINATOR::equals)
        .isPresent();
  }

  private static Observation seen(Random random, StreamJobStatus status) {
    Alphabet.Wished wished = Alphabet.wished(random);
    Requests requests = Alphabet.requests(random);
    Alphabet alphabet =
        new Alphabet(random, Questions.of(status, wished.parsed(), wished.hash(), requests));
    return new Observation(
        Journals.SUBJECT,
        wished.parsed(),
        wished.hash(),
        requests,
        status,
        alphabet.revisions(),
        alphabet.facts(),
        new Observation.Folders(
            Journals.DIRECTORY,
            Journals.CHECKPOINTS,
            "s3://bucket/orders/checkpoints/new/",
            "s3://bucket/orders/scratch/a-2/"),
        "app=orders",
        Observation.Life.FREE,
        Journals.NOW);
  }

  private static StreamJobStatus status(@Nullable Journal journal, boolean stoppedForGood) {
    RevisionStatus current =
        journal != null && journal.from().isEmpty()
            ? null
            : new RevisionStatus(1, SpecHash.of(Alphabet.OLD.spec()), "orders:1");
    String job = Journals.SUBJECT.job(1, 1).hex();
    return new StreamJobStatus(
        1,
        1L,
        "Running",
        "True",
        null,
        List.of(),
        current,
        current,
        current == null ? null : new JobStatus(job, "RUNNING", null, null),
        journal == null ? null : journal.status(Journals.SUBJECT),
        null,
        null,
        stoppedForGood
            ? List.of(
                new RestorePointStatus(
                    Journals.LOCATION, 1, job, null, null, 9L, 2, null, "recorded"))
            : null,
        null,
        null,
        null,
        null,
        null,
        1,
        "app=orders");
  }
}
