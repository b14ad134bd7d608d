package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.CheckpointView;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.EarlierView;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.Facts;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.plan.Question;
import io.streamjob.operator.plan.Questions;
import io.streamjob.operator.plan.RestorePointView;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.plan.UpkeepView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One look at the world on behalf of one StreamJob. */
final class Look {
  /** Who can be asked. */
  record Sources(
      KubernetesClient client,
      Engine engine,
      Bucket bucket,
      Clusters clusters,
      Refusals refusals,
      Upkeep upkeep) {}

  private final Sources sources;
  private final Owner owner;
  private final Subject subject;
  private final StreamJobStatus status;
  private final Optional<Journal> journal;
  private final Reading<Map<Integer, Observation.StoredRevision>> revisions;
  private final Set<Question> questions;

  Look(
      Sources sources,
      Owner owner,
      Subject subject,
      StreamJobStatus status,
      Optional<Journal> journal,
      Reading<Map<Integer, Observation.StoredRevision>> revisions,
      Set<Question> questions) {
    this.sources = sources;
    this.owner = owner;
    this.subject = subject;
    this.status = status;
    this.journal = journal;
    this.revisions = revisions;
    this.questions = questions;
  }

  Facts facts(Parsed wished) {
    Optional<Names> old = oldRevision().map(number -> new Names(owner, number));
    Optional<Names> fresh = journal.map(rollout -> new Names(owner, rollout.watched()));
    // Before the job: what runs when its stop has failed, runs on.
    Reading<SavepointView> savepoint = ask(Question.SAVEPOINT, () -> savepoint(old.orElseThrow()));
    Reading<JobView> oldView =
        ask(Question.OLD_JOB, Questions.Answers.of(savepoint), () -> job(old, oldJob()));
    // After the job: what is over by then completes none later.
    Reading<Checkpoints> oldCheckpoints =
        ask(Question.OLD_CHECKPOINTS, () -> withJob(old, oldJob(), sources.engine()::checkpoints));
    Reading<JobView> newView = ask(Question.NEW_JOB, () -> job(fresh, newJob()));
    Reading<ApplicationView> newRun =
        ask(
            Question.NEW_JOB,
            () ->
                run(
                    fresh,
                    journal.map(rollout -> subject.run(rollout.watched(), rollout.attempt()))));
    Questions.Answers first = new Questions.Answers(savepoint, oldView, newView, newRun);
    Optional<String> handedOver =
        isByCheckpoint()
            ? newest(oldView, oldCheckpoints)
            : savepoint.optional().flatMap(Look::location);
    return new Facts(
        ask(Question.STORAGE, () -> storage(wished)),
        // The coordinator of the old cluster is asked for its job, not for its slots.
        isOpen(Question.OLD_CLUSTER, first) && old.isPresent()
            ? sources.clusters().lookAtPods(old.get(), specOf(old.get()))
            : ClusterView.UNSEEN,
        freshCluster(fresh),
        oldView,
        oldCheckpoints,
        isByCheckpoint()
            ? withJob(old, oldJob(), sources.engine()::checkpointRules)
            : Reading.unknown(Observation.NOT_ASKED),
        // After the job and its pods: what is over by then writes no checkpoint later.
        ask(Question.OLD_STATE, first, this::oldCheckpoint),
        ask(Question.PREFLIGHT, () -> job(fresh, journal.map(this::preflightJob))),
        ask(Question.PREFLIGHT, () -> run(fresh, journal.map(this::preflight))),
        ask(Question.OPERATORS, () -> operators(oldCheckpoints)),
        ask(
            Question.WARM_UP,
            () ->
                run(
                    fresh,
                    journal.map(rollout -> subject.warmUp(rollout.to(), rollout.attempt())))),
        savepoint,
        handedOver
            .map(
                location ->
                    withJob(
                        old, oldJob(), (at, job) -> sources.engine().stoppedAt(at, job, location)))
            .orElse(Reading.unknown(Observation.NOT_ASKED)),
        journal.filter(Journal::isByLastCheckpoint).isPresent()
            ? ask(Question.OLD_STATE, first, this::savepointOfAttempt)
            : isLost(savepoint) && !isByCheckpoint()
                ? found(journal.flatMap(Journal::stop).orElseThrow().directory())
                : Reading.unknown(Observation.NOT_ASKED),
        ask(Question.VERIFICATION, this::verification),
        newView,
        newRun,
        ask(
            Question.NEW_CHECKPOINTS,
            first,
            () -> withJob(fresh, newJob(), sources.engine()::checkpoints)),
        journal.filter(Journal::isRescale).isPresent()
            ? ask(Question.SCALE, () -> withJob(old, oldJob(), sources.engine()::tasks))
            : ask(
                Question.NEW_CHECKPOINTS,
                first,
                () -> withJob(fresh, newJob(), sources.engine()::tasks)),
        // Likewise.
        ask(Question.NEW_STATE, first, this::newCheckpoint),
        ask(Question.SCALE, () -> withJob(old, oldJob(), sources.engine()::scale)),
        ask(Question.SCALE, () -> sources.clusters().workers(old.orElseThrow())),
        ask(Question.SERVICE, this::service),
        ask(
            Question.SAVEPOINTS,
            () ->
                new StreamSavepoints(sources.client(), owner.namespace()).requested(owner.name())),
        ask(Question.RESTORE_POINT, () -> restorePoint(wished)),
        ask(Question.EARLIER, () -> earlier(wished)),
        ask(
            Question.NAMESPACE,
            () -> StreamJobs.namespaceGoes(sources.client(), owner.namespace())),
        ask(Question.REMAINS, () -> leftovers(wished).remains()),
        upkeep(wished, old));
  }

