package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.Scaling;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointHealth;
import io.streamjob.operator.engine.CheckpointView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Question;
import io.streamjob.operator.plan.Questions;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.RestorePointView;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.plan.UpkeepView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** One look at the world: answers the planner's questions, and no other. */
final class Look {
  private final World world;
  private final Faults faults;
  private final Map<ApplicationId, EngineFailure> refused;
  private final ApiServer.Held held;
  private final StreamJobStatus status;
  private final Requests requests;
  private final Set<Question> questions;
  private final Optional<Journal> journal;
  private final Subject subject;

  /**
   * @param held the StreamJob as a cache delivered it
   * @param refused what the engine refused on the spot, by the process that looks
   */
  Look(World world, Faults faults, ApiServer.Held held, Map<ApplicationId, EngineFailure> refused) {
    this.world = world;
    this.faults = faults;
    this.held = held;
    this.refused = refused;
    this.status = held.status();
    this.journal = Optional.ofNullable(status.rollout()).map(Journal::of);
    this.subject = held.subject();
    this.requests = held.requests().with(world.savepoints().told(subject.uid()));
    this.questions = Questions.of(status, held.wished(), held.wishedHash(), requests, held.end());
  }

  Observation observe() {
    int attempt = journal.map(Journal::attempt).orElse(0);
    return new Observation(
        subject,
        held.wished(),
        held.wishedHash(),
        requests,
        status,
        journal.isPresent() || questions.contains(Question.STORAGE)
            ? faults.blur(Reading.known(world.revisions()), world.now())
            : Reading.unknown("not asked"),
        facts(),
        new Observation.Folders(
            held.folder() + "savepoints/a-" + attempt + "/",
            checkpoints(journal.flatMap(Journal::oldJob)),
            checkpoints(journal.map(rollout -> subject.job(rollout.to(), rollout.attempt()))),
            held.folder() + "scratch/a-" + attempt + "/"),
        "app=orders",
        held.end(),
        world.now());
  }

  private String checkpoints(Optional<JobId> job) {
    return held.folder() + "checkpoints/" + job.map(JobId::hex).orElse("") + "/";
  }

