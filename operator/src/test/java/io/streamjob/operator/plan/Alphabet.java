package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Annotations;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.CheckpointRules;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import io.streamjob.operator.snapshots.OperatorIds;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** The few readings of each kind that a decision may turn on. */
final class Alphabet {
  static final Wish OLD = Wish.image("orders:1", 1);
  static final Wish NEW = Wish.image("orders:2", 2);
  private static final List<Wished> WISHED =
      Stream.of(
              OLD,
              NEW,
              NEW.empty(),
              NEW.byCheckpoint(),
              NEW.cold(),
              Wish.image("orders:3", 3),
              NEW.restoring(Journals.CHOSEN, "a"),
              NEW.invalid())
          .map(Wished::of)
          .toList();
  private static final Observation.StoredRevision STORED = stored(1, OLD);
  private static final Observation.StoredRevision NEXT = stored(2, NEW);
  private static final Observation.StoredRevision NEXT_EMPTY = stored(2, NEW.empty());
  private static final Observation.StoredRevision NEXT_BY_CHECKPOINT =
      stored(2, NEW.byCheckpoint());
  static final OperatorState COUNTER =
      new OperatorState(
          OperatorIds.ofUid("counter"),
          Optional.of("counter"),
          Optional.of("Counter"),
          1024,
          1,
          128);
  private static final EngineFailure UNMAPPED =
      new EngineFailure(
          EngineFailure.Kind.STATE_NOT_MAPPABLE, "no operator", List.of(COUNTER.id()));
  private static final EngineFailure AT_ITS_END =
      new EngineFailure(EngineFailure.Kind.FAILED_WHILE_STOPPING, "closed badly");
  private static final EngineFailure FAILURE =
      new EngineFailure(EngineFailure.Kind.PROGRAM_FAILED, "main threw");
  private static final Instant LONG_AGO = Journals.NOW.minus(Duration.ofHours(1));

  private final Random random;
  private final Set<Question> asked;

  /** Draws from the alphabet where a question was asked; the rest is Unknown, as in truth. */
  Alphabet(Random random, Set<Question> asked) {
    this.random = random;
    this.asked = asked;
  }

  @SafeVarargs
  final <T> Reading<T> draw(Question question, T... values) {
    int drawn = random.nextInt(values.length + 2);
    if (!asked.contains(question) || drawn == 0) {
      return Reading.unknown("time limit passed");
    }
    return drawn == 1 ? Reading.absent() : Reading.known(values[drawn - 2]);
  }

  Observation.Facts facts() {
    return new Observation.Facts(
        // Whether storage is usable has an answer or none.
        known(obstacle(Question.STORAGE)),
        cluster(Question.OLD_CLUSTER, Journals.COORDINATOR),
        cluster(Question.NEW_CLUSTER, "2-pod-1"),
        job(Question.OLD_JOB),
        checkpoints(Question.OLD_CHECKPOINTS),
        draw(
            Question.OLD_CHECKPOINTS,
            new CheckpointRules(true, false),
            new CheckpointRules(false, false),
            new CheckpointRules(true, true)),
        draw(Question.OLD_STATE, Journals.LAST_CHECKPOINT),
        job(Question.PREFLIGHT),
        run(Question.PREFLIGHT),
        draw(Question.OPERATORS, List.of(), List.of(COUNTER)),
        run(Question.WARM_UP),
        draw(
            Question.SAVEPOINT,
            new SavepointView.InProgress(),
            new SavepointView.Completed(Journals.LOCATION),
            new SavepointView.Completed("s3://bucket/elsewhere"),
            new SavepointView.Failed(FAILURE),
            new SavepointView.Failed(AT_ITS_END),
            new SavepointView.Failed(AT_ITS_END, Optional.of(Journals.LOCATION))),
        draw(Question.SAVEPOINT, Journals.NOW),
        draw(Question.SAVEPOINT, Journals.LOCATION),
        draw(
            Question.VERIFICATION, new Verification.Whole(2, 9), new Verification.Broken("size 8")),
        job(Question.NEW_JOB),
        run(Question.NEW_JOB),
        checkpoints(Question.NEW_CHECKPOINTS),
        draw(
            asked.contains(Question.SCALE) ? Question.SCALE : Question.NEW_CHECKPOINTS,
            new TasksView(1, 0, Optional.empty()),
            new TasksView(1, 1, Optional.of(Journals.NOW))),
        draw(Question.NEW_STATE, "s3://bucket/orders/checkpoints/job/chk-1"),
        draw(
            Question.SCALE,
            new ScaleView(Set.of(1), Set.of(1), Optional.empty()),
            new ScaleView(Set.of(2), Set.of(1), Optional.empty()),
            new ScaleView(Set.of(2), Set.of(2), Optional.of(Journals.NOW)),
            new ScaleView(Set.of(1, 2), Set.of(1, 2), Optional.empty()),
            new ScaleView(Set.of(3), Set.of(3), Optional.empty())),
        draw(Question.SCALE, 1, 2),
        draw(Question.SERVICE, 1, 2),
        draw(Question.SAVEPOINTS, List.of()),
        draw(
            Question.RESTORE_POINT,
            restorePoint(Optional.empty(), new Verification.Whole(2, 9)),
            restorePoint(Optional.empty(), new Verification.Broken("size 8")),
            restorePoint(Optional.of(SavepointPhase.Completed), new Verification.Whole(2, 9)),
            restorePoint(Optional.of(SavepointPhase.Taking), new Verification.Whole(2, 9))),
        earlier(),
        draw(Question.NAMESPACE, false, true),
        draw(
            Question.REMAINS,
            new Observation.Remains(
                Optional.of("orders-1-worker-0"), Optional.empty(), Optional.empty())),
        upkeep());
  }

