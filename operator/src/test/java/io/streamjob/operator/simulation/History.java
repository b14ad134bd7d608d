package io.streamjob.operator.simulation;

import static io.streamjob.operator.simulation.Trace.Detail;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RestoreSpec;
import io.streamjob.api.v1beta1.RetentionSpec;
import io.streamjob.api.v1beta1.RolloutStatus;
import io.streamjob.api.v1beta1.RolloutStep;
import io.streamjob.api.v1beta1.SavepointsSpec;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Obstacle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One history by chance: edits, misfortune in every step, and then peace, in which all must end
 * well. One seed is one history, down to the byte.
 */
final class History {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final Duration[] PACES = {
    Duration.ofMillis(5), Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(1)
  };
  private static final double[] RATES = {0, 0.01, 0.03, 0.1};

  /** A listing lags less than a coordinator takes to come back, as measured: 1.2 s at least. */
  private static final Duration SLOWEST_LISTING = Duration.ofSeconds(1);

  /** A moment after a job is submitted, and before anybody can have seen it run. */
  private static final Duration AFTER_SUBMISSION = Duration.ofMillis(20);

  private static final DeletionPolicy[] DELETIONS = DeletionPolicy.values();

  private static final Duration ALL_ARRIVED = Duration.ofMinutes(3);

  private final Random random;
  private final Faults faults;
  private final Stage stage;
  private final List<Wish> wishes = new ArrayList<>();

  History(long seed, Defect defect, Detail detail) {
    this.random = new Random(seed * SPREAD);
    this.faults = new RandomFaults(random, RATES[random.nextInt(RATES.length)]);
    this.stage =
        new Stage(
            faults,
            defect,
            detail,
            PACES[random.nextInt(PACES.length)],
            random.nextInt(6) == 0 ? 2 : 1);
  }

  /**
   * Plays it to its end.
   *
   * @throws Invariants.Violation if a rule does not hold
   */
  void play() {
    int edits = 1 + random.nextInt(4);
    stage.apply(wish(1));
    for (int version = 2; version < 2 + edits; version++) {
      struggle();
      stage.apply(wish(version));
    }
    struggle();
    endInPeace();
  }

  List<String> lines() {
    return stage.lines();
  }

  int steps() {
    return stage.looks();
  }

  Custody.Tally savepoints() {
    return stage.world.invariants.custody().tally();
  }

  int faults() {
    return faults.struck();
  }

  Set<String> transitions() {
    return stage.transitions();
  }

  /** No fault any more: what was begun ends; then a good version, empty if nothing else will do. */
  private void endInPeace() {
    faults.stop();
    stage.clearUp().pass(ALL_ARRIVED).settle();
    stage.removeAnnotations();
    Wish last = Wish.image(Program.GOOD.image(), 100);
    stage.apply(last).settle();
    Wish anyway = Wish.image(Program.GOOD.image(), 101).empty();
    stage.apply(anyway).settle();
    new Outcome(stage.world).check();
    Wish kept = Wish.image(Program.GOOD.image(), 102);
    stage.apply(kept.suspended()).settle();
    new Outcome(stage.world).checkThatNothingRuns();
    stage.apply(kept).settle();
    new Outcome(stage.world).check();
    stage.apply(kept.scaledTo(2)).settle();
    new Outcome(stage.world).check();
    stage.settleSavepoints();
  }

  /** Bad weather, and in some step or at some time a mishap. */
  private void struggle() {
    Duration time = Duration.ofMillis(random.nextInt(random.nextBoolean() ? 15_000 : 60_000));
    weather(stage.world.weather);
    stage.passUntil(moment(), time);
    for (int mishaps = random.nextInt(3); mishaps > 0; mishaps--) {
      mishap();
      stage.passUntil(moment(), time);
    }
  }

  private Optional<RolloutStep> moment() {
    RolloutStep[] steps = RolloutStep.values();
    return random.nextBoolean()
        ? Optional.of(steps[random.nextInt(steps.length)])
        : Optional.empty();
  }

