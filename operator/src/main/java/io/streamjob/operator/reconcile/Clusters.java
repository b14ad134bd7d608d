package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.plan.ClusterView.Trouble;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
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

  Clusters(KubernetesClient client, Engine engine) {
    this.client = client;
    this.engine = engine;
  }

  ClusterView look(Names names) {
    return new ClusterView(objects(names), pods(names), engine.slots(names.coordinatorUri()));
  }

  /** Like {@link #look}, without asking the coordinator. */
  ClusterView lookAtPods(Names names) {
    return new ClusterView(
        objects(names), pods(names), Reading.unknown("the coordinator was not asked"));
  }

  private Reading<ClusterView.Objects> objects(Names names) {
    String namespace = names.owner().namespace();
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
      return Reading.known(
          new ClusterView.Objects(
              root != null && service != null && coordinator != null,
              workers != null,
              root != null || service != null || coordinator != null || workers != null));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell which objects exist");
    }
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

  static boolean isOurs(HasMetadata object, Names names) {
    return object.getMetadata().getLabels() != null
        && names.owner().uid().equals(object.getMetadata().getLabels().get(Labels.UID));
  }

  private Reading<ClusterView.Pods> pods(Names names) {
    try {
      List<Pod> pods =
          client
              .pods()
              .inNamespace(names.owner().namespace())
              .withLabels(Labels.revisionSelector(names))
              .list()
              .getItems();
      List<Pod> coordinators =
          pods.stream()
              .filter(pod -> is(pod, Component.COORDINATOR))
              .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
              .toList();
      return Reading.known(
          new ClusterView.Pods(
              pods.size(),
              coordinators.size() == 1
                  ? Optional.of(coordinators.get(0).getMetadata().getUid())
                  : Optional.empty(),
              Troubles.of(pods).or(() -> notCreated(names, pods))));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell which pods exist");
    }
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

  private static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null
        && ENDED.contains(requireNonNullElse(pod.getStatus().getPhase(), ""));
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