  private UpkeepView upkeep(Parsed wished, Optional<Names> current) {
    return questions.contains(Question.UPKEEP)
            && current.isPresent()
            && oldJob().isPresent()
            && wished instanceof Parsed.Valid(EffectiveSpec spec)
        ? sources.upkeep().look(current.get(), oldJob().get(), spec)
        : UpkeepView.UNSEEN;
  }

  private boolean isOpen(Question question, Questions.Answers first) {
    return questions.contains(question) && Questions.isOpen(question, journal, first);
  }

  private <T> Reading<T> ask(
      Question question, Questions.Answers first, Supplier<Reading<T>> answer) {
    return isOpen(question, first) ? answer.get() : Reading.unknown(Observation.NOT_ASKED);
  }

  private <T> Reading<T> ask(Question question, Supplier<Reading<T>> answer) {
    return questions.contains(question) ? answer.get() : Reading.unknown(Observation.NOT_ASKED);
  }

  private Optional<Integer> oldRevision() {
    return journal.isPresent()
        ? journal.flatMap(Journal::from)
        : Optional.ofNullable(status.current()).map(current -> current.number());
  }

  private Optional<JobId> oldJob() {
    return journal.isPresent()
        ? journal.flatMap(Journal::oldJob)
        : Optional.ofNullable(status.job()).map(job -> job.id()).map(JobId::new);
  }

  private Optional<JobId> newJob() {
    return journal.map(rollout -> subject.job(rollout.watched(), rollout.attempt()));
  }

  private JobId preflightJob(Journal rollout) {
    return subject.preflightJob(rollout.to(), rollout.attempt(), rollout.preflightRetries());
  }

  private ApplicationId preflight(Journal rollout) {
    return subject.preflight(rollout.to(), rollout.attempt(), rollout.preflightRetries());
  }

  private ClusterView freshCluster(Optional<Names> fresh) {
    if (!questions.contains(Question.NEW_CLUSTER) || fresh.isEmpty()) {
      return ClusterView.UNSEEN;
    }
    // Slots matter while a cluster comes up, and not while it goes.
    return journal.filter(Journal::countsSlots).isPresent()
        ? sources.clusters().look(fresh.get(), specOf(fresh.get()))
        : sources.clusters().lookAtPods(fresh.get(), specOf(fresh.get()));
  }

  private Reading<Optional<Obstacle>> storage(Parsed wished) {
    return wished instanceof Parsed.Valid(EffectiveSpec spec)
        ? sources.bucket().probe(owner.namespace(), spec.state())
        : Reading.unknown("the spec names no storage");
  }

  /** Asks a coordinator about a job. */
  private interface AboutJob<T> {
    Reading<T> ask(URI coordinator, JobId job);
  }

  private <T> Reading<T> withJob(Optional<Names> names, Optional<JobId> job, AboutJob<T> question) {
    return names.isPresent() && job.isPresent()
        ? question.ask(names.get().coordinatorUri(), job.get())
        : Reading.absent();
  }

  /** What is over, or not known, is so only if nothing would bring it back. */
  private Reading<JobView> job(Optional<Names> names, Optional<JobId> id) {
    Reading<JobView> told = withJob(names, id, sources.engine()::job);
    boolean over =
        told.isAbsent() || told.optional().filter(job -> job.state().isTerminal()).isPresent();
    return over && names.isPresent() && id.isPresent()
        ? unlessKept(names.get(), EngineRecords.ofJob(id.get().hex()), told)
        : told;
  }

  private <T> Reading<T> unlessKept(Names names, String record, Reading<T> told) {
    return specOf(names).filter(spec -> !spec.isHighlyAvailable()).isPresent()
        ? told
        : new Records(sources.client()).unlessKept(names, record, told);
  }

