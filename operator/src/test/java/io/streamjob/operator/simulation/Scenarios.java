package io.streamjob.operator.simulation;

import static io.streamjob.api.v1beta1.RolloutStep.Confirming;
import static io.streamjob.api.v1beta1.RolloutStep.Preparing;
import static io.streamjob.api.v1beta1.RolloutStep.Retiring;
import static io.streamjob.api.v1beta1.RolloutStep.RollingBack;
import static io.streamjob.api.v1beta1.RolloutStep.Starting;
import static io.streamjob.api.v1beta1.RolloutStep.Stopping;
import static io.streamjob.api.v1beta1.RolloutStep.Verifying;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.PreflightPolicy;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RetentionSpec;
import io.streamjob.api.v1beta1.SavepointsSpec;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Obstacle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a StreamJob may live through, one golden trace each. */
public final class Scenarios {
  private Scenarios() {}

  /**
   * One of them.
   *
   * @param mostWrites how often status may be written in it
   */
  public record Scenario(String name, int mostWrites, Consumer<Stage> story) {
    public Stage play() {
      Stage stage = Stage.calm();
      story.accept(stage);
      return stage;
    }
  }

  private static Wish good(int version) {
    return Wish.image(Program.GOOD.image(), version);
  }

  private static Wish bad(Program program, int version) {
    return Wish.image(program.image(), version);
  }

  private static Scenario scenario(String name, int mostWrites, Consumer<Stage> story) {
    return new Scenario(name, mostWrites, story);
  }

  /** First version runs, then {@code next} is wished; {@code mostWrites} counts the latter's. */
  private static Scenario upgrade(String name, int mostWrites, Wish next) {
    return scenario(name, mostWrites, stage -> running(stage).apply(next).settle());
  }

  private static final int FIRST_START = 5;
  private static final int WARM_UPGRADE = 9;
  private static final int SUSPENSION = 8;
  private static final int RECOVERY = 9;
  private static final int FINISH = 4;

  private static final SavepointsSpec ONE_EACH_MINUTE =
      new SavepointsSpec("* * * * *", null, null, null, null, null, new RetentionSpec(1, "1h"));

  /** That a StreamSavepoint records what the job was stopped with. */
  private static final int RECORD = 1;

  /** Revision 1 runs; how it came to is told in the trace of the first start. */
  private static Stage running(Stage stage) {
    return stage.apply(good(1)).settle().from("revision 1 runs");
  }

  public static List<Scenario> all() {
    return Stream.of(
            usual(),
            refused(),
            rolledBack(),
            noWayBack(),
            edited(),
            troubled(),
            silent(),
            asked(),
            byCheckpoint(),
            tested(),
            suspended(),
            rescaled(),
            restored(),
            restoredAtLast(),
            recreated(),
            deleted(),
            kept(),
            recovered(),
            foundBySimulation())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Scenario> recovered() {
    return List.of(
        scenario(
            "coordinator-lost-and-the-job-recovers",
            RECOVERY,
            stage -> running(stage).restartCoordinator(1).settle()),
        scenario(
            "coordinator-lost-and-a-new-version-goes-on",
            RECOVERY + WARM_UPGRADE,
            stage -> running(stage).restartCoordinator(1).apply(good(2)).settle()),
        scenario(
            "coordinator-lost-and-suspended",
            SUSPENSION + RECORD,
            stage -> running(stage).restartCoordinator(1).apply(good(1).suspended()).settle()),
        scenario(
            "coordinator-lost-while-preparing",
            RECOVERY + WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Preparing)
                    .pass(Duration.ofSeconds(1))
                    .restartCoordinator(1)
                    .settle()),
        scenario(
            "coordinator-lost-and-a-refused-spec-stays-refused",
            RECOVERY + WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(bad(Program.MAIN_THROWS, 2))
                    .settle()
                    .restartCoordinator(1)
                    .settle()),
        scenario(
            "coordinator-lost-while-held",
            RECOVERY + 3,
            stage ->
                running(stage)
                    .annotate(Annotations.HOLD, "2031-01-01T00:00:00Z")
                    .restartCoordinator(1)
                    .settle()
                    .removeAnnotations()
                    .settle()),
        scenario(
            "coordinator-lost-again-while-the-job-recovers",
            2 * RECOVERY,
            stage ->
                running(stage)
                    .restartCoordinator(1)
                    .until(Starting)
                    .restartCoordinator(1)
                    .settle()),
        scenario(
            "coordinator-lost-once-the-job-has-recovered",
            2 * RECOVERY,
            stage ->
                running(stage)
                    .restartCoordinator(1)
                    .until(Confirming)
                    .pass(Duration.ofSeconds(1))
                    .restartCoordinator(1)
                    .settle()),
        scenario(
            "job-fails-and-recovers-three-times",
            3 * RECOVERY + 3,
            stage ->
                running(stage)
                    .ends(1, JobState.FAILED)
                    .settle()
                    .ends(1, JobState.FAILED)
                    .settle()
                    .ends(1, JobState.FAILED)
                    .pass(Duration.ofMinutes(1))
                    .settle()
                    .ends(1, JobState.FAILED)
                    .pass(Duration.ofMinutes(2))
                    .settle()),
        scenario(
            "job-fails-and-a-new-version-goes-on",
            WARM_UPGRADE + RECOVERY,
            stage -> running(stage).ends(1, JobState.FAILED).apply(good(2)).settle()),
        scenario(
            "recovery-cannot-read-its-state",
            4 * RECOVERY,
            stage ->
                running(stage)
                    .turnsInto(1, Program.CANNOT_READ_STATE)
                    .ends(1, JobState.FAILED)
                    .pass(Duration.ofMinutes(2))
                    .settle()),
        scenario(
            "coordinator-lost-and-another-state-backend-is-wished",
            2 * WARM_UPGRADE + RECOVERY,
            stage ->
                running(stage)
                    .restartCoordinator(1)
                    .apply(good(2).onHeap())
                    .settle()
                    .pass(Duration.ofMinutes(6))
                    .settle()),
        scenario("job-finishes-and-its-pods-go", FINISH, stage -> running(stage).runOut().settle()),
        scenario(
            "finished-and-a-new-version-is-wished",
            6 + WARM_UPGRADE,
            stage ->
                running(stage)
                    .runOut()
                    .settle()
                    .apply(good(2))
                    .settle()
                    .apply(good(2).empty())
                    .settle()));
  }

