package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.Slots;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.ClusterView.Trouble;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the objects, the pods and the coordinator of one revision; straight, past any cache. */
final class Clusters {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;

  Clusters(KubernetesClient client, Engine engine, Bucket bucket) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
  }

  /**
   * Looks at a cluster.
   *
   * @param spec of its revision; empty: that is not listed
   */
  ClusterView look(Names names, Optional<EffectiveSpec> spec) {
    return look(names, spec, engine.slots(names.coordinatorUri()));
  }

  /** Like {@link #look}, without asking the coordinator. */
  ClusterView lookAtPods(Names names, Optional<EffectiveSpec> spec) {
    return look(names, spec, Reading.unknown("the coordinator was not asked"));
  }

  private ClusterView look(Names names, Optional<EffectiveSpec> spec, Reading<Slots> slots) {
    Reading<List<ConfigMap>> records = records(names, spec);
    Reading<ClusterView.Pods> pods = pods(names, spec, records);
    return new ClusterView(objects(names, spec, records, pods), pods, slots);
  }

  /** What the engine has written down; nothing where it writes nothing. */
  private Reading<List<ConfigMap>> records(Names names, Optional<EffectiveSpec> spec) {
    if (spec.filter(known -> !known.isHighlyAvailable()).isPresent()) {
      return Reading.known(List.of());
    }
    try {
      return Reading.known(new Records(client).all(names));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell what the engine has written down");
    }
  }

  private Reading<ClusterView.Objects> objects(
      Names names,
      Optional<EffectiveSpec> spec,
      Reading<List<ConfigMap>> records,
      Reading<ClusterView.Pods> pods) {
    String namespace = names.owner().namespace();
    if (!(records instanceof Reading.Known<List<ConfigMap>>(List<ConfigMap> written))) {
      return Reading.unknown("the API server did not tell what the engine has written down");
    }
    try {
      HasMetadata root =
          client.configMaps().inNamespace(namespace).withName(names.configMap()).get();
      HasMetadata service =
          client.services().inNamespace(namespace).withName(names.coordinator()).get();
      Deployment coordinator = deployment(names);
      StatefulSet workers = statefulSet(names);
      if (Stream.of(root, service, coordinator, workers)
          .filter(Objects::nonNull)
          .anyMatch(object -> !isOurs(object, names))) {
        return Reading.unknown("objects of an earlier StreamJob of this name are still there");
      }
      boolean anything =
          Stream.of(root, service, coordinator, workers).anyMatch(Objects::nonNull)
              || !written.isEmpty();
      boolean pod = pods.optional().filter(seen -> seen.count() == 0).isEmpty();
      return (anything || pod ? Reading.known(anything) : isAnythingInTheBucket(names, spec))
          .map(
              some ->
                  new ClusterView.Objects(
                      root != null && service != null && coordinator != null,
                      workers != null,
                      some));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell which objects exist");
    }
  }

  private Reading<Boolean> isAnythingInTheBucket(Names names, Optional<EffectiveSpec> spec) {
    return spec.filter(EffectiveSpec::isHighlyAvailable)
        .map(
            known ->
                switch (bucket.anythingIn(
                    names.owner().namespace(),
                    known.state(),
                    JobFolder.of(names.owner(), known.state())
                        .highAvailability(names.revision()))) {
                  case Reading.Known<String> object -> Reading.known(true);
                  case Reading.Absent<String> empty -> Reading.known(false);
                  case Reading.Unknown<String>(String why) -> Reading.<Boolean>unknown(why);
                })
        .orElse(Reading.known(false));
  }

  private @Nullable Deployment deployment(Names names) {
    return client
        .apps()
        .deployments()
        .inNamespace(names.owner().namespace())
        .withName(names.coordinator())
        .get();
  }

  private @Nullable StatefulSet statefulSet(Names names) {
    return client
        .apps()
        .statefulSets()
        .inNamespace(names.owner().namespace())
        .withName(names.worker())
        .get();
  }

  /** How many workers there are to be. Absent: nobody has said so. */
  Reading<Integer> workers(Names names) {
    try {
      StatefulSet workers = statefulSet(names);
      return workers == null || !isOurs(workers, names)
          ? Reading.absent()
          : Reading.known(workers.getSpec().getReplicas());
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell how many workers there are to be");
    }
  }

  static boolean isOurs(HasMetadata object, Names names) {
    return object.getMetadata().getLabels() != null
        && names.owner().uid().equals(object.getMetadata().getLabels().get(Labels.UID));
  }

  private Reading<ClusterView.Pods> pods(
      Names names, Optional<EffectiveSpec> spec, Reading<List<ConfigMap>> records) {
    try {
      List<Pod> pods =
          client
              .pods()
              .inNamespace(names.owner().namespace())
              .withLabels(Labels.revisionSelector(names))
              .list()
              .getItems()
              .stream()
              // One that was evicted, say, is kept as an object, and none of its processes runs.
              .filter(pod -> !hasEnded(pod))
              .toList();
      List<Pod> coordinators =
          pods.stream()
              .filter(pod -> is(pod, Component.COORDINATOR))
              .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
              .toList();
      return Reading.known(
          new ClusterView.Pods(
              pods.size(),
              coordinator(names, spec, records, coordinators),
              Troubles.of(pods).or(() -> notCreated(names, pods))));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell which pods exist");
    }
  }

  /** With several of them, or one that is restarted in its pod, the engine tells which leads. */
  private static Optional<String> coordinator(
      Names names,
      Optional<EffectiveSpec> spec,
      Reading<List<ConfigMap>> records,
      List<Pod> coordinators) {
    if (spec.filter(EffectiveSpec::isHighlyAvailable).isPresent()) {
      return records.optional().flatMap(written -> Records.leader(names, written));
    }
    return coordinators.size() == 1
        ? Optional.of(coordinators.get(0).getMetadata().getUid())
        : Optional.empty();
  }

  /** A pod that may run for an earlier StreamJob of the name. */
  Reading<Optional<String>> earlierPod(Owner owner) {
    try {
      return Reading.known(
          client
              .pods()
              .inNamespace(owner.namespace())
              .withLabel(Labels.NAME, owner.name())
              .list()
              .getItems()
              .stream()
              .filter(pod -> !owner.uid().equals(pod.getMetadata().getLabels().get(Labels.UID)))
              .filter(pod -> !hasEnded(pod))
              .map(pod -> pod.getMetadata().getName())
              .min(Comparator.naturalOrder()));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell which pods exist");
    }
  }

  /**
   * Whether none of its processes runs, or will: it has ended as a whole, or it is being deleted
   * and the kubelet has seen all of its containers end. Until the object goes, the kubelet clears
   * up, which took from two seconds to fifty.
   */
  private static boolean hasEnded(Pod pod) {
    PodStatus status = pod.getStatus();
    return status != null
        && (ENDED.contains(requireNonNullElse(status.getPhase(), ""))
            || (pod.getMetadata().getDeletionTimestamp() != null && isStopped(pod, status)));
  }

  private static boolean isStopped(Pod pod, PodStatus status) {
    return !status.getContainerStatuses().isEmpty()
        && status.getContainerStatuses().size() == pod.getSpec().getContainers().size()
        && status.getContainerStatuses().stream()
            .allMatch(
                container ->
                    container.getState() != null && container.getState().getTerminated() != null);
  }

  /** Pods that ought to be there and are not: their maker says why. */
  private Optional<Trouble> notCreated(Names names, List<Pod> pods) {
    if (pods.stream().noneMatch(pod -> is(pod, Component.COORDINATOR))) {
      Deployment deployment = deployment(names);
      return deployment == null ? Optional.empty() : Troubles.of(deployment);
    }
    StatefulSet workers = statefulSet(names);
    long there = pods.stream().filter(pod -> is(pod, Component.WORKER)).count();
    if (workers == null || there >= workers.getSpec().getReplicas()) {
      return Optional.empty();
    }
    List<Event> events =
        client
            .v1()
            .events()
            .inNamespace(names.owner().namespace())
            .withField("involvedObject.uid", workers.getMetadata().getUid())
            .list()
            .getItems();
    return Troubles.ofStatefulSet(names.worker(), events);
  }

  private static boolean is(Pod pod, Component component) {
    return component.word().equals(pod.getMetadata().getLabels().get(Labels.COMPONENT));
  }
}
