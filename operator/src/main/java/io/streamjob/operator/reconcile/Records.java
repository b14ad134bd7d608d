package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Component;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@link EngineRecords} of a revision's cluster as they are. */
record Records(KubernetesClient client) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * All of them.
   *
   * @throws KubernetesClientException if the API server could not be asked
   */
  List<ConfigMap> all(Names names) {
    return client
        .configMaps()
        .inNamespace(names.owner().namespace())
        .withLabels(EngineRecords.selector(names))
        .list()
        .getItems();
  }

  /** The process that leads the cluster, by the name that it has given itself; empty: none does. */
  static Optional<String> leader(Names names, List<ConfigMap> records) {
    return records.stream()
        .filter(map -> map.getMetadata().getName().equals(names.leaderConfigMap()))
        .map(
            map -> requireNonNullElse(map.getMetadata().getAnnotations(), Map.<String, String>of()))
        .flatMap(annotations -> Optional.ofNullable(annotations.get(EngineRecords.LEADER)).stream())
        .map(Records::holder)
        .filter(holder -> !holder.isEmpty())
        .findFirst();
  }

  private static String holder(String record) {
    try {
      return JSON.readTree(record).path("holderIdentity").asText();
    } catch (JsonProcessingException e) {
      // Not written by the engine: it names nobody.
      return "";
    }
  }

  /**
   * Where the process that leads is reached by itself. Behind the Service one may answer that
   * stands by, and that cannot hand a jar over: Flink 2.3 has it look for the leader's blob server
   * by the name of a pod, which nobody resolves. The record may have been written by anybody: an
   * address is believed if a coordinator of the revision has it. Empty: none leads.
   *
   * @throws KubernetesClientException if the API server could not be asked
   */
  Optional<URI> leaderUri(Names names) {
    return Optional.ofNullable(ofLeader(names).get(EngineRecords.REST_ADDRESS))
        .flatMap(
            address ->
                client
                    .pods()
                    .inNamespace(names.owner().namespace())
                    .withLabels(Labels.podSelector(names, Component.COORDINATOR))
                    .list()
                    .getItems()
                    .stream()
                    .flatMap(pod -> Optional.ofNullable(pod.getStatus()).stream())
                    .flatMap(status -> Optional.ofNullable(status.getPodIP()).stream())
                    .map(Names::restUri)
                    .filter(uri -> address.endsWith("," + uri))
                    .findFirst());
  }

  /**
   * What a coordinator told of a job or run that is over, or that it does not know: not known while
   * a record would have another coordinator bring that back. Asked after the coordinator, this
   * proves that none will.
   */
  <T> Reading<T> unlessKept(Names names, String key, Reading<T> told) {
    try {
      return ofLeader(names).containsKey(key)
          ? Reading.unknown("its coordinator would bring it back: " + key)
          : told;
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell whether it would be brought back");
    }
  }

  /** What the leader has written of itself, and of jobs and runs. */
  private Map<String, String> ofLeader(Names names) {
    return Optional.ofNullable(
            client
                .configMaps()
                .inNamespace(names.owner().namespace())
                .withName(names.leaderConfigMap())
                .get())
        .map(ConfigMap::getData)
        .orElse(Map.of());
  }
}
