package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.EngineFailure;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.resources.Scale;
import io.streamjob.operator.resources.StoredRevision;
import io.streamjob.operator.spec.EffectiveSpec;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out effects, one method each; no method decides anything, and each may be repeated. */
final class Executor {
  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;
  private final Refusals refusals;

  /** Versions of the API that have disruption budgets, from 1.21 on and up to 1.24. */
  private static final List<String> BUDGETS = List.of("policy/v1", "policy/v1beta1");

  Executor(KubernetesClient client, Engine engine, Bucket bucket, Refusals refusals) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
    this.refusals = refusals;
  }

  /**
   * Carries out effects in their order.
   *
   * @throws KubernetesClientException if the API server could not be asked or refused; the effect
   *     is decided upon again
   */
  void execute(StreamJob job, Observation seen, List<Effect> effects) {
    Owner owner = Observer.owner(job);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.StoreRevision(int revision) ->
            create(
                new StoredRevision(revision, job.getSpec(), Optional.empty()).toObject(owner),
                owner);
        case Effect.ForgetRevision(int revision) -> forget(new Names(owner, revision));
        case Effect.CreateCoordinator(int revision, int attempt) ->
            createCoordinator(cluster(owner, seen, revision, attempt), owner);
        case Effect.CreateWorkers(int revision, int attempt) ->
            createWorkers(cluster(owner, seen, revision, attempt), owner);
        case Effect.PointService(int revision) -> pointService(owner, revision);
        case Effect.DeleteCluster(int revision) ->
            delete(new Names(owner, revision), spec(seen, revision));
        case Effect.CreateSavepoint savepoint ->
            create(StreamSavepoints.object(owner, savepoint), owner);
        case Effect.Hold hold -> StreamJobs.hold(client, job);
        case Effect.Release release -> StreamJobs.release(client, job);
        case Effect.DeleteClusters delete -> leftovers(owner, seen).deleteClusters();
        case Effect.DiscardSavepoints discard -> leftovers(owner, seen).discardSavepoints();
        case Effect.DiscardObjects discard -> leftovers(owner, seen).discardObjects();
        case Effect.LeaveOut leaveOut -> {
          if (!isWritten(leaveOut, owner, seen)) {
            return;
          }
        }
        case Effect.Submit submit -> {
          createRecord(submit, owner, seen);
          leader(new Names(owner, submit.revision()), seen)
              .ifPresent(
                  at ->
                      note(
                          submit.submission().application().hex(),
                          engine.submit(at, submit.submission())));
        }
        case Effect.StopWithSavepoint stop ->
            note(
                stop.trigger().hex(),
                engine.stop(
                    new Names(owner, stop.revision()).coordinatorUri(),
                    stop.job(),
                    stop.trigger(),
                    stop.directory(),
                    stop.format()));
        case Effect.TakeCheckpoint take ->
            note(
                take.trigger().hex(),
                engine.takeCheckpoint(
                    new Names(owner, take.revision()).coordinatorUri(),
                    take.job(),
                    take.trigger()));
        case Effect.ScaleWorkers(int revision, int attempt, int replicas) -> {
          EffectiveSpec spec = stored(seen, revision).spec();
          scaleWorkers(
              RevisionCluster.of(
                  owner, revision, attempt, spec.scaled(replicas, spec.program().parallelism())),
              replicas,
              owner);
        }
        // Whether it is refused or lost: the job's size tells what came of it.
        case Effect.Rescale rescale ->
            engine.rescale(
                new Names(owner, rescale.revision()).coordinatorUri(),
                rescale.job(),
                rescale.from(),
                rescale.to());
        case Effect.StoreScale store -> storeScale(new Names(owner, store.revision()), store);
        case Effect.Cancel cancel ->
            note(
                cancel.job().hex(),
                engine.cancel(new Names(owner, cancel.revision()).coordinatorUri(), cancel.job()));
      }
    }
  }

  private Leftovers leftovers(Owner owner, Observation seen) {
    return new Leftovers(client, bucket, owner, seen.wished(), seen.revisions());
  }

  /** What comes after it rests on it: if it is not done, all of it is decided upon again. */
  private boolean isWritten(Effect.LeaveOut effect, Owner owner, Observation seen) {
    return bucket.leaveOut(
            owner.namespace(), stored(seen, effect.revision()).spec().state(), effect)
        instanceof Reading.Known<Integer>;
  }

  /** A refusal is remembered, since the engine keeps no record of it; silence needs no record. */
  private void note(String id, Answer answer) {
    switch (answer) {
      case Answer.Refused(EngineFailure failure) -> refusals.remember(id, failure);
      case Answer.Accepted accepted -> {}
      case Answer.Unanswered unanswered -> {}
    }
  }

  private static RevisionCluster cluster(Owner owner, Observation seen, int revision, int attempt) {
    return RevisionCluster.of(owner, revision, attempt, stored(seen, revision).spec());
  }

  private static Observation.StoredRevision stored(Observation seen, int revision) {
    return seen.revisions()
        .optional()
        .map(known -> known.get(revision))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "revision " + revision + " was planned with, but not seen"));
  }

  private static Optional<EffectiveSpec> spec(Observation seen, int revision) {
    return seen.revisions()
        .optional()
        .map(known -> known.get(revision))
        .map(Observation.StoredRevision::spec);
  }

  /** Who takes a jar; empty while the coordinators elect one. */
  private Optional<URI> leader(Names names, Observation seen) {
    return isHighlyAvailable(seen, names.revision())
        ? new Records(client).leaderUri(names)
        : Optional.of(names.coordinatorUri());
  }

  private static boolean isHighlyAvailable(Observation seen, int revision) {
    return spec(seen, revision).filter(EffectiveSpec::isHighlyAvailable).isPresent();
  }

  /** Before the engine would, as nobody's. */
  private void createRecord(Effect.Submit submit, Owner owner, Observation seen) {
    if (isHighlyAvailable(seen, submit.revision())) {
      submit
          .submission()
          .job()
          .ifPresent(
              job ->
                  createRecord(
                      EngineRecords.checkpoints(new Names(owner, submit.revision()), job.hex())));
    }
  }

  /** If the engine was first, it is nobody's, and as good. */
  private void createRecord(ConfigMap record) {
    try {
      client.resource(record).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private void createCoordinator(RevisionCluster cluster, Owner owner) {
    String root = create(cluster.configMap(), owner).getMetadata().getUid();
    cluster.leader().ifPresent(this::createRecord);
    cluster.rights(Component.COORDINATOR, root).forEach(right -> create(right, owner));
    create(cluster.service(root), owner);
    create(cluster.coordinator(root), owner);
    createBudget(cluster, Component.COORDINATOR, root, owner);
  }

  private void createWorkers(RevisionCluster cluster, Owner owner) {
    root(cluster, owner)
        .ifPresent(
            root -> {
              String uid = root.getMetadata().getUid();
              cluster.rights(Component.WORKER, uid).forEach(right -> create(right, owner));
              create(cluster.workers(uid), owner);
              createBudget(cluster, Component.WORKER, uid, owner);
            });
  }

  /** What owns the cluster's objects; empty if it is gone, or somebody else's. */
  private Optional<ConfigMap> root(RevisionCluster cluster, Owner owner) {
    return Optional.ofNullable(
            client
                .configMaps()
                .inNamespace(owner.namespace())
                .withName(cluster.names().configMap())
                .get())
        .filter(root -> Clusters.isOurs(root, cluster.names()));
  }

  /** Of a server that knows no such objects nothing is asked. */
  private void createBudget(
      RevisionCluster cluster, Component component, String root, Owner owner) {
    BUDGETS.stream()
        .filter(version -> cluster.budget(version, component, root).isPresent())
        .filter(version -> client.supports(version, "PodDisruptionBudget"))
        .findFirst()
        .flatMap(version -> cluster.budget(version, component, root))
        .ifPresent(budget -> create(budget, owner));
  }

  /** Creates an object, or returns the one that an earlier attempt at this has created. */
  private <T extends HasMetadata> T create(T object, Owner owner) {
    try {
      return client.resource(object).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      T there = client.resource(object).get();
      if (there == null || !Clusters.isOurs(there, new Names(owner, 1))) {
        throw new IllegalStateException(
            "%s %s/%s belongs to somebody else; it is left alone"
                .formatted(object.getKind(), owner.namespace(), object.getMetadata().getName()),
            e);
      }
      return there;
    }
  }

  /**
   * The budget first: who repeats this finds workers that are too few, and no budget is missing.
   */
  private void scaleWorkers(RevisionCluster cluster, int replicas, Owner owner) {
    root(cluster, owner)
        .ifPresent(
            root -> createBudget(cluster, Component.WORKER, root.getMetadata().getUid(), owner));
    client
        .apps()
        .statefulSets()
        .inNamespace(owner.namespace())
        .withName(cluster.names().worker())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"replicas\":%d}}".formatted(replicas));
  }

  private void storeScale(Names names, Effect.StoreScale store) {
    Scale scale = new Scale(store.replicas(), store.parallelism(), store.specHash());
    client
        .apps()
        .controllerRevisions()
        .inNamespace(names.owner().namespace())
        .withName(names.controllerRevision())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("metadata", Map.of("annotations", scale.annotation()))));
  }

  private void pointService(Owner owner, int revision) {
    client
        .resource(RevisionCluster.stableService(owner, revision))
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("streamjob-operator")
                .withForce(true)
                .build());
  }

  private void forget(Names names) {
    client
        .apps()
        .controllerRevisions()
        .inNamespace(names.owner().namespace())
        .withName(names.controllerRevision())
        .delete();
  }

  /**
   * Deletes the root; what it owns follows in the background, the default. Nothing is sent if it is
   * on its way already. The engine's own records go last: a process that misses them makes others.
   */
  private void delete(Names names, Optional<EffectiveSpec> spec) {
    ConfigMap root =
        client
            .configMaps()
            .inNamespace(names.owner().namespace())
            .withName(names.configMap())
            .get();
    if (root != null
        && root.getMetadata().getDeletionTimestamp() == null
        && Clusters.isOurs(root, names)) {
      client.resource(root).lockResourceVersion(root.getMetadata().getResourceVersion()).delete();
    }
    boolean records = spec.filter(known -> !known.isHighlyAvailable()).isEmpty();
    if (root == null && records && !hasPods(names)) {
      new Records(client).all(names).forEach(record -> client.resource(record).delete());
      spec.filter(EffectiveSpec::isHighlyAvailable)
          .map(EffectiveSpec::state)
          .ifPresent(
              state ->
                  bucket.delete(
                      names.owner().namespace(),
                      state,
                      JobFolder.of(names.owner(), state).highAvailability(names.revision())));
    }
  }

  private boolean hasPods(Names names) {
    return !client
        .pods()
        .inNamespace(names.owner().namespace())
        .withLabels(Labels.revisionSelector(names))
        .list()
        .getItems()
        .isEmpty();
  }
}