  private Observation.Facts facts() {
    Optional<Integer> old =
        journal.isPresent()
            ? journal.flatMap(Journal::from)
            : Optional.ofNullable(status.current()).map(RevisionStatus::number);
    Optional<JobId> oldJob =
        journal.isPresent()
            ? journal.flatMap(Journal::oldJob)
            : Optional.ofNullable(status.job()).map(JobStatus::id).map(JobId::new);
    Optional<Integer> fresh = journal.map(Journal::watched);
    Optional<JobId> newJob = id(at -> subject.job(at.watched(), at.attempt()));
    Reading<SavepointView> savepoint = ask(Question.SAVEPOINT, () -> savepoint(old));
    Reading<JobView> oldView =
        ask(
            Question.OLD_JOB,
            Questions.Answers.of(savepoint),
            () -> job(old, oldJob).map(EngineJob::view));
    Reading<JobView> newView = ask(Question.NEW_JOB, () -> job(fresh, newJob).map(EngineJob::view));
    Reading<ApplicationView> newRun =
        ask(Question.NEW_JOB, () -> run(fresh, id(at -> subject.run(at.watched(), at.attempt()))));
    Reading<Checkpoints> oldCheckpoints =
        ask(Question.OLD_CHECKPOINTS, () -> job(old, oldJob).map(EngineJob::checkpoints));
    Questions.Answers first = new Questions.Answers(savepoint, oldView, newView, newRun);
    boolean handedOver =
        isByCheckpoint()
            ? oldView.optional().filter(job -> job.state().isTerminal()).isPresent()
            : savepoint.optional().filter(SavepointView.Completed.class::isInstance).isPresent();
    return new Observation.Facts(
        ask(Question.STORAGE, world::storage),
        isOpen(Question.OLD_CLUSTER, first) ? cluster(old) : ClusterView.UNSEEN,
        questions.contains(Question.NEW_CLUSTER) ? cluster(fresh) : ClusterView.UNSEEN,
        oldView,
        oldCheckpoints,
        isByCheckpoint()
            ? ask(Question.SAVEPOINT, () -> job(old, oldJob).map(EngineJob::rules))
            : Reading.unknown(Observation.NOT_ASKED),
        ask(
            Question.OLD_STATE,
            first,
            () -> world.unlessDown(world.bucket().newestCheckpoint(oldJob.orElseThrow()))),
        ask(Question.PREFLIGHT, () -> job(fresh, preflightJob()).map(EngineJob::view)),
        ask(
            Question.PREFLIGHT,
            () ->
                run(
                    fresh,
                    id(at -> subject.preflight(at.to(), at.attempt(), at.preflightRetries())))),
        ask(Question.OPERATORS, () -> Reading.known(List.of(Coordinator.COUNTER))),
        ask(Question.WARM_UP, () -> run(fresh, id(at -> subject.warmUp(at.to(), at.attempt())))),
        savepoint,
        handedOver
            ? ask(Question.SAVEPOINT, () -> stoppedAt(old, oldJob))
            : Reading.unknown("not asked"),
        journal.filter(Journal::isByLastCheckpoint).isPresent()
            ? ask(
                Question.OLD_STATE,
                first,
                () ->
                    world.find(
                        held.folder() + "savepoints/a-" + journal.orElseThrow().attempt() + "/"))
            : isLost(savepoint) && !isByCheckpoint()
                ? ask(Question.SAVEPOINT, () -> world.find(stop().directory()))
                : Reading.unknown(Observation.NOT_ASKED),
        ask(Question.VERIFICATION, () -> world.unlessDown(world.bucket().verify(restoreFrom()))),
        newView,
        newRun,
        ask(Question.NEW_CHECKPOINTS, first, () -> job(fresh, newJob).map(EngineJob::checkpoints)),
        journal.filter(Journal::isRescale).isPresent()
            ? ask(Question.SCALE, () -> job(old, oldJob).map(EngineJob::tasks))
            : ask(Question.NEW_CHECKPOINTS, first, () -> job(fresh, newJob).map(EngineJob::tasks)),
        ask(
            Question.NEW_STATE,
            first,
            () -> world.unlessDown(world.bucket().newestCheckpoint(newJob.orElseThrow()))),
        ask(Question.SCALE, () -> scale(old, oldJob)),
        ask(Question.SCALE, () -> world.workers(old.orElseThrow(), held.life())),
        ask(Question.SERVICE, world::service),
        ask(Question.SAVEPOINTS, () -> Reading.known(world.savepoints().requested())),
        ask(Question.RESTORE_POINT, this::restorePoint),
        ask(Question.EARLIER, () -> world.earlier(held)),
        ask(Question.NAMESPACE, () -> Reading.known(false)),
        ask(Question.REMAINS, () -> world.remains(held)),
        upkeep());
  }

  private UpkeepView upkeep() {
    return new UpkeepView(
        ask(
            Question.UPKEEP,
            () ->
                Reading.known(
                    new CheckpointHealth(
                        Optional.of(world.now()), Optional.empty(), Optional.empty()))),
        ask(Question.UPKEEP, world::storage),
        ask(Question.UPKEEP, () -> Reading.known(Optional.empty())),
        ask(Question.UPKEEP, () -> Reading.known(List.of())),
        ask(Question.UPKEEP, () -> Reading.known(List.of())));
  }

  private <T> Reading<T> ask(
      Question question, Questions.Answers first, Supplier<Reading<T>> answer) {
    return isOpen(question, first) ? ask(question, answer) : Reading.unknown(Observation.NOT_ASKED);
  }

  private <T> Reading<T> ask(Question question, Supplier<Reading<T>> answer) {
    return questions.contains(question)
        ? faults.blur(answer.get(), world.now())
        : Reading.unknown("not asked");
  }

  private boolean isOpen(Question question, Questions.Answers first) {
    return questions.contains(question) && Questions.isOpen(question, journal, first);
  }

  private ClusterView cluster(Optional<Integer> revision) {
    if (revision.isEmpty()) {
      return ClusterView.UNSEEN;
    }
    ClusterView seen = world.cluster(revision.get(), held.life());
    return new ClusterView(
        faults.blur(seen.objects(), world.now()),
        faults.blur(seen.pods(), world.now()),
        faults.blur(seen.slots(), world.now()));
  }

  private <T> Optional<T> id(Function<Journal, T> id) {
    return journal.map(id);
  }

  private Optional<JobId> preflightJob() {
    return id(at -> subject.preflightJob(at.to(), at.attempt(), at.preflightRetries()));
  }

  private boolean isByCheckpoint() {
    return journal.filter(Journal::isByCheckpoint).isPresent();
  }

