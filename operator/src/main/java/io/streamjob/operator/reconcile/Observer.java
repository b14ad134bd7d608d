package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.Journal;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.Facts;
import io.streamjob.operator.plan.Question;
import io.streamjob.operator.plan.Questions;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.resources.StoredRevision;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.Problem;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers the planner's questions about one StreamJob. Reads, and never writes. */
final class Observer {
  private final KubernetesClient client;
  private final Look.Sources sources;
  private final Clock clock;

  Observer(
      KubernetesClient client,
      Engine engine,
      Bucket bucket,
      Refusals refusals,
      Upkeep upkeep,
      Clock clock) {
    this.client = client;
    this.sources =
        new Look.Sources(
            client, engine, bucket, new Clusters(client, engine, bucket), refusals, upkeep);
    this.clock = clock;
  }

  /**
   * Looks at everything that a decision about a StreamJob can depend on.
   *
   * @param savepoints what watches told of the job's StreamSavepoints
   */
  Observation observe(StreamJob job, Requests.Savepoints savepoints) {
    Optional<Problem> misnamed = Names.problem(job.getMetadata().getName());
    return misnamed.isPresent() ? unnameable(job, misnamed.get()) : look(job, savepoints);
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
        Requests.NONE,
        requireNonNullElse(job.getStatus(), NOTHING_WRITTEN),
        Reading.unknown("not asked"),
        Facts.NONE,
        Observation.Folders.NONE,
        Labels.NAME + "=none",
        life(job),
        clock.instant());
  }

  private Observation look(StreamJob job, Requests.Savepoints savepoints) {
    Owner owner = owner(job);
    Subject subject =
        new Subject(
            owner.namespace(), owner.name(), owner.uid(), job.getMetadata().getGeneration());
    StreamJobStatus status = requireNonNullElse(job.getStatus(), NOTHING_WRITTEN);
    Parsed wished = understand(job);
    String hash = job.getSpec() == null ? "" : SpecHash.of(job.getSpec());
    Requests requests = Requests.of(job.getMetadata().getAnnotations()).with(savepoints);
    Set<Question> questions = Questions.of(status, wished, hash, requests, life(job));
    Optional<Journal> journal = Optional.ofNullable(status.rollout()).map(Journal::of);
    Reading<Map<Integer, Observation.StoredRevision>> revisions =
        journal.isPresent()
                || questions.contains(Question.STORAGE)
                || questions.contains(Question.REMAINS)
            ? revisions(owner)
            : Reading.unknown("not asked");
    return new Observation(
        subject,
        wished,
        hash,
        requests,
        status,
        revisions,
        new Look(sources, owner, subject, status, journal, revisions, questions).facts(wished),
        journal
            .map(rollout -> folders(owner, subject, rollout, revisions))
            .orElse(Observation.Folders.NONE),
        selector(owner, status),
        life(job),
        clock.instant());
  }

  static final StreamJobStatus NOTHING_WRITTEN =
      new StreamJobStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);

  static Observation.Life life(StreamJob job) {
    return new Observation.Life(
        Optional.ofNullable(job.getMetadata().getDeletionTimestamp()).map(Instant::parse),
        job.getMetadata().getFinalizers().contains(StreamJobs.FINALIZER));
  }

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

  private static Observation.Folders folders(
      Owner owner,
      Subject subject,
      Journal rollout,
      Reading<Map<Integer, Observation.StoredRevision>> revisions) {
    Optional<JobFolder> old = folder(owner, rollout.from(), revisions);
    Optional<JobFolder> fresh = folder(owner, Optional.of(rollout.to()), revisions);
    String newJob = subject.job(rollout.to(), rollout.attempt()).hex();
    return new Observation.Folders(
        old.or(() -> fresh).map(place -> place.savepoints(rollout.attempt())).orElse(""),
        old.flatMap(place -> rollout.oldJob().map(job -> place.checkpoints(job.hex()))).orElse(""),
        fresh.map(place -> place.checkpoints(newJob)).orElse(""),
        fresh.map(place -> place.scratch(rollout.attempt())).orElse(""));
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

  private static Observation.StoredRevision understood(StoredRevision stored, EffectiveSpec spec) {
    return stored
        .scale()
        .map(
            scale ->
                new Observation.StoredRevision(
                    stored.number(),
                    scale.specHash(),
                    spec.scaled(scale.replicas(), scale.parallelism())))
        .orElseGet(
            () ->
                new Observation.StoredRevision(stored.number(), SpecHash.of(stored.spec()), spec));
  }

  Reading<Map<Integer, Observation.StoredRevision>> revisions(Owner owner) {
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
                  understood.put(stored.number(), understood(stored, spec));
                }
              });
      return Reading.known(Map.copyOf(understood));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the revisions");
    }
  }
}
