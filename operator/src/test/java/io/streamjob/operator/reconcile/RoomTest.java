package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether quotas leave room for a second cluster. */
class RoomTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final Names NAMES = new Names(new Owner("shop", "orders", "0a1b2c3d-1"), 1);

  /** A coordinator of 1 CPU and 2 Gi, and three workers of 500m and 1 Gi with a sidecar. */
  private static final String SPEC =
      """
      image: registry.example/orders:1
      job: {jar: "local:///opt/streamjob/job/orders.jar"}
      state: {storage: "s3://streams/orders"}
      coordinator:
        resources: {requests: {cpu: "1", memory: 2Gi}, limits: {memory: 2Gi}}
      worker:
        replicas: 3
        resources: {requests: {cpu: 500m, memory: 1536Mi}, limits: {memory: 1536Mi}}
        podTemplate:
          spec:
            initContainers:
              - {name: fetch, image: fetch, resources: {requests: {cpu: "2"}}}
            containers:
              - {name: sidecar, image: proxy, resources: {requests: {cpu: 100m}}}
      """;

  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client = ApiServers.client(API_SERVER);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void aCoordinatorThatStandsByTakesAsMuchAsTheOther() {
    Map<String, BigDecimal> demand =
        Room.demand(
            NAMES,
            spec(
                SPEC.replace(
                    "coordinator:\n",
                    "coordinator:\n  highAvailability: Kubernetes\n  replicas: 2\n")));

    assertThat(demand.get("pods")).isEqualByComparingTo("5");
    assertThat(demand.get("requests.cpu")).isEqualByComparingTo("8");
    assertThat(demand.get("configmaps")).isEqualByComparingTo("3");
    assertThat(demand.get("count/roles.rbac.authorization.k8s.io")).isEqualByComparingTo("2");
  }

  @Test
  void aClusterTakesWhatItsPodsAskForTogether() {
    Map<String, BigDecimal> demand = Room.demand(NAMES, spec());

    assertThat(demand.get("pods")).isEqualByComparingTo("4");
    // An init container runs before the others, and asks for more than they do together.
    assertThat(demand.get("requests.cpu")).isEqualByComparingTo("7");
    assertThat(demand.get("cpu")).isEqualByComparingTo("7");
    assertThat(demand.get("requests.memory"))
        .isEqualByComparingTo(BigDecimal.valueOf((2048L + 3 * 1536L) << 20));
    assertThat(demand.get("limits.memory"))
        .isEqualByComparingTo(BigDecimal.valueOf((2048L + 3 * 1536L) << 20));
    assertThat(demand.get("count/deployments.apps")).isEqualByComparingTo("1");
  }

  @Test
  void eachWorkerTakesItsClaims() {
    Map<String, BigDecimal> demand =
        Room.demand(
            NAMES,
            spec(
                SPEC
                    + """
                        volumeClaimTemplates:
                          - metadata: {name: scratch}
                            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
                          - metadata: {name: models}
                            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                      """));

    assertThat(demand.get("persistentvolumeclaims")).isEqualByComparingTo("6");
    assertThat(demand.get("requests.storage")).isEqualByComparingTo(BigDecimal.valueOf(33L << 30));
  }

  @ParameterizedTest
  @CsvSource({
    "pods, 8, 4, true",
    "pods, 7, 4, false",
    "requests.cpu, 14, 7, true",
    "requests.cpu, 13999m, 7, false",
    "limits.memory, 20Gi, 13Gi, true",
    "limits.memory, 20Gi, 14Gi, false",
    "count/statefulsets.apps, 1, 1, false",
    "persistentvolumeclaims, 0, 0, true",
    "limits.cpu, 4, 5, true"
  })
  void aQuotaMustLeaveAsMuch(String resource, String hard, String used, boolean room) {
    quotas(
        """
        {"metadata": {"name": "small"}, "spec": {},
         "status": {"hard": {"%s": "%s"}, "used": {"%s": "%s"}}}
        """
            .formatted(resource, hard, resource, used));

    Reading<Optional<Obstacle>> answer = new Room(client).look(NAMES, spec());

    assertThat(answer.optional().orElseThrow().isEmpty()).isEqualTo(room);
    answer
        .optional()
        .orElseThrow()
        .ifPresent(
            obstacle -> {
              assertThat(obstacle.reason()).isEqualTo(Reason.NoRoom);
              assertThat(obstacle.message())
                  .contains("ResourceQuota small", resource + "=", "of its " + hard, "next step: ");
            });
  }

  @Test
  void aQuotaWithScopesAndOneThatNobodyHasCountedYetAreLeftOut() {
    quotas(
        """
        {"metadata": {"name": "a"}, "spec": {"scopes": ["BestEffort"]},
         "status": {"hard": {"pods": "0"}, "used": {"pods": "0"}}},
        {"metadata": {"name": "b"}, "spec": {"hard": {"pods": "0"}}}
        """);

    assertThat(new Room(client).look(NAMES, spec())).isEqualTo(Reading.known(Optional.empty()));
  }

  @Test
  void whereNobodyAnswersNobodyKnows() {
    API_SERVER.stubFor(
        get(urlPathEqualTo("/api/v1/namespaces/shop/resourcequotas"))
            .willReturn(aResponse().withStatus(403)));

    assertThat(new Room(client).look(NAMES, spec()).isUnknown()).isTrue();
  }

  private static void quotas(String items) {
    API_SERVER.stubFor(
        get(urlPathEqualTo("/api/v1/namespaces/shop/resourcequotas"))
            .willReturn(
                okJson(
                    "{\"apiVersion\": \"v1\", \"kind\": \"ResourceQuotaList\", \"items\": [%s]}"
                        .formatted(items))));
  }

  private static EffectiveSpec spec() {
    return spec(SPEC);
  }

  private static EffectiveSpec spec(String yaml) {
    return switch (SpecParser.parse(Serialization.unmarshal(yaml, StreamJobSpec.class))) {
      case Parsed.Valid(EffectiveSpec spec) -> spec;
      case Parsed.Invalid invalid -> throw new AssertionError(invalid.sentence());
    };
  }
}
