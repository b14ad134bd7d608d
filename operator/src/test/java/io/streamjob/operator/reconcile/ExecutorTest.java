package io.streamjob.operator.reconcile;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapListBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.EngineRecords;
import io.streamjob.operator.resources.Names;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecParser;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done with the records that the engine keeps of a cluster. */
class ExecutorTest {
  @RegisterExtension
  static final WireMockExtension API_SERVER = WireMockExtension.newInstance().build();

  private static final String UID = "0a1b2c3d-1";
  private static final Names NAMES = new Names(new Owner("shop", "orders", UID), 1);
  private static final Subject SUBJECT = new Subject("shop", "orders", UID, 1);
  private static final String MAPS = "/api/v1/namespaces/shop/configmaps";

  private final List<String> calls = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client = ApiServers.client(API_SERVER);
    API_SERVER.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
    API_SERVER.stubFor(delete(anyUrl()).willReturn(okJson("{\"kind\": \"Status\"}")));
    ConfigMap leader = EngineRecords.checkpoints(NAMES, "0123");
    API_SERVER.stubFor(
        get(urlPathEqualTo(MAPS))
            .willReturn(
                okJson(
                    Serialization.asJson(new ConfigMapListBuilder().withItems(leader).build()))));
    pods();
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

  private void execute(String coordinator, Effect effect) {
    Engine engine =
        stub(
            Engine.class,
            (method, arguments) -> {
              calls.add(method);
              asked.add(arguments[0].toString());
              return new Answer.Accepted();
            });
    Snapshots snapshots =
        stub(
            Snapshots.class,
            (method, arguments) -> {
              calls.add(method + " " + arguments[1]);
              return Reading.known(1);
            });
    new Executor(client, engine, new Bucket(client, snapshots), new Refusals())
        .execute(job(), seen(coordinator), List.of(effect));
  }

  private interface Answers {
    Object to(String method, Object[] arguments);
  }

  private static <T> T stub(Class<T> port, Answers answers) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
  }

  private static StreamJob job() {
    StreamJob job = new StreamJob();
    job.setMetadata(
        new ObjectMetaBuilder().withNamespace("shop").withName("orders").withUid(UID).build());
    return job;
  }

  private static Observation seen(String coordinator) {
    StreamJobSpec spec =
        Serialization.unmarshal(
            """
            image: registry.example/orders:1
            job: {jar: "local:///opt/streamjob/job/orders.jar"}
            state: {storage: "s3://streams/team"}
            coordinator: {%s}
            """
                .formatted(coordinator),
            StreamJobSpec.class);
    Parsed parsed = SpecParser.parse(spec);
    if (!(parsed instanceof Parsed.Valid(EffectiveSpec valid))) {
      throw new AssertionError("no valid spec");
    }
    return new Observation(
        SUBJECT,
        parsed,
        "1",
        Requests.NONE,
        Observer.NOTHING_WRITTEN,
        Reading.known(Map.of(1, new Observation.StoredRevision(1, "1", valid))),
        Observation.Facts.NONE,
        Observation.Folders.NONE,
        "app=orders",
        Observation.Life.FREE,
        Instant.EPOCH);
  }

  private static final String ON = "highAvailability: Kubernetes";
  private static final Effect DELETE = new Effect.DeleteCluster(1);

  private static List<String> writes() {
    return API_SERVER.findAll(anyRequestedFor(urlPathMatching("/.*"))).stream()
        .filter(request -> !request.getMethod().getName().equals("GET"))
        .map(request -> request.getMethod() + " " + request.getUrl().replaceFirst("[?].*", ""))
        .toList();
  }

  @Test
  void recordsAndObjectsGoWhenNoPodIsLeft() {
    execute(ON, DELETE);

    assertThat(writes())
        .containsExactly("DELETE " + MAPS + "/" + NAMES.checkpointsConfigMap("0123"));
    assertThat(calls).containsExactly("delete s3://streams/team/shop/orders-0a1b2c3d/ha/r-1/");
  }

  @Test
  void whileAPodIsThereItsRecordsStay() {
    pods(
        new PodBuilder()
            .withNewMetadata()
            .withName("orders-1-coordinator-x")
            .endMetadata()
            .build());

    execute(ON, DELETE);

    assertThat(writes()).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void withoutHighAvailabilityThereAreNone() {
    execute("", DELETE);

    assertThat(writes()).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void theRecordOfAJobIsThereBeforeTheJobIsAndBelongsToTheStreamJob() {
    API_SERVER.stubFor(post(urlPathEqualTo(MAPS)).willReturn(aResponse().withStatus(409)));
    pods(coordinator("10.1.0.7"), coordinator("10.1.0.8"));
    leader("http://10.1.0.8:8081");

    execute(ON, submit());

    String record =
        API_SERVER.findAll(anyRequestedFor(urlPathEqualTo(MAPS))).get(0).getBodyAsString();
    assertThat(record)
        .contains(NAMES.checkpointsConfigMap(SUBJECT.job(1, 1).hex()))
        .contains("\"ownerReferences\":[")
        .contains("\"uid\":\"" + UID + "\"");
    assertThat(calls).containsExactly("submit");
    assertThat(asked).containsExactly("http://10.1.0.8:8081");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.9.9.9:8081", "http://10.1.0.8:80", "10.1.0.8", ""})
  void nothingIsSubmittedToWhoIsNoCoordinatorOfTheRevision(String address) {
    API_SERVER.stubFor(post(urlPathEqualTo(MAPS)).willReturn(aResponse().withStatus(409)));
    pods(coordinator("10.1.0.7"), coordinator("10.1.0.8"));
    leader(address);

    execute(ON, submit());

    assertThat(calls).isEmpty();
  }

  private static Pod coordinator(String ip) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("orders-1-coordinator-x")
        .endMetadata()
        .withNewStatus()
        .withPodIP(ip)
        .endStatus()
        .build();
  }

  private static void leader(String address) {
    ConfigMap record =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(NAMES.leaderConfigMap())
            .endMetadata()
            .addToData(EngineRecords.REST_ADDRESS, "5f2b7c1e," + address)
            .build();
    API_SERVER.stubFor(
        get(urlPathEqualTo(MAPS + "/" + NAMES.leaderConfigMap()))
            .willReturn(okJson(Serialization.asJson(record))));
  }

  @Test
  void withoutHighAvailabilityAJobHasNoRecord() {
    execute("", submit());

    assertThat(writes()).isEmpty();
    assertThat(calls).containsExactly("submit");
    assertThat(asked).containsExactly("http://orders-1-coordinator.shop.svc:8081");
  }

  private static Effect submit() {
    return new Effect.Submit(
        1,
        new Submission(
            SUBJECT.run(1, 1),
            Optional.of(SUBJECT.job(1, 1)),
            Submission.JOB_JAR,
            Optional.empty(),
            List.of(),
            1,
            Optional.empty(),
            Map.of()));
  }
}
