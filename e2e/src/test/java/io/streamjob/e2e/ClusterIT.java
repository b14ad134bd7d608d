package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.Images;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every other scenario takes for granted about the cluster and the object store. */
class ClusterIT {
  private static final String NAMESPACE = "cluster-it";
  private static final String BUCKET = "cluster-it";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String WEB =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: cluster-it}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: cluster-it}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            terminationGracePeriodSeconds: 0
            containers:
            - name: web
              image: streamjob/s3store:dev
              imagePullPolicy: IfNotPresent
              command: [jwebserver, -b, 0.0.0.0, -p, "8080", -d, /etc]
              readinessProbe: {httpGet: {path: /hostname, port: 8080}, periodSeconds: 1}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: cluster-it}
      spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: visitor, namespace: cluster-it}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 0
        containers:
        - name: visitor
          image: streamjob/s3store:dev
          imagePullPolicy: IfNotPresent
          command: [sleep, "600"]
      """;

  private static Cluster cluster;
  private static ObjectStore store;

  @BeforeAll
  static void startCluster() {
    cluster = Cluster.start();
    store = ObjectStore.install(cluster);
    store.createBucket(BUCKET);
  }

  @AfterAll
  static void leaveNothing() {
    store.delete(BUCKET, "");
    store.close();
    cluster.kubectl().deleteNamespace(NAMESPACE);
  }

  @Test
  void aServiceIsReachedByItsNameFromAnotherPod() {
    Kubectl kubectl = cluster.kubectl();
    kubectl.apply(WEB);
    kubectl.awaitRollout(NAMESPACE, "web", LIMIT);
    kubectl.run("-n", NAMESPACE, "wait", "--for=condition=Ready", "pod/visitor", "--timeout=20s");

    String answer =
        kubectl.run(
            "-n",
            NAMESPACE,
            "exec",
            "visitor",
            "--",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/web/80; printf 'GET /hostname HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3");

    assertThat(answer).contains("200 OK").containsPattern("\\nweb-[a-z0-9]+-[a-z0-9]+$");
  }

  @Test
  void theObjectStoreReturnsWhatWasPut() {
    byte[] content = {1, 2, 3};

    store.put(BUCKET, "small/one", content);

    assertThat(store.get(BUCKET, "small/one")).isEqualTo(content);
    assertThat(store.list(BUCKET, "small/")).containsExactly(Map.entry("small/one", 3L));
  }

  @Test
  void theObjectStoreJoinsTheParts(@TempDir Path folder) throws IOException {
    byte[] content = new byte[12 << 20];
    new Random(42).nextBytes(content);
    Path file = Files.write(folder.resolve("large"), content);

    store.put(BUCKET, "large/one", file);

    assertThat(store.get(BUCKET, "large/one")).isEqualTo(content);
    assertThat(store.list(BUCKET, "large/"))
        .containsExactly(Map.entry("large/one", (long) content.length));
  }

  @Test
  void anImageThatDidNotChangeIsNotLoadedAgain() {
    long before = System.nanoTime();

    new Images(cluster)
        .provide(
            Repository.path("e2e/target/s3store"),
            "streamjob/s3store:dev",
            Map.of("BASE", Images.Base.JAVA21.image()));

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
  }
}
