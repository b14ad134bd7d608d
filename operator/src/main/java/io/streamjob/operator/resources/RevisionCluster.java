package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The objects of one revision's own engine cluster. All are created once and never changed.
 *
 * <p>The ConfigMap is the root: the StreamJob owns it, and it owns the other three and the workers'
 * volume claims, so deleting it (with background propagation) deletes the whole cluster. Its uid is
 * known only once it has been created; that is why the others ask for it.
 */
public final class RevisionCluster {
  /** The init container of a coordinator that fetches the jar. */
  public static final String FETCHING_CONTAINER = "streamjob-fetch-jar";

  private final Names names;
  private final int attempt;
  private final EffectiveSpec spec;

  private RevisionCluster(Names names, int attempt, EffectiveSpec spec) {
    this.names = names;
    this.attempt = attempt;
    this.spec = spec;
  }

  /**
   * The cluster of a revision.
   *
   * @param attempt the attempt on whose behalf the objects are created
   * @param spec one without {@link #problems}
   */
  public static RevisionCluster of(Owner owner, int revision, int attempt, EffectiveSpec spec) {
    return new RevisionCluster(new Names(owner, revision), attempt, spec);
  }

  /** What in a spec keeps its objects from being made: memory, pod templates and claims. */
  public static List<Problem> problems(EffectiveSpec spec) {
    // The problems are the same for any name and number.
    Owner anybody = new Owner("any", "any", "00000000-0000");
    RevisionCluster cluster = of(anybody, 1, 1, spec);
    List<Problem> problems = new ArrayList<>();
    for (Component component : Component.values()) {
      switch (ProcessMemory.of(component, spec)) {
        case ProcessMemory.Impossible(Problem problem) -> problems.add(problem);
        case ProcessMemory.Divided memory -> {
          PodMerge.Merged merged = cluster.merged(component, memory);
          problems.addAll(merged.problems());
          if (component == Component.WORKER) {
            problems.addAll(cluster.claims(merged.template()).problems());
          }
        }
      }
    }
    return problems;
  }

  public Names names() {
    return names;
  }

