package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that another coordinator would bring back is neither over nor unknown. */
class RecordsTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final Names NAMES = new Names(new Owner("shop", "orders", "0a1b2c3d-1"), 1);
  private static final String KEY = EngineRecords.ofJob("0123456789abcdef0123456789abcdef");
  private static final Reading<String> TOLD = Reading.known("FINISHED");

  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client = ApiServers.client(API_SERVER);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static void answer(int status, Object body) {
    API_SERVER.stubFor(
        get(urlPathEqualTo(
                "/api/v1/namespaces/shop/configmaps/orders-1-0a1b2c3d-cluster-config-map"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "application/json")
                    .withBody(Serialization.asJson(body))));
  }

  private static ConfigMap leader(String annotation, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(NAMES.leaderConfigMap())
        .addToAnnotations(EngineRecords.LEADER, annotation)
        .endMetadata()
        .withData(data)
        .build();
  }

  @Test
  void whatIsRecordedWouldBeBroughtBack() {
    answer(200, leader("{}", Map.of(KEY, "rO0AB")));

    assertThat(new Records(client).unlessKept(NAMES, KEY, TOLD).isUnknown()).isTrue();
    assertThat(new Records(client).unlessKept(NAMES, KEY, Reading.absent()).isUnknown()).isTrue();
  }

  @Test
  void whatIsNotRecordedIsAsItsCoordinatorSays() {
    answer(200, leader("{}", Map.of(EngineRecords.ofJob("another"), "rO0AB")));

    assertThat(new Records(client).unlessKept(NAMES, KEY, TOLD)).isEqualTo(TOLD);
  }

  @Test
  void withoutAnyRecordItIsAsItsCoordinatorSays() {
    answer(404, Map.of("kind", "Status", "code", 404));

    assertThat(new Records(client).unlessKept(NAMES, KEY, TOLD)).isEqualTo(TOLD);
  }

  @Test
  void whileTheApiServerDoesNotTellNothingIsOver() {
    answer(500, Map.of("kind", "Status", "code", 500));

    assertThat(new Records(client).unlessKept(NAMES, KEY, TOLD).isUnknown()).isTrue();
  }

  @Test
  void theLeaderIsTheProcessThatHoldsTheLock() {
    assertThat(
            Records.leader(NAMES, List.of(leader("{\"holderIdentity\":\"5f2b7c1e\"}", Map.of()))))
        .contains("5f2b7c1e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"holderIdentity\":\"\"}", "{}", "", "not JSON"})
  void anythingElseNamesNobody(String annotation) {
    assertThat(Records.leader(NAMES, List.of(leader(annotation, Map.of())))).isEmpty();
  }

  @Test
  void theRecordOfAJobNamesNobody() {
    ConfigMap job = leader("{\"holderIdentity\":\"5f2b7c1e\"}", Map.of());
    job.getMetadata().setName(NAMES.checkpointsConfigMap("0123456789abcdef0123456789abcdef"));

    assertThat(Records.leader(NAMES, List.of(job))).isEmpty();
  }
}