  private Optional<EffectiveSpec> specOf(Names names) {
    return revisions
        .optional()
        .map(stored -> stored.get(names.revision()))
        .map(Observation.StoredRevision::spec);
  }

  private Reading<ApplicationView> run(Optional<Names> names, Optional<ApplicationId> id) {
    if (names.isEmpty() || id.isEmpty()) {
      return Reading.absent();
    }
    Reading<ApplicationView> view =
        sources.engine().application(names.get().coordinatorUri(), id.get());
    if (view.isAbsent()) {
      view = unlessKept(names.get(), EngineRecords.ofRun(id.get().hex()), view);
    }
    return view.isAbsent()
        ? sources
            .refusals()
            .of(id.get().hex())
            .<Reading<ApplicationView>>map(
                failure -> Reading.known(new ApplicationView.Failed(failure)))
            .orElse(view)
        : view;
  }

  private Reading<SavepointView> savepoint(Names old) {
    Optional<Journal.Stop> stop = journal.flatMap(Journal::stop);
    if (stop.isEmpty() || oldJob().isEmpty()) {
      return Reading.unknown("no savepoint was asked for");
    }
    Reading<SavepointView> view =
        isByCheckpoint()
            ? checkpoint(old, oldJob().get(), stop.get())
            : sources
                .engine()
                .savepoint(old.coordinatorUri(), oldJob().get(), stop.get().trigger());
    return view.isAbsent()
        ? sources
            .refusals()
            .of(stop.get().trigger().hex())
            .<Reading<SavepointView>>map(
                failure -> Reading.known(new SavepointView.Failed(failure)))
            .orElse(view)
        : view;
  }

  private Reading<SavepointView> checkpoint(Names old, JobId job, Journal.Stop stop) {
    return sources
        .engine()
        .checkpoint(old.coordinatorUri(), job, stop.trigger())
        .map(
            view ->
                switch (view) {
                  case CheckpointView.InProgress running -> new SavepointView.InProgress();
                  case CheckpointView.Completed(long id) ->
                      new SavepointView.Completed(JobFolder.checkpoint(stop.directory(), id));
                  case CheckpointView.Failed(EngineFailure failure) ->
                      new SavepointView.Failed(failure);
                });
  }

  private static Optional<String> location(SavepointView savepoint) {
    return savepoint instanceof SavepointView.Completed(String location)
        ? Optional.of(location)
        : Optional.empty();
  }

  private boolean isByCheckpoint() {
    return journal.filter(Journal::isByCheckpoint).isPresent();
  }

  /** Where the newest checkpoint lies that a job has completed which is over. */
  private static Optional<String> newest(Reading<JobView> job, Reading<Checkpoints> checkpoints) {
    return job.optional()
        .filter(view -> view.state().isTerminal())
        .flatMap(over -> checkpoints.optional())
        .flatMap(Checkpoints::latestCheckpoint)
        .map(Checkpoints.Completed::location);
  }

  /** Whether the coordinator has no savepoint to tell of, so that only the bucket may. */
  private static boolean isLost(Reading<SavepointView> savepoint) {
    return savepoint.isAbsent()
        || savepoint.optional().filter(SavepointView.Failed.class::isInstance).isPresent();
  }

  private Reading<String> found(String directory) {
    return oldState()
        .map(state -> sources.bucket().find(owner.namespace(), state, directory))
        .orElse(Reading.unknown("the old revision is not listed"));
  }

  /** What was asked for before the job was lost may have been completed since. */
  private Reading<String> savepointOfAttempt() {
    int attempt = journal.orElseThrow().attempt();
    return oldState()
        .map(state -> JobFolder.of(owner, state).savepoints(attempt))
        .map(this::found)
        .orElse(Reading.unknown("the old revision is not listed"));
  }

  private Reading<Verification> verification() {
    Optional<String> location = journal.flatMap(Journal::restoreFrom);
    if (oldState().isEmpty() || location.isEmpty()) {
      return Reading.unknown("the old revision is not listed");
    }
    Reading<Verification> read =
        sources.bucket().verify(owner.namespace(), oldState().get(), location.get());
    // What the job was stopped with just now, nobody has read through yet.
    return journal.flatMap(Journal::stop).isPresent() ? read : unlessDamaged(read, location.get());
  }

  private Reading<Verification> unlessDamaged(Reading<Verification> read, String location) {
    return switch (new StreamSavepoints(sources.client(), owner.namespace()).damage(location)) {
      case Reading.Known<Optional<String>>(Optional<String> damage) ->
          damage
              .<Reading<Verification>>map(defect -> Reading.known(new Verification.Broken(defect)))
              .orElse(read);
      case Reading.Absent<Optional<String>> none -> read;
      case Reading.Unknown<Optional<String>>(String why) -> Reading.unknown(why);
    };
  }

