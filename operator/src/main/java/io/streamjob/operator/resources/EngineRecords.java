package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ConfigMaps in which the engine keeps what it needs to bring its jobs back. It would create
 * them itself, but as nobody's: created beforehand, they belong to the StreamJob and go with it.
 * While a revision is retired they outlive its pods, which would create anew what they miss.
 */
public final class EngineRecords {
  /** In the value of {@link Labels#COMPONENT}. */
  private static final String COMPONENT = "high-availability";

  /** Where the engine writes who leads; the format is that of Kubernetes' own elections. */
  public static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

  /** Key under which the leader writes {@code <session id>,<address>} of its REST interface. */
  public static final String REST_ADDRESS = "org.apache.flink.k8s.leader.restserver";

  /** Nobody, so that anybody may lead: the engine takes a record without this for none. */
  private static final String NOBODY =
      "{\"holderIdentity\":\"\",\"leaseDuration\":1.000000000,\"acquireTime\":\"1970-01-01T00:00:00.000000Z\",\"renewTime\":\"1970-01-01T00:00:00.000000Z\",\"leaderTransitions\":0}";

  private EngineRecords() {}

  /** Finds all records of a revision's cluster, created here or by the engine. */
  public static SortedMap<String, String> selector(Names names) {
    return new TreeMap<>(
        Map.of("app", names.highAvailability(), "type", "flink-native-kubernetes"));
  }

  /** Whether it is one of these records. */
  public static boolean is(ConfigMap map) {
    return map.getMetadata().getLabels() != null
        && COMPONENT.equals(map.getMetadata().getLabels().get(Labels.COMPONENT));
  }

  /** Key under which the engine keeps a job that it would bring back. */
  public static String ofJob(String jobId) {
    return "executionPlan-" + jobId;
  }

  /** Key under which the engine keeps a run of a main method that it would repeat. */
  public static String ofRun(String applicationId) {
    return "application-" + applicationId;
  }

  /** Who leads, and which jobs and runs there are. */
  static ConfigMap leader(Names names) {
    return record(names, names.leaderConfigMap())
        .editMetadata()
        .addToAnnotations(LEADER, NOBODY)
        .endMetadata()
        .build();
  }

  /** Which checkpoints a job has completed. */
  public static ConfigMap checkpoints(Names names, String jobId) {
    return record(names, names.checkpointsConfigMap(jobId)).build();
  }

  private static ConfigMapBuilder record(Names names, String name) {
    SortedMap<String, String> labels = Labels.revision(names);
    labels.putAll(selector(names));
    labels.put(Labels.COMPONENT, COMPONENT);
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(names.owner().namespace())
        .withName(name)
        .withLabels(labels)
        .withOwnerReferences(OwnerReferences.streamJob(names.owner()))
        .endMetadata();
  }
}
