package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.DeepCheck;
import io.streamjob.api.v1beta1.SavepointFormat;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.StorageStatus;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.plan.Discard;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.plan.Restoring;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Origin;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Restorer;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Wish;
import io.streamjob.operator.plan.savepoint.SavepointQuestions;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers the questions about one StreamSavepoint. Reads, and never writes. */
final class SavepointObserver {
  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;
  private final Background<Inspection> inspections;
  private final Observer jobs;
  private final Refusals refusals;
  private final Clock clock;

  SavepointObserver(
      KubernetesClient client,
      Engine engine,
      Bucket bucket,
      Background<Inspection> inspections,
      Observer jobs,
      Refusals refusals,
      Clock clock) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
    this.inspections = inspections;
    this.jobs = jobs;
    this.refusals = refusals;
    this.clock = clock;
  }

  SavepointObservation observe(StreamSavepoint savepoint) {
    Instant now = clock.instant();
    StreamSavepointStatus status =
        requireNonNullElse(savepoint.getStatus(), StreamSavepoints.NOTHING_WRITTEN);
    Wish wish = wish(savepoint);
    Reading<Job> job = job(wish);
    SavepointQuestions ask = SavepointQuestions.of(wish, status, job, now);
    Reading<SavepointView> taken =
        when(ask.engine(), () -> taken(StreamSavepoints.owner(savepoint), status));
    String namespace = wish.namespace();
    return new SavepointObservation(
        wish,
        status,
        job,
        taken,
        when(
            SavepointQuestions.isLost(taken),
            () -> inBucket(status, state -> bucket.find(namespace, state, directory(status)))),
        when(
            ask.verification(),
            () -> inBucket(status, state -> bucket.verify(namespace, state, location(status)))),
        when(
            ask.manifest(),
            () -> inBucket(status, state -> bucket.manifest(namespace, state, location(status)))),
        when(ask.inspection() != DeepCheck.Off, () -> inspection(wish, status, ask.inspection())),
        when(
            ask.engine() && status.engineVersion() == null,
            () ->
                engine.version(names(StreamSavepoints.owner(savepoint), status).coordinatorUri())),
        when(ask.siblings(), () -> new StreamSavepoints(client, namespace).siblings()),
        when(ask.siblings(), () -> restorers(namespace)),
        when(
            ask.leftover(),
            () ->
                inBucket(status, state -> bucket.anythingIn(namespace, state, directory(status)))),
        when(wish.deletedAt().isPresent(), () -> StreamJobs.namespaceGoes(client, namespace)),
        now);
  }

  /** Begun by the first who asks; whoever asks later is told how it stands. */
  private Reading<Inspection> inspection(
      Wish wish, StreamSavepointStatus status, DeepCheck extent) {
    return inspections
        .of(
            wish.uid(),
            "" + status.deepCheck(),
            () ->
                inBucket(
                    status,
                    state ->
                        bucket.inspect(
                            wish.namespace(), state, location(status), extent == DeepCheck.Whole)))
        .orElse(Reading.known(new Inspection.UnderWay()));
  }

  private Reading<List<Restorer>> restorers(String namespace) {
    try {
      return Reading.known(
          client.resources(StreamJob.class).inNamespace(namespace).list().getItems().stream()
              .filter(job -> !isDiscarded(job))
              .flatMap(
                  job ->
                      Restoring.points(
                              Observer.understand(job),
                              requireNonNullElse(job.getStatus(), Observer.NOTHING_WRITTEN))
                          .map(from -> new Restorer(job.getMetadata().getName(), from)))
              .toList());
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the StreamJobs");
    }
  }

  private static <T> Reading<T> when(boolean asked, Supplier<Reading<T>> answer) {
    return asked ? answer.get() : Reading.unknown(Observation.NOT_ASKED);
  }

  private interface Inquiry<T> {
    Reading<T> ask(EffectiveSpec.State state);
  }

  private static <T> Reading<T> inBucket(StreamSavepointStatus status, Inquiry<T> inquiry) {
    return status.storage() == null
        ? Reading.unknown("no storage is written down")
        : inquiry.ask(state(status.storage()));
  }

  private static String directory(StreamSavepointStatus status) {
    return requireNonNullElse(status.directory(), "");
  }

  private static String location(StreamSavepointStatus status) {
    return requireNonNullElse(status.location(), "");
  }

  /** As much of it as finds the bucket. */
  static EffectiveSpec.State state(StorageStatus storage) {
    return new EffectiveSpec.State(
        requireNonNullElse(storage.bucket(), ""),
        requireNonNullElse(storage.prefix(), ""),
        StateBackend.RocksDB,
        false,
        false,
        Optional.ofNullable(storage.endpoint()).map(URI::create),
        requireNonNullElse(storage.region(), ""),
        Boolean.TRUE.equals(storage.pathStyleAccess()),
        Optional.ofNullable(storage.secretName()));
  }

  private static Names names(Owner owner, StreamSavepointStatus status) {
    return new Names(owner, requireNonNullElse(status.revision(), 1));
  }

  private static Wish wish(StreamSavepoint it) {
    return new Wish(
        it.getMetadata().getNamespace(),
        it.getMetadata().getName(),
        it.getMetadata().getUid(),
        requireNonNullElse(it.getMetadata().getGeneration(), 0L),
        Instant.parse(it.getMetadata().getCreationTimestamp()),
        Optional.ofNullable(it.getMetadata().getDeletionTimestamp()).map(Instant::parse),
        requireNonNullElse(it.getSpec().job(), ""),
        StreamSavepoints.reason(it),
        Optional.ofNullable(it.getSpec().format()).map(SavepointFormat::valueOf),
        Optional.ofNullable(it.getSpec().location()),
        Boolean.TRUE.equals(it.getSpec().retain()));
  }

  private Reading<Job> job(Wish wish) {
    try {
      StreamJob job =
          client
              .resources(StreamJob.class)
              .inNamespace(wish.namespace())
              .withName(wish.job())
              .get();
      return job == null || isDiscarded(job) || Names.problem(wish.job()).isPresent()
          ? Reading.absent()
          : job(wish, job);
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell about the StreamJob");
    }
  }

  /** One that is deleted with all its state needs none of it any more. */
  private static boolean isDiscarded(StreamJob job) {
    return Discard.isUnderWay(Observer.understand(job), Observer.life(job));
  }

  private Reading<Job> job(Wish wish, StreamJob job) {
    Owner owner = Observer.owner(job);
    StreamJobStatus status = requireNonNullElse(job.getStatus(), Observer.NOTHING_WRITTEN);
    Reading<Map<Integer, StoredRevision>> revisions = jobs.revisions(owner);
    if (!(revisions instanceof Reading.Known<Map<Integer, StoredRevision>>(var stored))) {
      return Reading.unknown("the API server did not list the revisions");
    }
    Optional<EffectiveSpec.Savepoints> wished =
        Observer.understand(job) instanceof Parsed.Valid(EffectiveSpec spec)
            ? Optional.of(spec.savepoints())
            : Optional.empty();
    return Reading.known(
        new Job(
            owner.uid(),
            status,
            stored.values().stream()
                .collect(Collectors.toMap(StoredRevision::number, it -> origin(owner, wish, it))),
            wished.orElse(EffectiveSpec.Savepoints.DEFAULT),
            wished.isPresent()));
  }

  private static Origin origin(Owner owner, Wish wish, StoredRevision revision) {
    JobFolder folder = JobFolder.of(owner, revision.spec().state());
    return new Origin(revision, folder.savepoints(), folder.savepoint(wish.uid()));
  }

  private Reading<SavepointView> taken(Owner owner, StreamSavepointStatus status) {
    TriggerId trigger = new TriggerId(requireNonNullElse(status.triggerId(), ""));
    Reading<SavepointView> view =
        engine.savepoint(
            names(owner, status).coordinatorUri(),
            new JobId(requireNonNullElse(status.jobId(), "")),
            trigger);
    Optional<EngineFailure> refusal = refusals.of(trigger.hex());
    return view.isAbsent() && refusal.isPresent()
        ? Reading.known(new SavepointView.Failed(refusal.get()))
        : view;
  }
}