  private void weather(Weather weather) {
    weather.clear();
    weather.savepointsFail = oneIn(10);
    weather.savepointTakes = upTo(oneIn(5) ? 30_000 : 2_000);
    weather.finishTakes = oneIn(2) ? Duration.ZERO : upTo(2_000);
    weather.finishFails = oneIn(12);
    weather.cancelTakes = oneIn(2) ? Duration.ZERO : upTo(3_000);
    weather.podStarts = SLOWEST_LISTING.plus(upTo(oneIn(6) ? 40_000 : 4_000));
    weather.podEnds = upTo(oneIn(6) ? 30_000 : 2_000);
    weather.listingLags = oneIn(3) ? upTo((int) SLOWEST_LISTING.toMillis()) : Duration.ZERO;
    if (oneIn(12)) {
      stage.nextSavepointIsIncomplete();
    }
    if (oneIn(20)) {
      weather.storageObstacle =
          Optional.of(new Obstacle(Reason.CredentialsRefused, "s3://bucket: 403"));
    }
  }

  private void mishap() {
    switch (random.nextInt(22)) {
      case 0, 1 -> stage.restartCoordinator(1 + random.nextInt(4));
      case 2 -> stage.loseWorkers();
      case 3 -> stage.cutOff(1 + random.nextInt(4), upTo(oneIn(4) ? 480_000 : 30_000));
      case 4 -> stage.bucketDown(!stage.world.weather.bucketDown);
      case 5 -> stage.apply(wishes.get(random.nextInt(wishes.size())));
      case 6 -> someOtherWrite();
      case 7 -> rare();
      case 8 -> loseWhatNobodySaw(1 + random.nextInt(4));
      case 9 -> annotate();
      case 10 -> loseAJobThatNobodySaw(1 + random.nextInt(4));
      case 11 -> suspendOrResume();
      case 12 -> restore("restore-" + random.nextInt(6));
      case 13, 14, 15 -> savepoint();
      case 16 -> deleteWhatTheJobResumesFrom();
      case 17 -> stage.ends(1 + random.nextInt(4), JobState.FAILED);
      case 18 -> revertWhileVerifying();
      case 19, 20 -> rescale();
      default -> {}
    }
  }

  /** What was just stopped is wished again. */
  private void revertWhileVerifying() {
    Wish before = wishes.get(Math.max(0, wishes.size() - 2));
    stage.passUntil(Optional.of(RolloutStep.Verifying), upTo(30_000)).apply(before);
  }

  private void rescale() {
    Wish next = wishes.getLast().scaledTo(1 + random.nextInt(3));
    wishes.add(next);
    stage.apply(next);
  }

  private void suspendOrResume() {
    Wish last = wishes.getLast();
    Wish next = last.suspend() ? last.resumed() : last.suspended();
    wishes.add(next);
    stage.apply(next);
  }

  /** A person asks for one, records one that is there, or deletes one. */
  private void savepoint() {
    List<String> names = stage.savepoints();
    List<String> locations = stage.restorePoints();
    String name = "mine-" + random.nextInt(5);
    switch (random.nextInt(6)) {
      case 0 -> stage.annotate(Annotations.SAVEPOINT, "s-" + random.nextInt(100));
      case 1 -> stage.createSavepoint(name, Optional.empty(), oneIn(4));
      case 2 -> {
        Optional<RestorePointStatus> own = newestRestorePoint().filter(point -> oneIn(2));
        if (!locations.isEmpty()) {
          String location = own.map(RestorePointStatus::location).orElseGet(() -> any(locations));
          stage.createSavepoint(name, Optional.of(location), oneIn(4));
        }
      }
      default -> {
        if (!names.isEmpty()) {
          stage.deleteSavepoint(any(names));
        }
      }
    }
  }

  /** Somebody who has suspended the job tidies up too early. */
  private void deleteWhatTheJobResumesFrom() {
    Wish still = wishes.getLast().suspended();
    wishes.add(still);
    stage.apply(still).pass(upTo(40_000));
    newestRestorePoint().map(RestorePointStatus::savepoint).ifPresent(stage::deleteSavepoint);
    stage.pass(upTo(20_000));
  }

