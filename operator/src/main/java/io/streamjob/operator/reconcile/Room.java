package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.RevisionCluster;
import io.streamjob.operator.spec.EffectiveSpec;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the quotas of a namespace leave room for a second cluster of the same size. Quotas with
 * scopes are left out, and so is the room on nodes, which only the scheduler knows.
 */
record Room(KubernetesClient client) {
  /** Objects of a cluster besides its pods. */
  private static final List<String> OBJECTS =
      List.of(
          "configmaps",
          "count/configmaps",
          "services",
          "count/services",
          "count/deployments.apps",
          "count/statefulsets.apps");

  /** Of these three where the engine keeps records: who leads, and the job's checkpoints. */
  private static final List<String> RECORDS = List.of("configmaps", "count/configmaps");

  /** Then one each for coordinators and workers. */
  private static final List<String> RIGHTS =
      List.of(
          "count/serviceaccounts",
          "count/roles.rbac.authorization.k8s.io",
          "count/rolebindings.rbac.authorization.k8s.io");

  /** Known and empty: there is. */
  Reading<Optional<Obstacle>> look(Names names, EffectiveSpec spec) {
    try {
      Map<String, BigDecimal> demand = demand(names, spec);
      return Reading.known(
          client.resourceQuotas().inNamespace(names.owner().namespace()).list().getItems().stream()
              .sorted(Comparator.comparing(quota -> quota.getMetadata().getName()))
              .flatMap(quota -> tooTight(quota, demand).stream())
              .findFirst());
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not list the quotas");
    }
  }

  /** What the pods and objects of one more cluster take, by the names that quotas use. */
  static Map<String, BigDecimal> demand(Names names, EffectiveSpec spec) {
    RevisionCluster cluster = RevisionCluster.of(names.owner(), names.revision(), 1, spec);
    PodSpec coordinator = cluster.coordinator("").getSpec().getTemplate().getSpec();
    StatefulSetSpec workers = cluster.workers("").getSpec();
    PodSpec worker = workers.getTemplate().getSpec();
    Map<String, BigDecimal> demand = new TreeMap<>();
    OBJECTS.forEach(object -> demand.put(object, BigDecimal.ONE));
    if (spec.isHighlyAvailable()) {
      RECORDS.forEach(object -> demand.put(object, BigDecimal.valueOf(3)));
      RIGHTS.forEach(object -> demand.put(object, BigDecimal.TWO));
    }
    for (String pods : List.of("pods", "count/pods")) {
      demand.put(pods, BigDecimal.valueOf(spec.coordinators() + spec.replicas()));
    }
    BigDecimal replicas = BigDecimal.valueOf(spec.replicas());
    List<PersistentVolumeClaim> claims = workers.getVolumeClaimTemplates();
    for (String count : List.of("persistentvolumeclaims", "count/persistentvolumeclaims")) {
      demand.put(count, BigDecimal.valueOf(claims.size()).multiply(replicas));
    }
    demand.put(
        "requests.storage",
        claims.stream()
            .map(claim -> claim.getSpec().getResources().getRequests().get("storage"))
            .map(Quantity::getAmountInBytes)
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .multiply(replicas));
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      BigDecimal requests =
          all(resource, ResourceRequirements::getRequests, coordinator, worker, spec);
      demand.put(resource, requests);
      demand.put("requests." + resource, requests);
      demand.put(
          "limits." + resource,
          all(resource, ResourceRequirements::getLimits, coordinator, worker, spec));
    }
    return demand;
  }

  private static BigDecimal all(
      String resource,
      Function<ResourceRequirements, Map<String, Quantity>> kind,
      PodSpec coordinator,
      PodSpec worker,
      EffectiveSpec spec) {
    return of(coordinator, resource, kind)
        .multiply(BigDecimal.valueOf(spec.coordinators()))
        .add(of(worker, resource, kind).multiply(BigDecimal.valueOf(spec.replicas())));
  }

  /** Containers run together, and each init container alone before them. */
  private static BigDecimal of(
      PodSpec pod, String resource, Function<ResourceRequirements, Map<String, Quantity>> kind) {
    BigDecimal together =
        pod.getContainers().stream()
            .map(container -> of(container, resource, kind))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return Stream.concat(
            Stream.of(together),
            pod.getInitContainers().stream().map(container -> of(container, resource, kind)))
        .max(Comparator.naturalOrder())
        .orElse(together);
  }

  private static BigDecimal of(
      Container container,
      String resource,
      Function<ResourceRequirements, Map<String, Quantity>> kind) {
    return Optional.ofNullable(container.getResources())
        .map(kind)
        .map(resources -> resources.get(resource))
        .map(Quantity::getAmountInBytes)
        .orElse(BigDecimal.ZERO);
  }

  private static Optional<Obstacle> tooTight(ResourceQuota quota, Map<String, BigDecimal> demand) {
    boolean scoped =
        quota.getSpec() != null
            && (!quota.getSpec().getScopes().isEmpty()
                || quota.getSpec().getScopeSelector() != null);
    if (scoped || quota.getStatus() == null) {
      return Optional.empty();
    }
    Map<String, Quantity> hard =
        new TreeMap<>(requireNonNullElse(quota.getStatus().getHard(), Map.of()));
    Map<String, Quantity> used = requireNonNullElse(quota.getStatus().getUsed(), Map.of());
    return hard.entrySet().stream()
        // Who asks for nothing is let in also where others have more than their share.
        .filter(limit -> asked(demand, limit).signum() > 0)
        .filter(
            limit ->
                Quantity.getAmountInBytes(limit.getValue())
                        .subtract(
                            Optional.ofNullable(used.get(limit.getKey()))
                                .map(Quantity::getAmountInBytes)
                                .orElse(BigDecimal.ZERO))
                        .compareTo(asked(demand, limit))
                    < 0)
        .map(
            limit ->
                new Obstacle(
                    Reason.NoRoom,
                    "ResourceQuota %s: expected room for a second cluster beside the running one, which asks for %s=%s, found less of its %s free; next step: raise the quota, or set spec.upgrade.whenNoRoom or strategy to Cold"
                        .formatted(
                            quota.getMetadata().getName(),
                            limit.getKey(),
                            asked(demand, limit).stripTrailingZeros().toPlainString(),
                            limit.getValue())))
        .findFirst();
  }

  private static BigDecimal asked(Map<String, BigDecimal> demand, Map.Entry<String, ?> limit) {
    return demand.getOrDefault(limit.getKey(), BigDecimal.ZERO);
  }
}
