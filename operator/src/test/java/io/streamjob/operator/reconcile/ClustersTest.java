package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapListBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.ClusterView;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.Labels;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a cluster, and who coordinates it, where the engine keeps records. */
class ClustersTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final Names NAMES = new Names(new Owner("shop", "orders", "0a1b2c3d-1"), 1);
  private static final String LEADER = "5f2b7c1e-0000";

  private Reading<String> object = Reading.absent();
  private KubernetesClient client;

  @BeforeEach
  void nothingIsThere() {
    client = ApiServers.client(API_SERVER);
    API_SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
    pods();
    records();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static void pods(Pod... pods) {
    API_SERVER.stubFor(
        get(urlPathEqualTo("/api/v1/namespaces/shop/pods"))
            .willReturn(
                okJson(Serialization.asJson(new PodListBuilder().withItems(pods).build()))));
  }

  private static void records(ConfigMap... records) {
    API_SERVER.stubFor(
        get(urlPathEqualTo("/api/v1/namespaces/shop/configmaps"))
            .withQueryParam(
                "labelSelector", equalTo("app=orders-1-0a1b2c3d,type=flink-native-kubernetes"))
            .willReturn(
                okJson(
                    Serialization.asJson(new ConfigMapListBuilder().withItems(records).build()))));
  }

  private static Pod coordinator(String uid) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(uid)
        .withUid(uid)
        .addToLabels(Labels.COMPONENT, "coordinator")
        .endMetadata()
        .build();
  }

  private static ConfigMap leader(String holder) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(NAMES.leaderConfigMap())
        .addToAnnotations(EngineRecords.LEADER, "{\"holderIdentity\":\"" + holder + "\"}")
        .endMetadata()
        .build();
  }

  private ClusterView look(String coordinator) {
    Snapshots snapshots =
        stub(
            Snapshots.class,
            (method) -> {
              assertThat(method).isEqualTo("anythingIn");
              return object;
            });
    Engine engine = stub(Engine.class, method -> Reading.unknown("not asked"));
    return new Clusters(client, engine, new Bucket(client, snapshots))
        .lookAtPods(NAMES, Optional.of(spec(coordinator)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{phase: Failed} | true | 0",
        "{phase: Running, containerStatuses: [{state: {terminated: {exitCode: 143}}}]} | true | 0",
        "{phase: Running, containerStatuses: [{state: {terminated: {exitCode: 143}}}]} | false | 1",
        "{phase: Running, containerStatuses: [{state: {running: {}}}]} | true | 1",
        "{phase: Running, containerStatuses: [{}]} | true | 1",
        "{phase: Pending, containerStatuses: [{state: {waiting: {}}}]} | true | 1",
        "{phase: Pending} | true | 1",
      })
  void aPodIsThereForAsLongAsAProcessOfItMayRun(String status, boolean deleted, int there) {
    PodBuilder pod =
        new PodBuilder(coordinator("a"))
            .editMetadata()
            .withCreationTimestamp("2030-01-01T00:00:00Z")
            .endMetadata()
            .withStatus(Serialization.unmarshal("status: " + status, Pod.class).getStatus())
            .withNewSpec()
            .addNewContainer()
            .endContainer()
            .endSpec();
    if (deleted) {
      pod.editMetadata().withDeletionTimestamp("2030-01-01T00:00:00Z").endMetadata();
    }
    pods(pod.build());

    assertThat(look("{}").pods().optional().map(ClusterView.Pods::count)).contains(there);
  }

  @Test
  void aSidecarThatHasNotEndedMayBeTheOneThatCounts() {
    pods(
        new PodBuilder(coordinator("a"))
            .editMetadata()
            .withDeletionTimestamp("2030-01-01T00:00:00Z")
            .endMetadata()
            .withStatus(
                Serialization.unmarshal(
                        "status: {containerStatuses: [{state: {terminated: {exitCode: 0}}}]}",
                        Pod.class)
                    .getStatus())
            .withNewSpec()
            .addNewContainer()
            .endContainer()
            .addNewContainer()
            .endContainer()
            .endSpec()
            .build());

    assertThat(look("{}").pods().optional().map(ClusterView.Pods::count)).contains(1);
  }

  private interface Answers {
    Object to(String method);
  }

  private static <T> T stub(Class<T> port, Answers answers) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> answers.to(method.getName())));
  }

  private static EffectiveSpec spec(String coordinator) {
    StreamJobSpec spec =
        Serialization.unmarshal(
            """
            image: registry.example/orders:1
            job: {jar: "local:///opt/streamjob/job/orders.jar"}
            state: {storage: "s3://streams/orders"}
            coordinator: {%s}
            """
                .formatted(coordinator),
            StreamJobSpec.class);
    return switch (SpecParser.parse(spec)) {
      case Parsed.Valid(EffectiveSpec valid) -> valid;
      case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
    };
  }

  private static final String ON = "highAvailability: Kubernetes";

  private static Optional<Boolean> anything(ClusterView view) {
    return view.objects().optional().map(ClusterView.Objects::anything);
  }

  private static Optional<String> coordinator(ClusterView view) {
    return view.pods().optional().flatMap(ClusterView.Pods::coordinatorUid);
  }

  @Test
  void aClusterIsGoneWhenNeitherRecordNorObjectIsLeft() {
    assertThat(anything(look(ON))).contains(false);

    object = Reading.known("ha/r-1/blob");
    assertThat(anything(look(ON))).contains(true);

    object = Reading.unknown("no answer");
    assertThat(anything(look(ON))).isEmpty();

    object = Reading.absent();
    records(leader(""));
    assertThat(anything(look(ON))).contains(true);
  }

  @Test
  void whileAPodIsThereTheBucketIsNotAsked() {
    object = Reading.unknown("no answer");
    pods(coordinator("pod-1"));

    assertThat(anything(look(ON))).contains(false);
  }

  @Test
  void withoutHighAvailabilityNobodyAsksForRecords() {
    object = Reading.unknown("no answer");
    records(leader(LEADER));

    assertThat(anything(look(""))).contains(false);
  }

  @Test
  void theCoordinatorIsTheProcessThatLeads() {
    pods(coordinator("pod-1"), coordinator("pod-2"));
    records(leader(LEADER));
    assertThat(coordinator(look(ON))).contains(LEADER);

    records(leader(""));
    assertThat(coordinator(look(ON))).isEmpty();
  }

  @Test
  void withoutHighAvailabilityItIsTheOnlyPod() {
    pods(coordinator("pod-1"));
    assertThat(coordinator(look(""))).contains("pod-1");

    pods(coordinator("pod-1"), coordinator("pod-2"));
    assertThat(coordinator(look(""))).isEmpty();
  }
}