  private Optional<RestorePointStatus> newestRestorePoint() {
    return Objects.requireNonNullElse(stage.status().restorePoints(), List.<RestorePointStatus>of())
        .stream()
        .findFirst();
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** A checkpoint is completed, and nobody asks before the coordinator is lost. */
  private void loseWhatNobodySaw(int revision) {
    stage.checkpoint(revision).restartCoordinator(revision);
  }

  /** A job has begun, and nobody asks for it before its coordinator is lost. */
  private void loseAJobThatNobodySaw(int revision) {
    stage
        .passUntil(Optional.of(RolloutStep.Starting), upTo(30_000))
        .pass(AFTER_SUBMISSION)
        .cutOff(revision, Duration.ofSeconds(5))
        .pass(upTo(4_000));
    loseWhatNobodySaw(revision);
  }

  private void someOtherWrite() {
    stage.world.touch();
  }

  private void annotate() {
    switch (random.nextInt(3)) {
      case 0 -> stage.annotate(Annotations.RESTART, "restart-" + random.nextInt(100));
      case 1 -> stage.annotate(Annotations.ROLLBACK, "" + backTo());
      default -> stage.annotate(Annotations.HOLD, "" + stage.world.now().plus(upTo(120_000)));
    }
  }

  /** As a message may have told, or any. */
  private int backTo() {
    return Optional.ofNullable(stage.status().rollout())
        .map(RolloutStatus::fromRevision)
        .filter(from -> random.nextBoolean())
        .orElse(1 + random.nextInt(4));
  }

  private void rare() {
    switch (random.nextInt(3)) {
      case 0 -> stage.runOut();
      case 1 -> recreate();
      default -> stage.apply(wishes.getLast().invalid());
    }
  }

  /** Somebody who has deleted it too early chooses what it goes on from, or waits, or does not. */
  private void recreate() {
    stage.delete();
    if (oneIn(3)) {
      stage.pass(upTo(20_000));
    }
    if (!oneIn(4)) {
      restore(stage.world.subject().shortUid());
    }
  }

  private void restore(String id) {
    Wish last = wishes.getLast().restoring(restorePoint(), id);
    wishes.add(last);
    stage.apply(last);
  }

  private String restorePoint() {
    List<String> all = stage.restorePoints();
    List<String> names = stage.savepoints();
    if (all.isEmpty() || oneIn(5)) {
      return RestoreSpec.NONE;
    }
    return oneIn(8)
        ? "s3://bucket/nowhere"
        : names.isEmpty() || random.nextBoolean() ? any(all) : any(names);
  }

  private Wish wish(int version) {
    Program[] programs = Program.values();
    Program program =
        random.nextBoolean() ? Program.GOOD : programs[random.nextInt(programs.length)];
    Wish wish = Wish.image(program.image(), version).confirmedBy(1 + random.nextInt(2));
    Wish ordered = oneIn(3) ? wish.cold() : wish;
    Wish roomy = oneIn(4) ? ordered.coldWhenNoRoom() : ordered;
    Wish decided = oneIn(6) ? roomy.rolledBackByHand() : roomy;
    Wish whole = oneIn(8) ? decided.empty() : oneIn(4) ? decided.byCheckpoint() : decided;
    Wish stored = oneIn(8) ? whole.onHeap() : whole;
    Wish still = oneIn(8) ? stored.suspended() : stored;
    Wish mortal = still.deleting(DELETIONS[random.nextInt(DELETIONS.length)]);
    Wish sized = oneIn(3) ? mortal.scaledByRollout() : mortal;
    Wish kept = oneIn(3) ? sized : sized.keeping(shortLived());
    wishes.add(kept);
    return kept;
  }

  /** So short that one is taken, kept and removed within a history. */
  private SavepointsSpec shortLived() {
    return new SavepointsSpec(
        oneIn(3) ? "* * * * *" : null,
        null,
        null,
        seconds(5 + random.nextInt(55)),
        seconds(1 + random.nextInt(20)),
        null,
        new RetentionSpec(1 + random.nextInt(2), seconds(5 + random.nextInt(55))));
  }

  private static String seconds(int many) {
    return many + "s";
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  private Duration upTo(int millis) {
    return Duration.ofMillis(random.nextInt(millis));
  }
}
