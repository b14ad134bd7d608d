package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.fixtures.Wish;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.snapshots.Snapshots;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a look at one StreamJob runs into, the operator lives on and looks again. */
class StreamJobReconcilerTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
  private static final long LATER = Limits.DEFAULT.lookLater().toMillis();

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client = ApiServers.client(API_SERVER);
    API_SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void anErrorIsCountedAndTheJobIsLookedAtAgain() {
    StreamJobReconciler reconciler =
        reconciler(
            (proxy, method, arguments) -> {
              throw new StackOverflowError("in the depth of an adapter");
            });

    UpdateControl<StreamJob> control = reconciler.reconcile(job(RUNNING), context());

    assertThat(control.getScheduleDelay()).hasValue(LATER);
    assertThat(failures()).isEqualTo(1);
    assertThat(writes()).isEmpty();
  }

  @Test
  void aJournalOfANewerOperatorIsLeftAlone() {
    StreamJobReconciler reconciler = reconciler(nobody());

    UpdateControl<StreamJob> control =
        reconciler.reconcile(
            job(
                """
                {"current": {"number": 1, "specHash": "1", "image": "orders:1"},
                 "rollout": {"attempt": 2, "strategy": "Canary", "step": "Shifting",
                             "startedAt": "2030-01-01T00:00:00Z"}}
                """),
            context());

    assertThat(control.getScheduleDelay()).hasValue(LATER);
    assertThat(failures()).isEqualTo(1);
    assertThat(writes()).isEmpty();
  }

  @Test
  void whatMayNotBeWrittenIsNotToldEither() {
    API_SERVER.stubFor(
        put(urlPathMatching(".*/streamjobs/orders/status"))
            .willReturn(
                aResponse()
                    .withStatus(403)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"kind": "Status", "apiVersion": "v1", "status": "Failure",
                         "reason": "Forbidden", "code": 403, "message": "no right to do that"}
                        """)));
    StreamJobReconciler reconciler = reconciler(nobody());

    UpdateControl<StreamJob> control = reconciler.reconcile(broken(job("{}")), context());

    assertThat(control.getScheduleDelay()).hasValue(LATER);
    assertThat(failures()).isEqualTo(1);
    assertThat(writes()).isNotEmpty().allMatch(write -> write.endsWith("/status"));
  }

  private static final String RUNNING =
      """
      {"current": {"number": 1, "specHash": "1", "image": "orders:1"},
       "job": {"id": "0123456789abcdef0123456789abcdef", "state": "RUNNING"}}
      """;

  private static StreamJob job(String status) {
    StreamJobSpec spec = Wish.image("orders:1", 1).spec();
    StreamJob job = new StreamJob();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("orders")
            .withUid("6f1ac5a8-6d7c-4a6e-8f5e-0d8c1f1f3a11")
            .withResourceVersion("7")
            .withGeneration(1L)
            .build());
    job.setSpec(spec);
    job.setStatus(Serialization.unmarshal(status, StreamJobStatus.class));
    return job;
  }

  /** Its spec is invalid: that is what would be written, and told by an Event. */
  private static StreamJob broken(StreamJob job) {
    job.setSpec(Wish.image("orders:1", 1).invalid().spec());
    return job;
  }

  private StreamJobReconciler reconciler(InvocationHandler engine) {
    Engine asked = port(Engine.class, engine);
    Bucket bucket = new Bucket(client, port(Snapshots.class, nobody()));
    Refusals refusals = new Refusals();
    return new StreamJobReconciler(
        client,
        asked,
        bucket,
        new Observer(
            client,
            asked,
            bucket,
            refusals,
            new Upkeep(client, asked, bucket, Clock.systemUTC()),
            Clock.systemUTC()),
        refusals,
        new Telemetry(client, metrics),
        Limits.DEFAULT,
        Clock.systemUTC());
  }

  /** A port that answers to nothing that these tests ask. */
  private static InvocationHandler nobody() {
    return (proxy, method, arguments) -> {
      throw new IllegalStateException("nobody expected " + method.getName());
    };
  }

  @SuppressWarnings("unchecked")
  private static Context<StreamJob> context() {
    // No StreamSavepoint waits, and the object is still there.
    return port(
        Context.class,
        (proxy, method, arguments) ->
            method.getReturnType() == boolean.class ? (Object) false : Stream.empty());
  }

  private static <T> T port(Class<T> port, InvocationHandler answers) {
    return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, answers));
  }

  private double failures() {
    return metrics.counter("streamjob.reconcile.failures").count();
  }

  private static List<String> writes() {
    return Stream.of(API_SERVER.getAllServeEvents())
        .flatMap(List::stream)
        .map(event -> event.getRequest())
        .filter(request -> !READS.contains(request.getMethod().getName()))
        .map(request -> request.getUrl())
        .toList();
  }
}
