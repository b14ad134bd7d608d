package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.notFound;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointSpec;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.snapshots.Verification;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is decided about a StreamSavepoint is carried out on the object as it was written. */
class StreamSavepointReconcilerTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2030-03-01T00:00:00Z"), ZoneOffset.UTC);
  private static final String JOB_UID = "6f1ac5a8-6d7c-4a6e-8f5e-0d8c1f1f3a11";

  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client = ApiServers.client(API_SERVER);
    API_SERVER.stubFor(any(anyUrl()).willReturn(notFound()));
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void whatIsReadBackAndRemovedInOneLookIsRemovedInTheVersionThatWasWritten() {
    StreamSavepoint old = savepoint("old", "2030-01-01T00:00:00Z", "7");
    answer("streamjobs/orders", Serialization.asJson(job()));
    answer("streamjobs", list(job()));
    answer("controllerrevisions", list());
    answer("streamsavepoints", list(old, savepoint("newer", "2030-02-01T00:00:00Z", "6")));
    API_SERVER.stubFor(
        put(urlPathMatching(".*/streamsavepoints/old/status"))
            .willReturn(
                okJson(Serialization.asJson(savepoint("old", "2030-01-01T00:00:00Z", "8")))));
    API_SERVER.stubFor(
        delete(urlPathMatching(".*/streamsavepoints/old"))
            .willReturn(okJson(Serialization.asJson(old))));

    reconciler().reconcile(old, context());

    API_SERVER.verify(
        deleteRequestedFor(urlPathMatching(".*/streamsavepoints/old"))
            .withRequestBody(matchingJsonPath("$.preconditions[?(@.resourceVersion == '8')]")));
  }

  @SuppressWarnings("unchecked")
  private static Context<StreamSavepoint> context() {
    return port(Context.class, null);
  }

  private static void answer(String path, String body) {
    API_SERVER.stubFor(get(urlPathMatching(".*/shop/" + path)).willReturn(okJson(body)));
  }

  private static String list(HasMetadata... items) {
    return Stream.of(items)
        .map(Serialization::asJson)
        .collect(Collectors.joining(",", "{\"items\": [", "]}"));
  }

  private static StreamJob job() {
    StreamJob job = new StreamJob();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("orders")
            .withUid(JOB_UID)
            .withGeneration(1L)
            .build());
    job.setSpec(Wish.image("orders:1", 1).spec());
    return job;
  }

  /** Taken by the schedule, verified long ago, and to be removed since yesterday. */
  private static StreamSavepoint savepoint(String name, String takenAt, String version) {
    StreamSavepoint it = new StreamSavepoint();
    it.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName(name)
            .withUid("uid-of-" + name)
            .withResourceVersion(version)
            .withGeneration(1L)
            .withCreationTimestamp(takenAt)
            .build());
    it.setSpec(new StreamSavepointSpec("orders", "Scheduled", null, null, null));
    it.setStatus(
        Serialization.unmarshal(
            """
            {"phase": "Completed",
             "location": "s3://bucket/%1$s/savepoint-1", "directory": "s3://bucket/%1$s/",
             "storage": {"bucket": "bucket", "prefix": "", "region": "eu-central-1"},
             "jobUid": "%2$s", "takenAt": "%3$s", "verifiedAt": "%3$s",
             "expiresAt": "2030-02-28T00:00:00Z"}
            """
                .formatted(name, JOB_UID, takenAt),
            StreamSavepointStatus.class));
    return it;
  }

  private StreamSavepointReconciler reconciler() {
    Engine engine = port(Engine.class, null);
    Bucket bucket =
        new Bucket(client, port(Snapshots.class, Reading.known(new Verification.Whole(2, 2048))));
    Refusals refusals = new Refusals();
    return new StreamSavepointReconciler(
        client,
        new SavepointObserver(
            client,
            engine,
            bucket,
            new Background<>(Runnable::run, answer -> Duration.ofHours(1), CLOCK),
            new Observer(
                client, engine, bucket, refusals, new Upkeep(client, engine, bucket, CLOCK), CLOCK),
            refusals,
            CLOCK),
        new SavepointExecutor(client, engine, bucket, refusals),
        new Telemetry(client, new SimpleMeterRegistry()),
        SavepointLimits.DEFAULT);
  }

  /** A port that gives one answer, whatever it is asked. */
  private static <T> T port(Class<T> port, @Nullable Object answer) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (answer == null) {
                throw new IllegalStateException("nobody expected " + method.getName());
              }
              return answer;
            }));
  }
}
