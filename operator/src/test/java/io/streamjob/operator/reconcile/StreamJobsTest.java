package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.StreamJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What lets a StreamJob go cannot be taken back. */
class StreamJobsTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

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
  void itIsLetGoOnlyAsItWasSeenAndNothingElseIsWritten() {
    API_SERVER.stubFor(patch(anyUrl()).willReturn(aResponse().withStatus(409)));

    assertThatCode(() -> StreamJobs.release(client, held()))
        .as("others win")
        .doesNotThrowAnyException();

    API_SERVER.verify(
        1,
        patchRequestedFor(anyUrl())
            .withRequestBody(
                equalToJson(
                    "{\"metadata\": {\"resourceVersion\": \"7\", \"finalizers\": [\"of/others\"]}}")));
  }

  @Test
  void whoMayNotLetItGoIsTold() {
    API_SERVER.stubFor(patch(anyUrl()).willReturn(aResponse().withStatus(403)));

    assertThatThrownBy(() -> StreamJobs.release(client, held()))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void whatIsNotHeldIsNotWritten() {
    StreamJob free = held();
    free.getMetadata().getFinalizers().remove(StreamJobs.FINALIZER);

    StreamJobs.release(client, free);

    API_SERVER.verify(0, patchRequestedFor(anyUrl()));
  }

  private static StreamJob held() {
    StreamJob job = new StreamJob();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("orders")
            .withUid("uid-1")
            .withResourceVersion("7")
            .withFinalizers("of/others", StreamJobs.FINALIZER)
            .build());
    return job;
  }
}