  private static Stage scalable(Stage stage) {
    return stage.apply(good(1)).settle().from("revision 1 runs, and can be rescaled");
  }

  private static List<Scenario> rescaled() {
    Wish three = good(1).scaledTo(3);
    return List.of(
        scenario(
            "rescaled-in-place",
            12,
            stage -> scalable(stage).apply(three).settle().apply(three.scaledTo(1)).settle()),
        scenario(
            "rescaled-and-edited-before-it-has-begun",
            4 + WARM_UPGRADE,
            stage ->
                scalable(stage).apply(three).until(Preparing).apply(good(2).scaledTo(3)).settle()),
        scenario(
            "rescaled-and-the-coordinator-is-lost",
            20,
            stage -> scalable(stage).apply(three).until(Starting).restartCoordinator(1).settle()),
        scenario(
            "rescaled-and-no-checkpoint-completes",
            14,
            stage ->
                scalable(stage)
                    .apply(three)
                    .until(Starting)
                    .bucketDown(true)
                    .pass(Duration.ofMinutes(6))
                    .bucketDown(false)
                    .settle()),
        scenario(
            "rescaled-and-suspended-meanwhile",
            16,
            stage ->
                scalable(stage).apply(three).until(Starting).apply(three.suspended()).settle()));
  }

  private static List<Scenario> suspended() {
    return List.of(
        upgrade("suspended", SUSPENSION, good(1).suspended()),
        scenario(
            "suspended-and-resumed",
            SUSPENSION + WARM_UPGRADE,
            stage -> running(stage).apply(good(1).suspended()).settle().apply(good(1)).settle()),
        scenario(
            "suspended-edited-and-resumed",
            SUSPENSION + WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(1).suspended())
                    .settle()
                    .apply(good(2).suspended())
                    .settle()
                    .apply(good(2))
                    .settle()),
        scenario(
            "suspended-by-checkpoint-takes-a-savepoint",
            SUSPENSION,
            stage -> running(stage).apply(good(1).byCheckpoint().suspended()).settle()),
        scenario(
            "suspended-from-the-start",
            2 + FIRST_START,
            stage -> stage.apply(good(1).suspended()).settle().apply(good(1)).settle()),
        scenario(
            "suspended-while-preparing",
            WARM_UPGRADE + SUSPENSION,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Preparing)
                    .pass(Duration.ofSeconds(4))
                    .apply(good(2).suspended())
                    .settle()),
        scenario(
            "suspended-while-starting",
            WARM_UPGRADE + SUSPENSION,
            stage ->
                running(stage).apply(good(2)).until(Starting).apply(good(2).suspended()).settle()),
        scenario(
            "suspended-while-blocked",
            40,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2))
                    .until(Starting)
                    .turnsInto(1, Program.MAIN_THROWS)
                    .settle()
                    .apply(bad(Program.CANNOT_READ_STATE, 2).suspended())
                    .settle()),
        scenario(
            "resumed-while-stopping",
            SUSPENSION + WARM_UPGRADE,
            stage ->
                running(stage).apply(good(1).suspended()).until(Stopping).apply(good(1)).settle()));
  }

  /** Revision 2 runs; what revision 1 was stopped with can be restored. */
  private static Stage upgraded(Stage stage) {
    return stage.apply(good(1)).settle().apply(good(2)).settle().from("revision 2 runs");
  }

  private static String savepoint(Stage stage) {
    return Objects.requireNonNull(
        Objects.requireNonNull(stage.status().restorePoints()).getFirst().location());
  }

  private static String checkpoint(Stage stage) {
    return stage.restorePoints().stream()
        .filter(it -> it.contains("/checkpoints/"))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  /** Revision 2 runs, and a state is chosen that it is to go on from. */
  private static Scenario restored(
      String name, int mostWrites, Function<Stage, Wish> wish, Consumer<Stage> then) {
    return scenario(
        name,
        mostWrites,
        stage -> {
          upgraded(stage);
          then.accept(stage.apply(wish.apply(stage)));
          stage.settle();
        });
  }

  private static List<Scenario> restored() {
    Consumer<Stage> nothing = stage -> {};
    return List.of(
        restored(
            "restored",
            WARM_UPGRADE + RECORD,
            stage -> good(2).restoring(savepoint(stage), "a"),
            nothing),
        restored(
            "restored-cold-with-another-spec",
            WARM_UPGRADE + RECORD,
            stage -> good(3).cold().restoring(savepoint(stage), "a"),
            nothing),
        restored(
            "restored-and-the-wish-stays",
            3 * WARM_UPGRADE,
            stage -> good(2).restoring(savepoint(stage), "a"),
            stage ->
                stage
                    .settle()
                    .apply(good(3).restoring("s3://bucket/orders/gone", "a"))
                    .settle()
                    .restartCoordinator(4)),
        restored(
            "restored-empty",
            WARM_UPGRADE + RECORD,
            stage -> good(2).restoring("None", "a"),
            nothing),
        restored(
            "restored-without-a-savepoint-of-the-own-state",
            WARM_UPGRADE,
            stage -> good(2).empty().restoring(savepoint(stage), "a"),
            nothing),
        restored(
            "restored-dropping-state",
            WARM_UPGRADE + 2 * RECORD,
            stage ->
                bad(Program.DROPS_STATE, 3)
                    .droppingStateOf("counter")
                    .restoring(savepoint(stage), "a"),
            nothing),
        restored(
            "restored-version-fails-and-the-own-state-returns",
            WARM_UPGRADE + 8,
            stage -> bad(Program.CANNOT_READ_STATE, 3).restoring(savepoint(stage), "a"),
            nothing),
        restored(
            "restore-point-missing",
            4,
            stage -> good(2).restoring("s3://bucket/orders/nowhere", "a"),
            stage -> stage.settle().apply(good(2))),
        restored(
            "restore-point-is-a-checkpoint-of-the-running-job",
            4,
            stage -> good(2).restoring(checkpoint(stage), "a"),
            nothing),
        restored(
            "restore-withdrawn-while-preparing",
            WARM_UPGRADE,
            stage -> good(2).restoring(savepoint(stage), "a"),
            stage -> stage.until(Preparing).pass(Duration.ofSeconds(4)).apply(good(2))),
        restored(
            "restore-withdrawn-while-verifying",
            2 * WARM_UPGRADE,
            stage -> good(2).restoring(savepoint(stage), "a"),
            stage -> stage.until(Verifying).apply(good(2))),
        restored(
            "restore-wished-while-preparing",
            2 * WARM_UPGRADE,
            stage -> good(3),
            stage ->
                stage
                    .until(Preparing)
                    .pass(Duration.ofSeconds(4))
                    .apply(good(3).restoring(savepoint(stage), "a"))),
        restored(
            "restore-and-the-own-savepoint-is-incomplete",
            WARM_UPGRADE + 2,
            stage -> good(2).restoring(savepoint(stage.nextSavepointIsIncomplete()), "a"),
            nothing),
        restored(
            "restored-from-its-own-checkpoint-after-the-job-was-lost",
            WARM_UPGRADE + 6,
            stage -> good(2),
            stage ->
                stage
                    .restartCoordinator(2)
                    .settle()
                    .apply(good(2).restoring(checkpoint(stage), "a"))),
        restored(
            "suspended-and-restored-on-resumption",
            3 * WARM_UPGRADE,
            stage -> good(2).suspended(),
            stage -> {
              String older = stage.restorePoints().getFirst();
              stage
                  .settle()
                  .apply(good(2).suspended().restoring(older, "a"))
                  .settle()
                  .apply(good(2).restoring(older, "a"));
            }));
  }

  /** A rollout that touched nothing gives its restore back. */
  private static List<Scenario> restoredAtLast() {
    return List.of(
        restored(
            "restore-refused-and-then-with-a-corrected-spec",
            3 * WARM_UPGRADE,
            stage -> bad(Program.MAIN_THROWS, 3).restoring(savepoint(stage), "a"),
            stage -> {
              String point = stage.restorePoints().getFirst();
              stage.settle().apply(good(4).restoring(point, "a"));
            }),
        scenario(
            "fork-fails-and-a-corrected-spec-starts-from-the-same-point",
            3 * FIRST_START,
            stage -> {
              running(stage).recreate().settle();
              String point = checkpoint(stage);
              stage.apply(bad(Program.MAIN_THROWS, 1).restoring(point, "uid-2")).settle();
              stage.apply(good(1).restoring(point, "uid-2")).settle();
            }));
  }

  private static List<Scenario> recreated() {
    return List.of(
        scenario(
            "recreated-beside-its-former-state",
            FIRST_START + 4,
            stage -> {
              running(stage).recreate().settle();
              stage.apply(good(1).restoring(checkpoint(stage), "left-in-git")).settle();
              stage.apply(good(1).restoring(checkpoint(stage), "uid-2")).settle();
            }),
        scenario(
            "recreated-and-started-empty-on-purpose",
            FIRST_START + 4,
            stage ->
                running(stage)
                    .recreate()
                    .settle()
                    .apply(good(1).restoring("None", "uid-2"))
                    .settle()),
        scenario(
            "recreated-without-need-of-state",
            FIRST_START + 4,
            stage -> running(stage).recreate().apply(good(1).empty()).settle()));
  }

  private static Scenario deleted(
      String name, int mostWrites, DeletionPolicy policy, Consumer<Stage> story) {
    return scenario(
        name,
        mostWrites,
        stage -> {
          stage.apply(good(1).deleting(policy)).settle().from("revision 1 runs, " + policy);
          story.accept(stage);
        });
  }

  private static List<Scenario> deleted() {
    return List.of(
        deleted(
            "deleted-with-a-savepoint",
            SUSPENSION + FIRST_START,
            DeletionPolicy.Savepoint,
            stage -> stage.delete().settle()),
        deleted(
            "deleted-with-a-savepoint-while-upgrading",
            WARM_UPGRADE + SUSPENSION + FIRST_START,
            DeletionPolicy.Savepoint,
            stage ->
                stage
                    .apply(good(2).deleting(DeletionPolicy.Savepoint))
                    .until(Preparing)
                    .pass(Duration.ofSeconds(4))
                    .delete()
                    .settle()),
        deleted(
            "deleted-and-no-savepoint-can-be-taken",
            2 * SUSPENSION + FIRST_START,
            DeletionPolicy.Savepoint,
            stage -> stage.savepointsFail(true).delete().settle().pass(Duration.ofMinutes(11))),
        deleted(
            "deleted-and-then-kept",
            SUSPENSION + FIRST_START,
            DeletionPolicy.Savepoint,
            stage ->
                stage
                    .savepointsTake(Duration.ofMinutes(9))
                    .delete()
                    .pass(Duration.ofSeconds(30))
                    .apply(good(1))
                    .settle()),
        deleted(
            "deleted-and-discarded",
            2 * FIRST_START + 3,
            DeletionPolicy.Discard,
            stage -> stage.delete().settle()));
  }

  private static List<Scenario> kept() {
    return List.of(
        scenario(
            "a-scheduled-savepoint-is-taken-kept-and-removed",
            12,
            stage ->
                stage
                    .apply(good(1).keeping(ONE_EACH_MINUTE))
                    .settle()
                    .from("revision 1 runs, and one savepoint is kept")
                    .pass(Duration.ofSeconds(150))),
        scenario(
            "an-upgrade-waits-until-a-savepoint-is-taken",
            WARM_UPGRADE + 4,
            stage ->
                running(stage)
                    .savepointsTake(Duration.ofSeconds(8))
                    .createSavepoint("mine", Optional.empty(), false)
                    .pass(Duration.ofSeconds(1))
                    .apply(good(2))
                    .settle()),
        scenario(
            "a-savepoint-is-deleted-that-the-suspended-job-resumes-from",
            SUSPENSION + WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(1).suspended())
                    .settle()
                    .deleteSavepoint(stage.savepoints().getFirst())
                    .pass(Duration.ofSeconds(5))
                    .apply(good(1))
                    .settle()));
  }

  /** Stories that a seed of the simulation told first, when they still ended badly. */
  private static List<Scenario> foundBySimulation() {
    return List.of(
        scenario(
            "state-given-up-while-suspended-and-wished-after-all",
            WARM_UPGRADE + 12,
            stage ->
                running(stage)
                    .nextSavepointIsIncomplete()
                    .apply(good(1).suspended())
                    .settle()
                    .annotate(Annotations.HOLD, "2031-01-01T00:00:00Z")
                    .apply(good(1).empty())
                    .settle()
                    .repairBucket()
                    .removeAnnotations()
                    .apply(good(2))
                    .settle()),
        scenario(
            "worker-lost-while-confirming",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .apply(good(2).confirmedBy(3))
                    .until(Confirming)
                    .pass(Duration.ofMillis(2_500))
                    .loseWorkers()
                    .settle()),
        upgrade("restored-from-elsewhere-rolled-back", 13, bad(Program.RESTORES_ELSEWHERE, 2)),
        scenario(
            "empty-start-is-taken-back-before-anything-is-deleted",
            3 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .annotate(Annotations.HOLD, "2031-01-01T00:00:00Z")
                    .restartCoordinator(1)
                    .settle()
                    .apply(good(2).empty())
                    .removeAnnotations()
                    .until(Retiring)
                    .apply(good(3))
                    .settle()));
  }

  private static List<Scenario> usual() {
    return List.of(
        scenario("first-start", FIRST_START, stage -> stage.apply(good(1)).settle()),
        upgrade("warm-upgrade", WARM_UPGRADE, good(2)),
        upgrade("warm-upgrade-confirmed-by-three", WARM_UPGRADE + RECORD, good(2).confirmedBy(3)),
        upgrade("cold-upgrade", WARM_UPGRADE, good(2).cold()),
        upgrade("warm-upgrade-without-state", WARM_UPGRADE, good(2).empty()),
        upgrade("cold-upgrade-without-state", WARM_UPGRADE, good(2).cold().empty()));
  }

  /** Found out before the old job was touched. */
  private static List<Scenario> refused() {
    return List.of(
        scenario(
            "image-cannot-be-pulled",
            20,
            stage ->
                running(stage)
                    .apply(bad(Program.IMAGE_MISSING, 2))
                    .settle()
                    .pass(Duration.ofMinutes(6))),
        upgrade("no-room-for-workers", WARM_UPGRADE, bad(Program.NO_ROOM, 2)),
        upgrade("main-throws", WARM_UPGRADE, bad(Program.MAIN_THROWS, 2)),
        upgrade("jar-missing", WARM_UPGRADE, bad(Program.JAR_MISSING, 2)),
        upgrade("state-would-be-dropped", WARM_UPGRADE, bad(Program.DROPS_STATE, 2)),
        scenario(
            "invalid-spec-while-running",
            2,
            stage -> running(stage).apply(good(2).invalid()).settle().apply(good(1)).settle()),
        scenario(
            "storage-unusable",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .storage(
                        Optional.of(
                            new Obstacle(Reason.BucketMissing, "s3://bucket: no such bucket")))
                    .apply(good(2))
                    .settle()
                    .storage(Optional.empty())
                    .settle()));
  }

  private static List<Scenario> rolledBack() {
    return List.of(
        upgrade("incompatible-state-rolled-back", 13, bad(Program.CANNOT_READ_STATE, 2)),
        upgrade(
            "incompatible-state-rolled-back-cold", 14, bad(Program.CANNOT_READ_STATE, 2).cold()),
        upgrade("main-throws-cold", 13, bad(Program.MAIN_THROWS, 2).cold()),
        upgrade("image-cannot-be-pulled-cold", 14, bad(Program.IMAGE_MISSING, 2).cold()),
        upgrade("never-confirmed-rolled-back", 14, bad(Program.NEVER_CHECKPOINTS, 2)),
        upgrade("fails-after-its-first-checkpoint", 12 + 3 * RECOVERY, bad(Program.FAILS_LATE, 2)),
        upgrade(
            "without-state-nothing-to-go-back-to",
            10,
            bad(Program.IMAGE_MISSING, 2).cold().empty()),
        scenario(
            "without-state-and-corrected",
            2 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(bad(Program.IMAGE_MISSING, 2).cold().empty())
                    .settle()
                    .apply(good(3).empty())
                    .settle()),
        scenario(
            "keys-expire-after-the-preflight",
            FIRST_START + 12,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Stopping)
                    .turnsInto(2, Program.CANNOT_READ_STORE)
                    .settle()),
        scenario(
            "restart-by-an-id-that-is-too-long",
            FIRST_START + 2,
            stage ->
                running(stage)
                    .annotate(Annotations.RESTART, "x".repeat(Annotations.MAX_LENGTH + 1))
                    .settle()
                    .annotate(Annotations.RESTART, " ")
                    .settle()),
        scenario(
            "rollback-fails-and-an-empty-start-is-wished",
            40,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2))
                    .until(Starting)
                    .turnsInto(1, Program.MAIN_THROWS)
                    .settle()
                    .apply(good(3).empty())
                    .settle()),
        scenario(
            "rollback-fails-and-a-corrected-spec-starts-from-the-same-savepoint",
            40,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2))
                    .until(Starting)
                    .turnsInto(1, Program.MAIN_THROWS)
                    .settle()
                    .apply(good(3))
                    .settle()));
  }

  /** The new job may have committed results before it failed. */
  private static List<Scenario> noWayBack() {
    return List.of(
        scenario(
            "checkpoint-completes-before-the-rollback-and-the-job-runs-on",
            20,
            stage ->
                running(stage)
                    .apply(bad(Program.NEVER_CHECKPOINTS, 2))
                    .until(RollingBack)
                    .checkpoint(2)
                    .settle()),
        scenario(
            "coordinator-lost-after-a-checkpoint-that-nobody-saw",
            30,
            stage ->
                running(stage)
                    .apply(bad(Program.NEVER_CHECKPOINTS, 2))
                    .until(RollingBack)
                    .checkpoint(2)
                    .restartCoordinator(2)
                    .settle()
                    .apply(good(3))
                    .settle()
                    .apply(good(3).empty())
                    .settle()),
        scenario(
            "coordinator-lost-with-a-job-that-nobody-saw",
            30,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Starting)
                    .pass(Duration.ofMillis(20))
                    .cutOff(2, Duration.ofSeconds(5))
                    .pass(Duration.ofSeconds(2))
                    .checkpoint(2)
                    .restartCoordinator(2)
                    .settle()),
        scenario(
            "coordinator-lost-with-a-job-that-nobody-saw-and-a-person-decides",
            30,
            stage ->
                running(stage)
                    .apply(good(2).rolledBackByHand())
                    .until(Starting)
                    .pass(Duration.ofMillis(20))
                    .cutOff(2, Duration.ofSeconds(5))
                    .pass(Duration.ofSeconds(2))
                    .checkpoint(2)
                    .restartCoordinator(2)
                    .settle()),
        scenario(
            "coordinator-lost-after-the-first-of-three-checkpoints",
            10 + RECOVERY,
            stage ->
                running(stage)
                    .apply(good(2).confirmedBy(3))
                    .until(Confirming)
                    .pass(Duration.ofMillis(2_500))
                    .restartCoordinator(2)
                    .settle()),
        scenario(
            "job-fails-after-its-savepoint-is-complete",
            FIRST_START + WARM_UPGRADE,
            stage -> running(stage).finishFails().apply(good(2)).settle()),
        upgrade("another-state-backend", WARM_UPGRADE, good(2).onHeap()),
        upgrade(
            "another-state-backend-by-checkpoint", WARM_UPGRADE, good(2).onHeap().byCheckpoint()),
        upgrade(
            "new-job-finishes-by-itself",
            WARM_UPGRADE + RECORD + FINISH,
            bad(Program.FINISHES, 2)));
  }

  /** The state is handed over by a checkpoint. */
  private static List<Scenario> byCheckpoint() {
    Wish next = good(2).byCheckpoint();
    return List.of(
        upgrade("checkpoint-warm-upgrade", WARM_UPGRADE, next),
        upgrade("checkpoint-cold-upgrade", WARM_UPGRADE, next.cold()),
        upgrade(
            "checkpoint-incompatible-state-rolled-back",
            12,
            bad(Program.CANNOT_READ_STATE, 2).byCheckpoint()),
        scenario(
            "checkpoints-are-unaligned-and-a-savepoint-is-taken",
            WARM_UPGRADE,
            stage ->
                stage
                    .apply(good(1).withUnalignedCheckpoints())
                    .settle()
                    .from("revision 1 runs, with unaligned checkpoints")
                    .apply(next)
                    .settle()),
        scenario(
            "checkpoint-fails-and-the-job-runs-on",
            WARM_UPGRADE,
            stage -> running(stage).savepointsFail(true).apply(next).settle()),
        scenario(
            "checkpoint-completes-after-the-one-that-was-asked-for",
            WARM_UPGRADE,
            stage ->
                running(stage)
                    .cancelTakes(Duration.ofSeconds(3))
                    .apply(next)
                    .until(Stopping)
                    .pass(Duration.ofSeconds(1))
                    .checkpoint(1)
                    .settle()),
        scenario(
            "coordinator-lost-while-the-checkpoint-is-taken",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .savepointsTake(Duration.ofSeconds(20))
                    .apply(next)
                    .until(Stopping)
                    .restartCoordinator(1)
                    .settle()),
        scenario(
            "job-fails-while-the-checkpoint-is-taken",
            WARM_UPGRADE,
            stage ->
                running(stage)
                    .savepointsTake(Duration.ofSeconds(20))
                    .apply(next)
                    .until(Stopping)
                    .ends(1, JobState.FAILED)
                    .settle()),
        scenario(
            "checkpoints-would-be-deleted-and-the-job-runs-on",
            2 * WARM_UPGRADE,
            stage ->
                stage
                    .apply(bad(Program.DELETES_CHECKPOINTS, 1))
                    .settle()
                    .from("revision 1 runs, and its program deletes what it is cancelled with")
                    .apply(next)
                    .settle()
                    .apply(good(3))
                    .settle()),
        scenario(
            "job-finishes-while-the-checkpoint-is-taken",
            WARM_UPGRADE,
            stage ->
                running(stage)
                    .savepointsTake(Duration.ofSeconds(20))
                    .apply(next)
                    .until(Stopping)
                    .ends(1, JobState.FINISHED)
                    .settle()));
  }

  /** A person asks by annotation, or decides what the operator would have decided. */
  private static List<Scenario> asked() {
    return List.of(
        scenario(
            "held-until",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .annotate(Annotations.HOLD, "2030-01-01T00:10:00+00:00")
                    .apply(good(2))
                    .settle()
                    .pass(Duration.ofMinutes(11))
                    .settle()),
        scenario(
            "held-until-nobody-can-tell",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .annotate(Annotations.HOLD, "tomorrow")
                    .apply(good(2))
                    .settle()
                    .annotate(Annotations.HOLD, "2029-12-31T23:59:59Z")
                    .settle()),
        scenario(
            "restarted",
            2 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .annotate(Annotations.RESTART, "monday")
                    .settle()
                    .annotate(Annotations.RESTART, "monday")
                    .settle()),
        scenario(
            "restarted-although-the-spec-still-gives-state-up",
            3 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(2).empty())
                    .settle()
                    .from("revision 2 runs; its spec still says state None")
                    .annotate(Annotations.RESTART, "monday")
                    .settle()),
        scenario(
            "rolled-back-by-hand-to-a-stored-revision",
            3 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(2))
                    .settle()
                    .from("revision 2 runs")
                    .annotate(Annotations.ROLLBACK, "1")
                    .settle()
                    .apply(good(3))
                    .settle()),
        scenario(
            "rollback-to-a-revision-that-is-not-stored",
            3,
            stage -> running(stage).annotate(Annotations.ROLLBACK, "7").settle()),
        scenario(
            "rollback-to-what-runs-gives-the-wish-up",
            WARM_UPGRADE,
            stage ->
                running(stage)
                    .annotate(Annotations.HOLD, "2040-01-01T00:00:00Z")
                    .apply(good(2))
                    .settle()
                    .annotate(Annotations.ROLLBACK, "1")
                    .settle()
                    .annotate(Annotations.HOLD, "2029-01-01T00:00:00Z")
                    .settle()),
        scenario(
            "rollback-is-manual-and-a-person-goes-back",
            20,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2).rolledBackByHand())
                    .settle()
                    .annotate(Annotations.ROLLBACK, "1")
                    .settle()),
        scenario(
            "rollback-is-manual-and-a-corrected-spec-starts",
            3 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2).rolledBackByHand())
                    .settle()
                    .apply(good(3))
                    .settle()),
        scenario(
            "rollback-is-manual-until-it-is-automatic",
            20,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2).cold().rolledBackByHand())
                    .settle()
                    .apply(bad(Program.CANNOT_READ_STATE, 2).cold())
                    .settle()),
        upgrade(
            "no-room-and-the-old-pods-make-some",
            WARM_UPGRADE + 4,
            bad(Program.NO_ROOM_BESIDE, 2).coldWhenNoRoom()),
        upgrade(
            "no-room-even-then-and-rolled-back",
            WARM_UPGRADE + 10,
            bad(Program.NO_ROOM, 2).coldWhenNoRoom()));
  }

  /** What the preflight is good for, and what may be dropped. */
  private static List<Scenario> tested() {
    return List.of(
        upgrade(
            "state-is-dropped-by-name",
            WARM_UPGRADE + 3,
            bad(Program.DROPS_STATE, 2).droppingStateOf("counter")),
        upgrade(
            "state-is-dropped-by-name-cold",
            WARM_UPGRADE + 5,
            bad(Program.DROPS_STATE, 2).cold().droppingStateOf("counter")),
        upgrade(
            "state-would-be-dropped-that-is-not-named",
            WARM_UPGRADE + 3,
            bad(Program.DROPS_STATE, 2).droppingStateOf("total")),
        upgrade(
            "state-would-be-dropped-that-is-not-named-cold",
            WARM_UPGRADE + 8,
            bad(Program.DROPS_STATE, 2).cold().droppingStateOf("total")),
        upgrade(
            "state-keeps-its-operator-although-it-might-go",
            WARM_UPGRADE,
            good(2).droppingStateOf("counter")),
        scenario(
            "refused-and-then-named",
            2 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(bad(Program.DROPS_STATE, 2))
                    .settle()
                    .apply(bad(Program.DROPS_STATE, 2).droppingStateOf("counter"))
                    .settle()),
        upgrade(
            "preflight-warns-and-the-rollout-is-rolled-back",
            WARM_UPGRADE + 6,
            bad(Program.DROPS_STATE, 2).preflight(PreflightPolicy.Warn)),
        upgrade("preflight-is-off", WARM_UPGRADE, good(2).preflight(PreflightPolicy.Off)),
        upgrade(
            "preflight-is-off-and-the-rollout-is-rolled-back",
            WARM_UPGRADE + 4,
            bad(Program.DROPS_STATE, 2).preflight(PreflightPolicy.Off)));
  }

  /** Silence is not failure. */
  private static List<Scenario> silent() {
    return List.of(
        scenario(
            "new-coordinator-cannot-be-reached-while-starting",
            WARM_UPGRADE + RECORD + 2,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Starting)
                    .pass(Duration.ofMillis(20))
                    .silence(2)
                    .settle()
                    .mendNetwork(2)
                    .settle()),
        scenario(
            "edited-while-the-new-coordinator-cannot-be-reached",
            40,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Starting)
                    .pass(Duration.ofMillis(20))
                    .silence(2)
                    .settle()
                    .apply(good(3))
                    .settle()));
  }

  private static List<Scenario> edited() {
    return List.of(
        scenario(
            "edited-while-preparing",
            4 + WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Preparing)
                    .pass(Duration.ofSeconds(4))
                    .apply(good(3))
                    .settle()),
        scenario(
            "edited-while-starting",
            2 * WARM_UPGRADE,
            stage -> running(stage).apply(good(2)).until(Starting).apply(good(3)).settle()),
        scenario(
            "edited-back-while-starting",
            2 * WARM_UPGRADE,
            stage -> running(stage).apply(good(2)).until(Starting).apply(good(1)).settle()),
        scenario(
            "reverted-while-verifying",
            WARM_UPGRADE + 4,
            stage -> running(stage).apply(good(2)).until(Verifying).apply(good(1)).settle()),
        scenario(
            "reverted-while-verifying-cold",
            WARM_UPGRADE + 4,
            stage -> running(stage).apply(good(2).cold()).until(Verifying).apply(good(1)).settle()),
        scenario(
            "refused-and-then-rolled-out-without-state",
            2 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .apply(bad(Program.DROPS_STATE, 2))
                    .settle()
                    .apply(bad(Program.DROPS_STATE, 2).empty())
                    .settle()),
        scenario(
            "blocked-and-then-the-state-is-given-up",
            40,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2))
                    .until(Starting)
                    .turnsInto(1, Program.MAIN_THROWS)
                    .settle()
                    .apply(bad(Program.CANNOT_READ_STATE, 2).empty())
                    .settle()),
        scenario(
            "first-start-fails-and-a-corrected-spec-starts",
            12,
            stage -> stage.apply(bad(Program.MAIN_THROWS, 1)).settle().apply(good(2)).settle()),
        scenario(
            "first-image-missing-and-a-corrected-spec-starts",
            12,
            stage -> stage.apply(bad(Program.IMAGE_MISSING, 1)).settle().apply(good(2)).settle()),
        scenario(
            "first-start-never-confirmed-and-a-corrected-spec-starts",
            14,
            stage ->
                stage.apply(bad(Program.NEVER_CHECKPOINTS, 1)).settle().apply(good(2)).settle()));
  }

  private static Scenario endsWhileStopping(String name, JobState how) {
    return scenario(
        name,
        2 * WARM_UPGRADE + FINISH,
        stage ->
            running(stage)
                .savepointsTake(Duration.ofSeconds(20))
                .apply(good(2))
                .until(Stopping)
                .pass(Duration.ofSeconds(1))
                .ends(1, how)
                .settle()
                .apply(good(3))
                .settle());
  }

  private static List<Scenario> troubled() {
    return List.of(
        endsWhileStopping("job-fails-while-stopping", JobState.FAILED),
        endsWhileStopping("job-finishes-while-stopping", JobState.FINISHED),
        scenario(
            "storage-throttles-while-verifying",
            WARM_UPGRADE + 3,
            stage ->
                running(stage)
                    .apply(good(2))
                    .until(Verifying)
                    .storageAnswers(false)
                    .pass(Duration.ofMinutes(10))
                    .storageAnswers(true)
                    .settle()),
        scenario(
            "storage-throttles-while-rolling-back",
            WARM_UPGRADE + 8,
            stage ->
                running(stage)
                    .apply(bad(Program.CANNOT_READ_STATE, 2))
                    .until(RollingBack)
                    .storageAnswers(false)
                    .pass(Duration.ofMinutes(1))
                    .storageAnswers(true)
                    .settle()),
        scenario(
            "savepoint-takes-long",
            WARM_UPGRADE + 2,
            stage -> running(stage).savepointsTake(Duration.ofMinutes(5)).apply(good(2)).settle()),
        scenario(
            "savepoint-fails-and-the-job-runs-on",
            WARM_UPGRADE,
            stage -> running(stage).savepointsFail(true).apply(good(2)).settle()),
        scenario(
            "savepoint-fails-and-the-job-runs-on-cold",
            WARM_UPGRADE,
            stage -> running(stage).savepointsFail(true).apply(good(2).cold()).settle()),
        scenario(
            "savepoint-answer-expires-and-the-bucket-remembers",
            WARM_UPGRADE,
            stage ->
                running(stage).apply(good(2)).until(Stopping).away(Duration.ofMinutes(6)).settle()),
        scenario(
            "coordinator-lost-while-stopping",
            2 * WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .savepointsTake(Duration.ofSeconds(20))
                    .apply(good(2))
                    .until(Stopping)
                    .restartCoordinator(1)
                    .settle()
                    .apply(good(3))
                    .settle()),
        scenario(
            "old-coordinator-lost-after-the-savepoint",
            WARM_UPGRADE + 2,
            stage -> running(stage).apply(good(2)).until(Verifying).restartCoordinator(1).settle()),
        scenario(
            "first-coordinator-lost-before-it-is-confirmed",
            14,
            stage ->
                stage
                    .apply(good(1).confirmedBy(1))
                    .until(Starting)
                    .pass(Duration.ofMillis(200))
                    .restartCoordinator(1)
                    .settle()
                    .apply(good(2))
                    .settle()),
        scenario(
            "savepoint-incomplete-then-repaired",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .nextSavepointIsIncomplete()
                    .apply(good(2))
                    .settle()
                    .repairBucket()
                    .settle()),
        scenario(
            "savepoint-incomplete-and-the-state-is-given-up",
            WARM_UPGRADE + 2,
            stage ->
                running(stage)
                    .nextSavepointIsIncomplete()
                    .apply(good(2))
                    .settle()
                    .apply(good(2).empty())
                    .settle()),
        scenario(
            "savepoint-incomplete-and-another-spec-gives-the-state-up",
            2 * WARM_UPGRADE,
            stage ->
                running(stage)
                    .nextSavepointIsIncomplete()
                    .apply(good(2).cold())
                    .settle()
                    .apply(good(3).cold().empty())
                    .settle()));
  }
}