  private UpkeepView upkeep() {
    return new UpkeepView(
        draw(
            Question.UPKEEP,
            new CheckpointHealth(Optional.of(Journals.NOW), Optional.empty(), Optional.empty()),
            new CheckpointHealth(Optional.of(LONG_AGO), Optional.empty(), Optional.empty()),
            new CheckpointHealth(
                Optional.of(LONG_AGO),
                Optional.of(new CheckpointHealth.Failure(Journals.NOW, "declined")),
                Optional.of(Duration.ofDays(1)))),
        known(obstacle(Question.UPKEEP)),
        known(obstacle(Question.UPKEEP)),
        known(
            draw(
                Question.UPKEEP,
                List.of(),
                List.of(new FolderFound("s3://bucket/orders/checkpoints/gone/", 3, 99)))),
        known(draw(Question.UPKEEP, List.of())));
  }

  private static RestorePointView restorePoint(
      Optional<SavepointPhase> phase, Verification verification) {
    return new RestorePointView(
        phase, Optional.of(Journals.CHOSEN), Optional.of(LONG_AGO), Reading.known(verification));
  }

  private Reading<EarlierView> earlier() {
    Reading<EarlierView> drawn =
        draw(
            Question.EARLIER,
            new EarlierView(Optional.empty(), List.of()),
            new EarlierView(
                Optional.empty(), List.of(new StateFound("s3://bucket/before/chk-1", LONG_AGO))),
            new EarlierView(Optional.of("orders-1-coordinator"), List.of()));
    // What there was has an answer or none.
    return drawn.isAbsent() ? Reading.unknown("time limit passed") : drawn;
  }

  private Reading<Optional<Obstacle>> obstacle(Question question) {
    return draw(
        question,
        Optional.empty(),
        Optional.of(new Obstacle(Reason.BucketMissing, "no such bucket")));
  }

  private Reading<JobView> job(Question question) {
    Optional<EngineFailure> failure = Optional.of(FAILURE);
    return draw(
        question,
        new JobView(JobState.INITIALIZING, 0, Optional.empty()),
        new JobView(JobState.RUNNING, 0, Optional.empty()),
        new JobView(JobState.RESTARTING, 5, failure),
        new JobView(JobState.CANCELLING, 0, Optional.empty()),
        new JobView(JobState.FAILING, 0, failure),
        new JobView(JobState.FINISHED, 0, Optional.empty()),
        new JobView(JobState.CANCELED, 0, Optional.empty()),
        new JobView(JobState.FAILED, 0, failure),
        new JobView(JobState.FAILED, 0, Optional.of(UNMAPPED)),
        new JobView(JobState.FAILED, 1, Optional.of(AT_ITS_END)));
  }

  private Reading<ApplicationView> run(Question question) {
    return draw(
        question,
        new ApplicationView.Running(),
        new ApplicationView.Finished(),
        new ApplicationView.Canceled(),
        new ApplicationView.Failed(FAILURE));
  }

