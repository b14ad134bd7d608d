package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.ApplicationView;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.Facts;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.plan.Question;
import io.streamjob.operator.plan.Questions;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.resources.StoredRevision;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.Problem;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Answers the planner's questions about one StreamJob. Reads, and never writes. */
final class Observer {
  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;
  private final Clusters clusters;
  private final Refusals refusals;
  private final Clock clock;

  Observer(KubernetesClient client, Engine engine, Bucket bucket, Refusals refusals, Clock clock) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
    this.clusters = new Clusters(client, engine);
    this.refusals = refusals;
    this.clock = clock;
  }

  Observation observe(StreamJob job) {
    Optional<Problem> misnamed = Names.problem(job.getMetadata().getName());
    return misnamed.isPresent() ? unnameable(job, misnamed.get()) : look(job);
  }

  /** Nothing can be made for such an object, and nothing is there to be looked at. */
  private Observation unnameable(StreamJob job, Problem problem) {
    return new Observation(
        new Subject(
            job.getMetadata().getNamespace(),
            job.getMetadata().getName(),
            job.getMetadata().getUid(),
            job.getMetadata().getGeneration()),
        new Parsed.Invalid(List.of(problem)),
        SpecHash.of(job.getSpec()),
        requireNonNullElse(job.getStatus(), NOTHING_WRITTEN),
        Reading.unknown("not asked"),
        Facts.NONE,
        "",
        "",
        Labels.NAME + "=none",
        clock.instant());
  }

  private Observation look(StreamJob job) {
    Owner owner = owner(job);
    Subject subject =
        new Subject(
            owner.namespace(), owner.name(), owner.uid(), job.getMetadata().getGeneration());
    StreamJobStatus status = requireNonNullElse(job.getStatus(), NOTHING_WRITTEN);
    Parsed wished = understand(job);
    String hash = job.getSpec() == null ? "" : SpecHash.of(job.getSpec());
    Set<Question> questions = Questions.of(status, hash);
    Optional<Journal> journal = Optional.ofNullable(status.rollout()).map(Journal::of);
    Reading<Map<Integer, Observation.StoredRevision>> revisions =
        journal.isPresent() || questions.contains(Question.STORAGE)
            ? revisions(owner)
            : Reading.unknown("not asked");
    int attempt = journal.map(Journal::attempt).orElse(0);
    return new Observation(
        subject,
        wished,
        hash,
        status,
        revisions,
        new Look(owner, subject, status, journal, revisions, questions).facts(wished),
        folder(owner, journal.flatMap(Journal::from), revisions)
            .map(place -> place.savepoints(attempt))
            .orElse(""),
        folder(owner, journal.map(Journal::to), revisions)
            .map(place -> place.scratch(attempt))
            .orElse(""),
        selector(owner, status),
        clock.instant());
  }

  static final StreamJobStatus NOTHING_WRITTEN =
      new StreamJobStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  static Owner owner(StreamJob job) {
    return new Owner(
        job.getMetadata().getNamespace(), job.getMetadata().getName(), job.getMetadata().getUid());
  }

  static Parsed understand(StreamJob job) {
    Parsed parsed = SpecParser.parse(job.getSpec());
    if (parsed instanceof Parsed.Valid(EffectiveSpec spec)) {
      List<Problem> problems = RevisionCluster.problems(spec);
      return problems.isEmpty() ? parsed : new Parsed.Invalid(problems);
    }
    return parsed;
  }

  private static String selector(Owner owner, StreamJobStatus status) {
    int current = status.current() == null ? 1 : requireNonNullElse(status.current().number(), 1);
    return Labels.print(Labels.podSelector(new Names(owner, current), Component.WORKER));
  }

  /** The folder in a revision's storage: a savepoint lies where the job that takes it may write. */
  private static Optional<JobFolder> folder(
      Owner owner,
      Optional<Integer> revision,
      Reading<Map<Integer, Observation.StoredRevision>> revisions) {
    return revision.flatMap(
        number ->
            revisions
                .optional()
                .map(stored -> stored.get(number))
                .map(stored -> JobFolder.of(owner, stored.spec().state())));
  }

  private Reading<Map<Integer, Observation.StoredRevision>> revisions(Owner owner) {
    try {
      Map<Integer, Observation.StoredRevision> understood = new HashMap<>();
      client
          .apps()
          .controllerRevisions()
          .inNamespace(owner.namespace())
          .withLabels(Labels.jobSelector(owner))
          .list()
          .getItems()
          .forEach(
              object -> {
                StoredRevision stored = StoredRevision.of(object);
                if (SpecParser.parse(stored.spec()) instanceof Parsed.Valid(EffectiveSpec spec)) {
                  understood.put(
                      stored.number(),
                      new Observation.StoredRevision(
                          stored.number(), SpecHash.of(stored.spec()), spec));
                }
              });
      return Reading.known(Map.copyOf(understood));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the revisions");
    }
  }

  /** One look at the world on behalf of one StreamJob. */
  private final class Look {
    private final Owner owner;
    private final Subject subject;
    private final StreamJobStatus status;
    private final Optional<Journal> journal;
    private final Reading<Map<Integer, Observation.StoredRevision>> revisions;
    private final Set<Question> questions;

    Look(
        Owner owner,
        Subject subject,
        StreamJobStatus status,
        Optional<Journal> journal,
        Reading<Map<Integer, Observation.StoredRevision>> revisions,
        Set<Question> questions) {
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
      Reading<SavepointView> savepoint =
          ask(Question.SAVEPOINT, () -> savepoint(old.orElseThrow()));
      return new Facts(
          ask(Question.STORAGE, () -> storage(wished)),
          // The coordinator of the old cluster is asked for its job, not for its slots.
          questions.contains(Question.OLD_CLUSTER) && old.isPresent()
              ? clusters.lookAtPods(old.get())
              : ClusterView.UNSEEN,
          freshCluster(fresh),
          ask(Question.OLD_JOB, () -> withJob(old, oldJob(), engine::job)),
          ask(Question.OLD_CHECKPOINTS, () -> withJob(old, oldJob(), engine::checkpoints)),
          ask(
              Question.PREFLIGHT,
              () -> withJob(fresh, journal.map(this::preflightJob), engine::job)),
          ask(Question.PREFLIGHT, () -> run(fresh, journal.map(this::preflight))),
          ask(
              Question.WARM_UP,
              () ->
                  run(
                      fresh,
                      journal.map(rollout -> subject.warmUp(rollout.to(), rollout.attempt())))),
          savepoint,
          savepoint.optional().orElse(null) instanceof SavepointView.Completed(String location)
              ? withJob(old, oldJob(), (at, job) -> engine.stoppedAt(at, job, location))
              : Reading.unknown("not asked"),
          isLost(savepoint) ? found() : Reading.unknown("not asked"),
          ask(Question.VERIFICATION, this::verification),
          ask(Question.NEW_JOB, () -> withJob(fresh, newJob(), engine::job)),
          ask(
              Question.NEW_JOB,
              () ->
                  run(
                      fresh,
                      journal.map(rollout -> subject.run(rollout.watched(), rollout.attempt())))),
          ask(Question.NEW_CHECKPOINTS, () -> withJob(fresh, newJob(), engine::checkpoints)),
          ask(Question.NEW_CHECKPOINTS, () -> withJob(fresh, newJob(), engine::tasks)),
          ask(Question.SERVICE, this::service));
    }

    private <T> Reading<T> ask(Question question, Supplier<Reading<T>> answer) {
      return questions.contains(question) ? answer.get() : Reading.unknown("not asked");
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
      return questions.contains(Question.OLD_CLUSTER) && journal.isPresent() && isGoing()
          ? clusters.lookAtPods(fresh.get())
          : clusters.look(fresh.get());
    }

    /** Whether the step only takes clusters away. */
    private boolean isGoing() {
      return switch (journal.orElseThrow().step()) {
        case Retiring, RollingBack -> true;
        case Preparing, Stopping, Verifying, Starting, Confirming, Blocked -> false;
      };
    }

    private Reading<Optional<Obstacle>> storage(Parsed wished) {
      return wished instanceof Parsed.Valid(EffectiveSpec spec)
          ? bucket.probe(owner.namespace(), spec.state())
          : Reading.unknown("the spec names no storage");
    }

    /** Asks a coordinator about a job. */
    private interface AboutJob<T> {
      Reading<T> ask(URI coordinator, JobId job);
    }

    private <T> Reading<T> withJob(
        Optional<Names> names, Optional<JobId> job, AboutJob<T> question) {
      return names.isPresent() && job.isPresent()
          ? question.ask(names.get().coordinatorUri(), job.get())
          : Reading.absent();
    }

    private Reading<ApplicationView> run(Optional<Names> names, Optional<ApplicationId> id) {
      if (names.isEmpty() || id.isEmpty()) {
        return Reading.absent();
      }
      Reading<ApplicationView> view = engine.application(names.get().coordinatorUri(), id.get());
      return view.isAbsent()
          ? refusals
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
          engine.savepoint(old.coordinatorUri(), oldJob().get(), stop.get().trigger());
      return view.isAbsent()
          ? refusals
              .of(stop.get().trigger().hex())
              .<Reading<SavepointView>>map(
                  failure -> Reading.known(new SavepointView.Failed(failure)))
              .orElse(view)
          : view;
    }

    /** Whether the coordinator has no savepoint to tell of, so that only the bucket may. */
    private static boolean isLost(Reading<SavepointView> savepoint) {
      return savepoint.isAbsent()
          || savepoint.optional().filter(SavepointView.Failed.class::isInstance).isPresent();
    }

    private Reading<String> found() {
      return oldState()
          .map(
              state ->
                  bucket.find(
                      owner.namespace(),
                      state,
                      journal.flatMap(Journal::stop).orElseThrow().directory()))
          .orElse(Reading.unknown("the old revision is not listed"));
    }

    private Reading<Verification> verification() {
      Optional<String> location = journal.flatMap(Journal::restoreFrom);
      return oldState().isPresent() && location.isPresent()
          ? bucket.verify(owner.namespace(), oldState().get(), location.get())
          : Reading.unknown("the old revision is not listed");
    }

    private Optional<EffectiveSpec.State> oldState() {
      return oldRevision()
          .flatMap(number -> revisions.optional().map(stored -> stored.get(number)))
          .map(stored -> stored.spec().state());
    }

    private Reading<Integer> service() {
      try {
        Service service =
            client.services().inNamespace(owner.namespace()).withName(owner.name()).get();
        if (service == null) {
          return Reading.absent();
        }
        if (!isOurs(service)) {
          return Reading.unknown("a service of this name belongs to somebody else");
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
}