  /** Whether the coordinator has no savepoint to tell of, so that only the bucket may. */
  private static boolean isLost(Reading<SavepointView> savepoint) {
    return savepoint.isAbsent()
        || savepoint.optional().filter(SavepointView.Failed.class::isInstance).isPresent();
  }

  private Journal.Stop stop() {
    return journal.flatMap(Journal::stop).orElseThrow();
  }

  private Reading<RestorePointView> restorePoint() {
    if (!(held.wished() instanceof Parsed.Valid(EffectiveSpec spec))
        || spec.restore().orElseThrow().isEmptyState()) {
      return Reading.unknown("empty state lies nowhere");
    }
    EffectiveSpec.Restore restore = spec.restore().orElseThrow();
    return restore.isLocation()
        ? Reading.known(view(Optional.empty(), Optional.of(restore.from()), Optional.empty()))
        : world
            .savepoints()
            .named(restore.from())
            .map(this::view)
            .map(Reading::known)
            .orElse(Reading.absent());
  }

  private RestorePointView view(Savepoint named) {
    return view(
        Optional.of(named.phase()),
        Optional.ofNullable(named.status().location()),
        Optional.ofNullable(named.status().takenAt()).map(Instant::parse));
  }

  private RestorePointView view(
      Optional<SavepointPhase> phase, Optional<String> location, Optional<Instant> takenAt) {
    return new RestorePointView(
        phase,
        location,
        takenAt,
        location
            .map(at -> world.unlessDown(world.bucket().verify(at)))
            .orElse(Reading.unknown("there is no location yet")));
  }

  private String restoreFrom() {
    return journal.flatMap(Journal::restoreFrom).orElseThrow();
  }

  private Reading<EngineJob> job(Optional<Integer> revision, Optional<JobId> id) {
    return revision.isEmpty() || id.isEmpty()
        ? Reading.absent()
        : world
            .coordinator(revision.get())
            .map(engine -> engine.job(id.get()))
            .orElse(Reading.unknown("connection refused"));
  }

  /** Only one scheduler of the engine can. */
  private Reading<ScaleView> scale(Optional<Integer> revision, Optional<JobId> id) {
    Reading<EngineJob> job = job(revision, id);
    boolean inPlace =
        revision
            .map(world.revisions()::get)
            .filter(stored -> stored.spec().scaling() == Scaling.InPlace)
            .isPresent();
    return inPlace || job.isUnknown() ? job.map(EngineJob::scale) : Reading.absent();
  }

  private Reading<Instant> stoppedAt(Optional<Integer> revision, Optional<JobId> id) {
    return switch (job(revision, id)) {
      case Reading.Known<EngineJob>(EngineJob job) -> job.stoppedAt();
      case Reading.Absent<EngineJob> absent -> Reading.absent();
      case Reading.Unknown<EngineJob> unknown -> Reading.unknown("connection refused");
    };
  }

  private Reading<SavepointView> savepoint(Optional<Integer> revision) {
    return journal.flatMap(Journal::stop).isEmpty()
        ? Reading.unknown("no savepoint was asked for")
        : revision
            .flatMap(world::coordinator)
            .map(
                engine ->
                    isByCheckpoint() ? checkpoint(engine) : engine.savepoint(stop().trigger()))
            .orElse(Reading.unknown("connection refused"));
  }

  private Reading<SavepointView> checkpoint(Coordinator engine) {
    return engine
        .checkpoint(stop().trigger())
        .map(
            view ->
                switch (view) {
                  case CheckpointView.InProgress running -> new SavepointView.InProgress();
                  case CheckpointView.Completed(long id) ->
                      new SavepointView.Completed(stop().directory() + "chk-" + id);
                  case CheckpointView.Failed(EngineFailure failure) ->
                      new SavepointView.Failed(failure);
                });
  }

  /** A refusal leaves no trace in the engine; who was refused remembers it. */
  private Reading<ApplicationView> run(Optional<Integer> revision, Optional<ApplicationId> id) {
    Reading<ApplicationView> view =
        revision
            .flatMap(world::coordinator)
            .map(engine -> engine.application(id.orElseThrow()))
            .orElse(Reading.unknown("connection refused"));
    EngineFailure refusal = refused.get(id.orElseThrow());
    return view.isAbsent() && refusal != null
        ? Reading.known(new ApplicationView.Failed(refusal))
        : view;
  }
}