  private Reading<Checkpoints> checkpoints(Question question) {
    Optional<Checkpoints.Completed> one =
        Optional.of(
            new Checkpoints.Completed(
                1, Journals.CHECKPOINTS + "chk-1", Journals.NOW, Journals.NOW));
    Optional<Checkpoints.Completed> two =
        Optional.of(
            new Checkpoints.Completed(
                2, Journals.CHECKPOINTS + "chk-2", Journals.NOW, Journals.NOW));
    Optional<Checkpoints.Completed> elsewhere =
        Optional.of(
            new Checkpoints.Completed(
                2, "s3://bucket/elsewhere/chk-2", Journals.NOW, Journals.NOW));
    return draw(
        question,
        new Checkpoints(0, 1, Optional.of(Journals.LOCATION), Optional.empty()),
        new Checkpoints(1, 0, Optional.of(Journals.LOCATION), one),
        new Checkpoints(2, 0, Optional.of(Journals.LOCATION), two),
        new Checkpoints(2, 0, Optional.of(Journals.LOCATION), elsewhere),
        new Checkpoints(1, 0, Optional.empty(), one));
  }

  private ClusterView cluster(Question question, String coordinator) {
    Reading<ClusterView.Objects> objects =
        draw(
            question,
            new ClusterView.Objects(false, false, false),
            new ClusterView.Objects(false, false, true),
            new ClusterView.Objects(true, false, true),
            new ClusterView.Objects(true, true, true));
    Reading<ClusterView.Pods> pods =
        draw(
            question,
            pods(0, Optional.empty(), Optional.empty()),
            pods(2, Optional.of(coordinator), Optional.empty()),
            pods(2, Optional.of("another"), Optional.empty()),
            pods(2, Optional.of(coordinator), Optional.of(LONG_AGO)),
            pods(2, Optional.of(coordinator), Optional.of(Journals.NOW)));
    Reading<Slots> slots =
        draw(question, new Slots(0, 0, 0), new Slots(1, 1, 0), new Slots(1, 1, 1));
    return new ClusterView(known(objects), known(pods), known(slots));
  }

  /** A list of objects, say, may be empty, but it is never absent. */
  private static <T> Reading<T> known(Reading<T> drawn) {
    return drawn.isAbsent() ? Reading.unknown("time limit passed") : drawn;
  }

  private static ClusterView.Pods pods(
      int count, Optional<String> coordinator, Optional<Instant> trouble) {
    return new ClusterView.Pods(
        count,
        coordinator,
        trouble.map(
            since ->
                new ClusterView.Trouble(new Obstacle(Reason.ImagePullFailed, "no image"), since)));
  }

  /** A spec, understood once. */
  record Wished(Parsed parsed, String hash) {
    static Wished of(Wish wish) {
      return new Wished(SpecParser.parse(wish.spec()), SpecHash.of(wish.spec()));
    }
  }

  static Requests requests(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Requests.of(Map.of(Annotations.RESTART, "r1"));
      case 1 -> Requests.of(Map.of(Annotations.ROLLBACK, "1"));
      case 2 -> Requests.of(Map.of(Annotations.ROLLBACK, "2"));
      case 3 -> Requests.of(Map.of(Annotations.ROLLBACK, "x"));
      case 4 -> Requests.of(Map.of(Annotations.HOLD, "2031-01-01T00:00:00Z"));
      case 5 -> Requests.of(Map.of(Annotations.HOLD, "tomorrow"));
      default -> Requests.NONE;
    };
  }

  static Wished wished(Random random) {
    return WISHED.get(random.nextInt(WISHED.size()));
  }

  Reading<Map<Integer, Observation.StoredRevision>> revisions() {
    Observation.StoredRevision next =
        switch (random.nextInt(6)) {
          case 0 -> NEXT_EMPTY;
          case 1 -> NEXT_BY_CHECKPOINT;
          default -> NEXT;
        };
    return switch (random.nextInt(4)) {
      case 0 -> Reading.unknown("time limit passed");
      case 1 -> Reading.known(Map.of(1, STORED));
      default -> Reading.known(Map.of(1, STORED, 2, next));
    };
  }

  private static Observation.StoredRevision stored(int number, Wish wish) {
    return switch (SpecParser.parse(wish.spec())) {
      case Parsed.Valid(EffectiveSpec spec) ->
          new Observation.StoredRevision(number, SpecHash.of(wish.spec()), spec);
      case Parsed.Invalid invalid -> throw new IllegalStateException(invalid.sentence());
    };
  }
}
