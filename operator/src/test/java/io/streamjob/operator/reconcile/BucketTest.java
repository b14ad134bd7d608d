package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.snapshots.Storage;
import io.streamjob.operator.snapshots.StorageProbe;
import io.streamjob.operator.spec.EffectiveSpec;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The storage of a spec, as its secret and its answers have it. */
class BucketTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  @ParameterizedTest
  @CsvSource({
    "BUCKET_MISSING,      BucketMissing,      create the bucket or correct spec.state.storage",
    "CREDENTIALS_REFUSED, CredentialsRefused, correct the secret of spec.state.s3.credentials",
    "UNREACHABLE,         StorageUnreachable, correct spec.state.s3.endpoint or bring the storage back",
    "NOT_WRITABLE,        StorageNotWritable, allow writing below the prefix",
  })
  void whatTheProbeFoundBecomesAReasonAndANextStep(
      StorageProbe.Kind kind, Reason reason, String next) {
    assertThat(Bucket.obstacle(kind, "s3://orders/state at minio: no such bucket"))
        .isEqualTo(
            new Obstacle(reason, "s3://orders/state at minio: no such bucket; next step: " + next));
  }

  @Test
  void aSecretThatIsEditedInTheMiddleCountsAtTheNextLook() {
    secret(STARTED, "edited", "before");
    secret("edited", "edited", "after");
    List<Storage> asked = new ArrayList<>();
    try (KubernetesClient client = ApiServers.client(API_SERVER)) {
      Bucket bucket = new Bucket(client, answering(asked));

      bucket.verify("shop", STATE, "s3://orders/state/savepoint-1");
      bucket.verify("shop", STATE, "s3://orders/state/savepoint-1");
    }

    assertThat(asked)
        .extracting(storage -> storage.credentials().orElseThrow().secretAccessKey())
        .containsExactly("before", "after");
  }

  private static final EffectiveSpec.State STATE =
      new EffectiveSpec.State(
          "orders",
          "state",
          StateBackend.RocksDB,
          true,
          false,
          Optional.empty(),
          "us-east-1",
          false,
          Optional.of("orders-s3"));

  private static void secret(String state, String next, String secretKey) {
    API_SERVER.stubFor(
        get(urlPathEqualTo("/api/v1/namespaces/shop/secrets/orders-s3"))
            .inScenario("an edited secret")
            .whenScenarioStateIs(state)
            .willReturn(
                okJson(
                    """
                    {"apiVersion": "v1", "kind": "Secret",
                     "metadata": {"namespace": "shop", "name": "orders-s3"},
                     "data": {"AWS_ACCESS_KEY_ID": "%s", "AWS_SECRET_ACCESS_KEY": "%s"}}
                    """
                        .formatted(base64("orders"), base64(secretKey))))
            .willSetStateTo(next));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Snapshots answering(List<Storage> asked) {
    return (Snapshots)
        Proxy.newProxyInstance(
            Snapshots.class.getClassLoader(),
            new Class<?>[] {Snapshots.class},
            (proxy, method, arguments) -> {
              asked.add((Storage) arguments[0]);
              return Reading.absent();
            });
  }
}