  private Reading<RestorePointView> restorePoint(Parsed wished) {
    return wished instanceof Parsed.Valid(EffectiveSpec spec) && spec.restore().isPresent()
        ? new RestorePoints(sources.client(), sources.bucket(), owner.namespace())
            .look(spec.restore().get(), spec.state())
        : Reading.unknown("the spec names no restore point");
  }

  /** What lies in the bucket, and what is recorded of others. */
  private static List<StateFound> newestFirst(List<StateFound> one, List<StateFound> other) {
    return Stream.concat(one.stream(), other.stream())
        .collect(Collectors.toMap(StateFound::location, it -> it, (lies, recorded) -> lies))
        .values()
        .stream()
        .sorted(Comparator.comparing(StateFound::writtenAt).reversed())
        .toList();
  }

  private Leftovers leftovers(Parsed wished) {
    return new Leftovers(sources.client(), sources.bucket(), owner, wished, revisions);
  }

  private Reading<EarlierView> earlier(Parsed wished) {
    if (!(wished instanceof Parsed.Valid(EffectiveSpec spec))) {
      return Reading.unknown("the spec names no storage");
    }
    Reading<List<StateFound>> recorded =
        new StreamSavepoints(sources.client(), owner.namespace()).earlier(owner);
    return sources.clusters().earlierPod(owner)
                instanceof Reading.Known<Optional<String>>(Optional<String> pod)
            && recorded instanceof Reading.Known<List<StateFound>>(List<StateFound> records)
        ? sources
            .bucket()
            .earlier(owner, spec.state())
            .map(states -> new EarlierView(pod, newestFirst(states, records)))
        : Reading.unknown("the API server did not tell which pods exist");
  }

  private Reading<String> oldCheckpoint() {
    return newestCheckpoint(oldRevision(), oldJob());
  }

  private Reading<String> newCheckpoint() {
    return newestCheckpoint(journal.map(Journal::watched), newJob());
  }

  private Reading<String> newestCheckpoint(Optional<Integer> revision, Optional<JobId> job) {
    Optional<EffectiveSpec.State> state = stateOf(revision);
    return state.isPresent() && job.isPresent()
        ? sources
            .bucket()
            .newestCheckpoint(
                owner.namespace(),
                state.get(),
                JobFolder.of(owner, state.get()).checkpoints(job.get().hex()))
        : Reading.unknown("the revision of the job is not listed");
  }

  /** Those of what the preflight starts from, which is the newest checkpoint or the savepoint. */
  private Reading<List<OperatorState>> operators(Reading<Checkpoints> oldCheckpoints) {
    Optional<String> chosen = journal.flatMap(Journal::chosen).flatMap(Journal.Chosen::location);
    if (chosen.isPresent()) {
      return stateOf(journal.map(Journal::to))
          .map(state -> sources.bucket().operators(owner.namespace(), state, chosen.get()))
          .orElse(Reading.unknown("the new revision is not listed"));
    }
    Optional<String> location =
        journal
            .flatMap(Journal::restoreFrom)
            .or(
                () ->
                    oldCheckpoints
                        .optional()
                        .flatMap(Checkpoints::latestCheckpoint)
                        .map(Checkpoints.Completed::location));
    return oldState().isPresent() && location.isPresent()
        ? sources.bucket().operators(owner.namespace(), oldState().get(), location.get())
        : Reading.unknown("no checkpoint is known to look into");
  }

  private Optional<EffectiveSpec.State> oldState() {
    return stateOf(oldRevision());
  }

  private Optional<EffectiveSpec.State> stateOf(Optional<Integer> revision) {
    return revision
        .flatMap(number -> revisions.optional().map(stored -> stored.get(number)))
        .map(stored -> stored.spec().state());
  }

  private Reading<Integer> service() {
    try {
      Service service =
          sources.client().services().inNamespace(owner.namespace()).withName(owner.name()).get();
      if (service == null) {
        return Reading.absent();
      }
      if (!isOurs(service)) {
        return Reading.known(Observation.FOREIGN_SERVICE);
      }
      String revision =
          requireNonNullElse(service.getSpec().getSelector(), Map.<String, String>of())
              .get(Labels.REVISION);
      return revision == null ? Reading.absent() : Reading.known(Integer.valueOf(revision));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell about the service");
    }
  }

  private boolean isOurs(HasMetadata object) {
    return Clusters.isOurs(object, new Names(owner, 1));
  }
}