  /** The root. */
  public ConfigMap configMap() {
    return new ConfigMapBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withNamespace(names.owner().namespace())
                .withName(names.configMap())
                .withLabels(Labels.cluster(names, attempt))
                .withOwnerReferences(OwnerReferences.streamJob(names.owner()))
                .build())
        .withImmutable(true)
        .withData(
            new TreeMap<>(
                Map.of(
                    "config.yaml",
                    EngineOptions.yaml(names, spec),
                    "log4j-console.properties",
                    LogConfig.LOG4J_PROPERTIES)))
        .build();
  }

  /** Who leads the cluster, for the engine to write; empty if it is not to bring jobs back. */
  public Optional<ConfigMap> leader() {
    return spec.isHighlyAvailable() ? Optional.of(EngineRecords.leader(names)) : Optional.empty();
  }

  /** What lets the pods of one kind use the API; none if they need not, or use another account. */
  public List<HasMetadata> rights(Component component, String rootUid) {
    String account = Pods.serviceAccount(names, component);
    return spec.isHighlyAvailable()
            && account.equals(template(component).getSpec().getServiceAccountName())
        ? Rights.of(names, component, metadata(account, component, rootUid))
        : List.of();
  }

  /**
   * Leads to the coordinator, also before it is ready: workers and the operator look for it while
   * it starts. It has an address of its own, so that its name is known before any pod is there; of
   * a headless one, resolvers would remember for a while that it does not exist.
   */
  public Service service(String rootUid) {
    return new ServiceBuilder()
        .withMetadata(metadata(names.coordinator(), Component.COORDINATOR, rootUid))
        .withNewSpec()
        .withType("ClusterIP")
        .withPublishNotReadyAddresses(true)
        .withSelector(Labels.podSelector(names, Component.COORDINATOR))
        .withPorts(
            servicePort("rest", Names.REST_PORT),
            servicePort("rpc", EngineOptions.RPC_PORT),
            servicePort("blob", EngineOptions.BLOB_PORT))
        .endSpec()
        .build();
  }

  /**
   * The coordinators: one, and never two at a time, unless the second only stands by. All of them
   * answer REST, the one that stands by for the one that leads.
   */
  public Deployment coordinator(String rootUid) {
    return new DeploymentBuilder()
        .withMetadata(metadata(names.coordinator(), Component.COORDINATOR, rootUid))
        .withNewSpec()
        .withReplicas(spec.coordinators())
        .withRevisionHistoryLimit(0)
        .withNewStrategy()
        .withType("Recreate")
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(Labels.podSelector(names, Component.COORDINATOR))
        .endSelector()
        .withTemplate(template(Component.COORDINATOR))
        .endSpec()
        .build();
  }

  /**
   * The workers, started side by side. The API wants a governing Service to be named; the names it
   * would give to the pods are not used.
   */
  public StatefulSet workers(String rootUid) {
    PodTemplateSpec template = template(Component.WORKER);
    return new StatefulSetBuilder()
        .withMetadata(metadata(names.worker(), Component.WORKER, rootUid))
        .withNewSpec()
        .withReplicas(spec.replicas())
        .withRevisionHistoryLimit(0)
        .withPodManagementPolicy("Parallel")
        .withServiceName(names.coordinator())
        .withNewSelector()
        .withMatchLabels(Labels.podSelector(names, Component.WORKER))
        .endSelector()
        .withTemplate(template)
        .withVolumeClaimTemplates(
            claims(template).templates().stream().map(claim -> owned(claim, rootUid)).toList())
        .endSpec()
        .build();
  }

  /**
   * Keeps a drain from taking several pods of one kind at a time; empty if there is only one, which
   * a drain is free to take.
   *
   * @param apiVersion one that the server has; {@code policy/v1} and {@code policy/v1beta1} are
   *     alike in all that is said here
   */
  public Optional<HasMetadata> budget(String apiVersion, Component component, String rootUid) {
    boolean several =
        switch (component) {
          case COORDINATOR -> spec.coordinators() > 1;
          case WORKER -> spec.replicas() > 1;
        };
    return several
        ? Optional.of(
            new GenericKubernetesResourceBuilder()
                .withApiVersion(apiVersion)
                .withKind("PodDisruptionBudget")
                .withMetadata(metadata(Pods.serviceAccount(names, component), component, rootUid))
                .addToAdditionalProperties(
                    "spec",
                    new TreeMap<>(
                        Map.of(
                            "maxUnavailable",
                            1,
                            "selector",
                            Map.of("matchLabels", Labels.podSelector(names, component)))))
                .build())
        : Optional.empty();
  }

  private VolumeClaims.Read claims(PodTemplateSpec template) {
    return VolumeClaims.read(
        Component.WORKER.field() + ".volumeClaimTemplates",
        spec.worker().claims(),
        template.getSpec().getVolumes().stream().map(Volume::getName).toList());
  }

  private PersistentVolumeClaim owned(PersistentVolumeClaim claim, String rootUid) {
    return VolumeClaims.of(
        claim,
        Labels.component(names, attempt, Component.WORKER),
        OwnerReferences.looseRoot(names.configMap(), rootUid));
  }

  /** The Service that people and dashboards use; the StreamJob owns it, its selector moves on. */
  public static Service stableService(Owner owner, int revision) {
    Names names = new Names(owner, revision);
    return new ServiceBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(names.stableService())
                .withLabels(Labels.job(owner))
                .withOwnerReferences(OwnerReferences.streamJob(owner))
                .build())
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(Labels.podSelector(names, Component.COORDINATOR))
        .withPorts(servicePort("rest", Names.REST_PORT))
        .endSpec()
        .build();
  }

  private PodTemplateSpec template(Component component) {
    ProcessMemory memory = ProcessMemory.of(component, spec);
    PodMerge.Merged merged =
        switch (memory) {
          case ProcessMemory.Impossible(Problem problem) ->
              throw new IllegalStateException("not checked before: " + problem.sentence());
          case ProcessMemory.Divided divided -> merged(component, divided);
        };
    if (!merged.problems().isEmpty()) {
      throw new IllegalStateException(
          "not checked before: "
              + merged.problems().stream()
                  .map(Problem::sentence)
                  .collect(Collectors.joining("; ")));
    }
    return merged.template();
  }

  private PodMerge.Merged merged(Component component, ProcessMemory.Divided memory) {
    EffectiveSpec.Pod pod =
        switch (component) {
          case COORDINATOR -> spec.coordinator();
          case WORKER -> spec.worker();
        };
    return PodMerge.merge(
        component.field() + ".podTemplate",
        pod.template(),
        new Pods(names, attempt, spec).template(component, memory));
  }

  private ObjectMeta metadata(String name, Component component, String rootUid) {
    OwnerReference root = OwnerReferences.root(names.configMap(), rootUid);
    return new ObjectMetaBuilder()
        .withNamespace(names.owner().namespace())
        .withName(name)
        .withLabels(Labels.component(names, attempt, component))
        .withOwnerReferences(root)
        .build();
  }

  private static ServicePort servicePort(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(number)
        // Said aloud: it is part of the key that server-side apply merges ports by (before 1.21).
        .withProtocol("TCP")
        .withTargetPort(new IntOrString(name))
        .build();
  }
}
