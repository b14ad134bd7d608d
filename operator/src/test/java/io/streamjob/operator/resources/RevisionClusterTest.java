package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.Problem;
import io.streamjob.operator.spec.SpecParser;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From a StreamJob to the objects of a revision, compared with golden files. */
class RevisionClusterTest {
  private static final int REVISION = 7;
  private static final int ATTEMPT = 9;
  private static final String ROOT_UID = "a5d3c9f0-0000-4000-8000-00000000c0de";

  static Stream<GoldenFiles> goldenCases() {
    return GoldenFiles.cases("resources").stream();
  }

  @ParameterizedTest
  @MethodSource("goldenCases")
  void a_stream_job_becomes_the_objects_in_its_golden_files(GoldenFiles files) throws IOException {
    StreamJob job = job(files);
    List<Problem> problems = problems(job);

    Map<String, String> outputs = problems.isEmpty() ? objects(job) : sentences(problems);

    files.compare(outputs);
  }

  @ParameterizedTest
  @MethodSource("goldenCases")
  void every_pod_passes_the_restricted_profile(GoldenFiles files) throws IOException {
    StreamJob job = job(files);
    if (!problems(job).isEmpty()) {
      return;
    }
    RevisionCluster cluster = cluster(job);

    for (PodSpec pod :
        List.of(
            cluster.coordinator(ROOT_UID).getSpec().getTemplate().getSpec(),
            cluster.workers(ROOT_UID).getSpec().getTemplate().getSpec())) {
      assertRestricted(pod);
    }
  }

  @Test
  void there_are_golden_cases_with_and_without_problems() throws IOException {
    int withProblems = 0;
    for (GoldenFiles files : GoldenFiles.cases("resources")) {
      withProblems += problems(job(files)).isEmpty() ? 0 : 1;
    }

    assertThat(withProblems).isPositive().isLessThan(GoldenFiles.cases("resources").size());
  }

  @Test
  void deleting_the_config_map_deletes_the_cluster_and_nothing_else() throws IOException {
    StreamJob job = job(GoldenFiles.cases("resources").get(0));
    Owner owner = owner(job);

    RevisionCluster cluster = cluster(job);

    assertThat(cluster.configMap().getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getKind, OwnerReference::getUid, OwnerReference::getController)
        .containsExactly(tuple("StreamJob", owner.uid(), true));
    for (var object :
        List.of(
            cluster.service(ROOT_UID), cluster.coordinator(ROOT_UID), cluster.workers(ROOT_UID))) {
      assertThat(object.getMetadata().getOwnerReferences())
          .extracting(
              OwnerReference::getName,
              OwnerReference::getUid,
              OwnerReference::getBlockOwnerDeletion)
          .containsExactly(tuple(cluster.configMap().getMetadata().getName(), ROOT_UID, true));
    }
    assertThat(RevisionCluster.stableService(owner, REVISION).getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getKind)
        .containsExactly("StreamJob");
  }

  private static void assertRestricted(PodSpec pod) {
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isNotZero();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getHostNetwork()).isNotEqualTo(true);
    assertThat(pod.getHostPID()).isNotEqualTo(true);
    assertThat(pod.getHostIPC()).isNotEqualTo(true);
    assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() == null);
    List<Container> containers =
        Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream()).toList();
    assertThat(containers)
        .isNotEmpty()
        .allSatisfy(
            container -> {
              assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
              assertThat(container.getSecurityContext().getPrivileged()).isNotEqualTo(true);
              assertThat(container.getSecurityContext().getCapabilities().getDrop())
                  .containsExactly("ALL");
              assertThat(container.getPorts()).allMatch(port -> port.getHostPort() == null);
            });
    assertThat(pod.getContainers().getFirst().getSecurityContext().getReadOnlyRootFilesystem())
        .isTrue();
  }

  private static Map<String, String> objects(StreamJob job) {
    RevisionCluster cluster = cluster(job);
    Owner owner = owner(job);
    Map<String, Object> objects = new TreeMap<>();
    objects.put("out-ConfigMap.yaml", cluster.configMap());
    objects.put("out-Service.yaml", cluster.service(ROOT_UID));
    objects.put("out-Deployment-coordinator.yaml", cluster.coordinator(ROOT_UID));
    objects.put("out-StatefulSet-worker.yaml", cluster.workers(ROOT_UID));
    objects.put("out-Service-stable.yaml", RevisionCluster.stableService(owner, REVISION));
    objects.put(
        "out-ControllerRevision.yaml",
        new StoredRevision(REVISION, job.getSpec(), Optional.empty()).toObject(owner));
    cluster.leader().ifPresent(record -> objects.put("out-ConfigMap-leader.yaml", record));
    for (Component component : Component.values()) {
      cluster
          .budget("policy/v1", component, ROOT_UID)
          .ifPresent(
              budget ->
                  objects.put(
                      "out-PodDisruptionBudget-%s.yaml".formatted(component.word()), budget));
      for (HasMetadata right : cluster.rights(component, ROOT_UID)) {
        objects.put("out-%s-%s.yaml".formatted(right.getKind(), component.word()), right);
      }
    }
    return objects.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> Serialization.asYaml(entry.getValue()),
                (one, other) -> one,
                TreeMap::new));
  }

  private static Map<String, String> sentences(List<Problem> problems) {
    return Map.of(
        "out-problems.txt",
        problems.stream().map(problem -> problem.sentence() + "\n").collect(Collectors.joining()));
  }

  private static List<Problem> problems(StreamJob job) {
    return switch (SpecParser.parse(job.getSpec())) {
      case Parsed.Invalid(List<Problem> problems) -> problems;
      case Parsed.Valid valid -> RevisionCluster.problems(valid.spec());
    };
  }

  private static RevisionCluster cluster(StreamJob job) {
    return switch (SpecParser.parse(job.getSpec())) {
      case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
      case Parsed.Valid valid -> RevisionCluster.of(owner(job), REVISION, ATTEMPT, valid.spec());
    };
  }

  private static Owner owner(StreamJob job) {
    return new Owner(
        job.getMetadata().getNamespace(), job.getMetadata().getName(), job.getMetadata().getUid());
  }

  private static StreamJob job(GoldenFiles files) throws IOException {
    return Serialization.unmarshal(files.read("in-StreamJob.yaml"), StreamJob.class);
  }
}
