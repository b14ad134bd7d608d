package io.streamjob.operator.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.streamjob.operator.spec.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Merges the operator's parts into a user's pod template. Lists whose entries have a name (or a
 * mount path, or a port number) are merged by it. What the operator sets, the template must not.
 */
final class PodMerge {
  /** The container that runs the engine. */
  static final String CONTAINER = "streamjob";

  private final String field;
  private final List<Problem> problems = new ArrayList<>();
  private final Restricted restricted = new Restricted(problems);

  private PodMerge(String field) {
    this.field = field;
  }

  /** The merged template; only to be used if there is no problem. */
  record Merged(PodTemplateSpec template, List<Problem> problems) {
    public Merged {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Merges.
   *
   * @param field path of the template in the StreamJob, for messages
   * @param ours labels, containers and volumes; further fields are defaults
   */
  static Merged merge(String field, Optional<JsonNode> template, PodTemplateSpec ours) {
    PodMerge merge = new PodMerge(field);
    PodTemplateSpec theirs =
        template
            .flatMap(node -> StrictReader.read(field, node, PodTemplateSpec.class, merge.problems))
            .orElseGet(PodTemplateSpec::new);
    ObjectMeta metadata = merge.metadata(theirs.getMetadata(), ours.getMetadata());
    PodSpec given = theirs.getSpec() == null ? new PodSpec() : theirs.getSpec();
    PodSpec spec = merge.spec(given, ours.getSpec());
    return new Merged(
        new PodTemplateSpecBuilder().withMetadata(metadata).withSpec(spec).build(), merge.problems);
  }

  private ObjectMeta metadata(@Nullable ObjectMeta theirs, ObjectMeta ours) {
    ObjectMeta given = theirs == null ? new ObjectMeta() : theirs;
    Map<String, String> labels =
        new TreeMap<>(given.getLabels() == null ? Map.of() : given.getLabels());
    for (String label : labels.keySet()) {
      if (Labels.isOurs(label)) {
        problem(field + ".metadata.labels", "no label of the operator's", label);
      }
    }
    labels.putAll(ours.getLabels());
    return new ObjectMetaBuilder(given).withLabels(labels).build();
  }

  private PodSpec spec(PodSpec theirs, PodSpec ours) {
    String path = field + ".spec";
    restricted.require(path + ".restartPolicy", theirs.getRestartPolicy(), "Always");
    restricted.require(path + ".hostNetwork", theirs.getHostNetwork(), false);
    restricted.require(path + ".hostPID", theirs.getHostPID(), false);
    restricted.require(path + ".hostIPC", theirs.getHostIPC(), false);
    PodSpecBuilder builder =
        new PodSpecBuilder(theirs)
            .withSecurityContext(
                restricted.pod(path + ".securityContext", theirs.getSecurityContext()))
            .withContainers(
                concat(
                    own(path + ".containers", theirs.getContainers(), ours.getContainers()),
                    others(path + ".containers", theirs.getContainers(), CONTAINER)))
            .withInitContainers(
                initContainers(theirs.getInitContainers(), ours.getInitContainers()))
            .withImagePullSecrets(secrets(theirs, ours))
            .withVolumes(
                byKey(path + ".volumes", ours.getVolumes(), theirs.getVolumes(), Volume::getName));
    if (theirs.getAutomountServiceAccountToken() == null) {
      builder.withAutomountServiceAccountToken(ours.getAutomountServiceAccountToken());
    }
    if (theirs.getServiceAccountName() == null && theirs.getServiceAccount() == null) {
      builder.withServiceAccountName(ours.getServiceAccountName());
    }
    if (theirs.getEnableServiceLinks() == null) {
      builder.withEnableServiceLinks(ours.getEnableServiceLinks());
    }
    if (theirs.getTerminationGracePeriodSeconds() == null) {
      builder.withTerminationGracePeriodSeconds(ours.getTerminationGracePeriodSeconds());
    }
    return builder.build();
  }

  /** Each of ours, with what the template adds to the container of its name. */
  private List<Container> own(String path, List<Container> theirs, List<Container> ours) {
    return ours.stream()
        .map(
            own -> {
              List<Container> same =
                  theirs.stream().filter(other -> own.getName().equals(other.getName())).toList();
              if (same.size() > 1) {
                problem(path, "one container named " + own.getName(), "" + same.size());
              }
              return own(
                  "%s[%s].".formatted(path, own.getName()),
                  same.isEmpty() ? new Container() : same.getFirst(),
                  own);
            })
        .toList();
  }

  /** Ours come last: what the user's set up, such as whom to trust, is there for them. */
  private List<Container> initContainers(List<Container> theirs, List<Container> ours) {
    String path = field + ".spec.initContainers";
    String name = RevisionCluster.FETCHING_CONTAINER;
    List<Container> others = others(path, theirs, name);
    if (ours.isEmpty() && others.size() < theirs.size()) {
      problem(path, "none of the operator's name where no jar is fetched", name);
    }
    return concat(others, own(path, theirs, ours));
  }

  private List<Container> others(String path, List<Container> theirs, String ours) {
    return hardened(
        path, theirs.stream().filter(container -> !ours.equals(container.getName())).toList());
  }

  private List<Container> hardened(String path, List<Container> containers) {
    return containers.stream()
        .map(
            container ->
                new ContainerBuilder(container)
                    .withSecurityContext(
                        restricted.container(
                            path + "[" + container.getName() + "].securityContext",
                            container.getSecurityContext()))
                    .build())
        .toList();
  }

  private Container own(String path, Container theirs, Container ours) {
    refuse(path + "image", theirs.getImage(), "spec.image");
    refuse(path + "imagePullPolicy", theirs.getImagePullPolicy(), "spec.imagePullPolicy");
    refuse(path + "resources", theirs.getResources(), "resources next to podTemplate");
    String nowhere = "the operator sets it";
    refuse(path + "command", theirs.getCommand(), nowhere);
    refuse(path + "args", theirs.getArgs(), nowhere);
    refuse(path + "startupProbe", theirs.getStartupProbe(), nowhere);
    refuse(path + "readinessProbe", theirs.getReadinessProbe(), nowhere);
    refuse(path + "livenessProbe", theirs.getLivenessProbe(), nowhere);
    refuse(path + "restartPolicy", theirs.getRestartPolicy(), nowhere);
    String terminationMessages =
        theirs.getTerminationMessagePolicy() == null
            ? ours.getTerminationMessagePolicy()
            : theirs.getTerminationMessagePolicy();
    String ports = path + "ports";
    byKey(ports, ours.getPorts(), theirs.getPorts(), ContainerPort::getName);
    return new ContainerBuilder(theirs)
        .withName(ours.getName())
        .withImage(ours.getImage())
        .withImagePullPolicy(ours.getImagePullPolicy())
        .withCommand(ours.getCommand())
        .withArgs(ours.getArgs())
        .withResources(ours.getResources())
        .withTerminationMessagePolicy(terminationMessages)
        .withStartupProbe(ours.getStartupProbe())
        .withReadinessProbe(ours.getReadinessProbe())
        .withPorts(
            byKey(ports, ours.getPorts(), theirs.getPorts(), port -> "" + port.getContainerPort()))
        .withEnv(byKey(path + "env", ours.getEnv(), theirs.getEnv(), EnvVar::getName))
        .withVolumeMounts(
            byKey(
                path + "volumeMounts",
                ours.getVolumeMounts(),
                theirs.getVolumeMounts(),
                VolumeMount::getMountPath))
        .withSecurityContext(
            restricted.engine(path + "securityContext", theirs.getSecurityContext()))
        .build();
  }

  private void refuse(String path, @Nullable Object given, String instead) {
    if (given != null && !(given instanceof Collection<?> list && list.isEmpty())) {
      String found = given instanceof String text ? text : "something";
      problem(path, "nothing (" + instead + ")", found);
    }
  }

  /** Ours, then theirs; theirs must not use a key of ours. */
  private <T> List<T> byKey(String path, List<T> ours, List<T> theirs, Function<T, String> key) {
    Set<String> taken = ours.stream().map(key).collect(Collectors.toSet());
    for (T entry : theirs) {
      String found = key.apply(entry);
      if (taken.contains(found)) {
        problem(path, "no entry that the operator sets", found);
      }
    }
    return concat(ours, theirs);
  }

  private static List<LocalObjectReference> secrets(PodSpec theirs, PodSpec ours) {
    return concat(ours.getImagePullSecrets(), theirs.getImagePullSecrets()).stream()
        .distinct()
        .toList();
  }

  private static <T> List<T> concat(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private void problem(String path, String expected, String found) {
    problems.add(new Problem(path, expected, found));
  }
}
