package io.streamjob.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.plan.ClusterView.Trouble;
import io.streamjob.operator.plan.Obstacle;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From what Kubernetes says of pods and their makers, in its own words, to a reason. */
class TroublesTest {
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant REFUSED = Instant.parse("2026-01-01T00:00:07Z");

  @ParameterizedTest
  @ValueSource(
      strings = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
  void anImageThatCannotBePulledIsToldInTheSameWordsWhileTheKubeletBacksOff(String word) {
    assertThat(Troubles.of(List.of(waiting(word, "Back-off pulling image after 10s"))))
        .contains(
            new Trouble(
                new Obstacle(
                    Reason.ImagePullFailed,
                    "pod orders-2-coordinator: image orders:2 cannot be pulled; next step: correct"
                        + " spec.image or spec.imagePullSecrets; the pod's events tell the cause"),
                CREATED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
  void aContainerThatCannotBeMadeTellsWhatItMisses(String word) {
    assertThat(Troubles.of(List.of(waiting(word, "secret \"lost\"\n not found"))))
        .map(Trouble::obstacle)
        .contains(
            new Obstacle(
                Reason.PodFailed,
                "pod orders-2-coordinator: %s: secret \"lost\" not found; next step: create what the container refers to"
                    .formatted(word)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "failed to sync secret cache: timed out waiting for the condition",
        "failed to sync configmap cache: timed out waiting for the condition",
        "object \"prod\"/\"token\" not registered",
        "context deadline exceeded"
      })
  void aKubeletThatHadNoAnswerItselfSaysNothingOfWhatTheContainerMisses(String words) {
    assertThat(Troubles.of(List.of(waiting("CreateContainerConfigError", words)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PodInitializing", "ContainerCreating"})
  void aContainerThatIsOnItsWayIsNoTrouble(String word) {
    assertThat(Troubles.of(List.of(waiting(word, "soon")))).isEmpty();
  }

  @Test
  void aPodThatNobodyHasLookedAtIsNoTrouble() {
    assertThat(Troubles.of(List.of(pod("{}")))).isEmpty();
    assertThat(Troubles.of(List.of(pod("null")))).isEmpty();
  }

  @Test
  void aContainerThatWasStartedOnceAgainMayStillCome() {
    assertThat(Troubles.of(List.of(restarted("containerStatuses", 1)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"containerStatuses", "initContainerStatuses"})
  void aContainerThatWasStartedThreeTimesTellsItsLastEnd(String containers) {
    assertThat(Troubles.of(List.of(restarted(containers, 2))))
        .map(Trouble::obstacle)
        .contains(
            new Obstacle(
                Reason.PodFailed,
                "pod orders-2-coordinator: was started 3 times; the last time it ended with"
                    + " OOMKilled, exit code 137; next step: see its log"));
  }

  @Test
  void aContainerThatFailsAgainAndAgainTellsWhatItHasLeftInItsTerminationLog() {
    Pod pod =
        initialising("migrate", "{\"running\": {}}", terminated(3, "no\\n database"), 4, false);

    assertThat(Troubles.of(List.of(pod)))
        .map(trouble -> trouble.obstacle().message())
        .contains(
            "pod orders-2-coordinator: was started 5 times; the last time it ended with Error,"
                + " exit code 3: no database; next step: see its log");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"running\": {}}",
        "{\"waiting\": {\"reason\": \"CrashLoopBackOff\", \"message\": \"back-off 10s\"}}"
      })
  void aJarThatWasNotFetchedTellsWhyFromTheFirstTimeOn(String state) {
    String end = terminated(1, "expected SHA-256 a, found b (7 bytes) at s3://jars/orders.jar");
    Trouble told =
        new Trouble(
            new Obstacle(
                Reason.JarNotFetched,
                "pod orders-2-coordinator: the jar was not fetched: Error, exit code 1: expected"
                    + " SHA-256 a, found b (7 bytes) at s3://jars/orders.jar; next step: correct"
                    + " spec.job.jar or spec.job.sha256, or put the jar there"),
            CREATED);

    assertThat(Troubles.of(List.of(initialising("streamjob-fetch-jar", end, "{}", 0, false))))
        .contains(told);
    assertThat(Troubles.of(List.of(initialising("streamjob-fetch-jar", state, end, 1, false))))
        .contains(told);
  }

  @Test
  void aJarThatIsFetchedOrOnItsWayIsNoTrouble() {
    String fetched = terminated(0, "");
    String failed = terminated(1, "no answer");

    assertThat(
            Troubles.of(
                List.of(
                    initialising("streamjob-fetch-jar", "{\"running\": {}}", "{}", 0, false),
                    initialising("streamjob-fetch-jar", fetched, failed, 1, true),
                    // Its pod was made anew on its node.
                    initialising("streamjob-fetch-jar", "{\"running\": {}}", fetched, 1, false))))
        .isEmpty();
  }

  @Test
  void aPodThatNoNodeTakesTellsTheSchedulersReason() {
    Pod pod =
        pod(
            """
            {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
              "message": "0/1 nodes are available: 1 Insufficient memory."}]}
            """);

    assertThat(Troubles.of(List.of(pod)))
        .contains(
            new Trouble(
                new Obstacle(
                    Reason.NoRoom,
                    "pod orders-2-coordinator: cannot be scheduled: 0/1 nodes are available: 1"
                        + " Insufficient memory.; next step: make room for it"),
                CREATED));
  }

  @Test
  void aPodOnItsWayOutIsNoTrouble() {
    Pod pod = waiting("ImagePullBackOff", "back-off");
    pod.getMetadata().setDeletionTimestamp("2026-01-01T00:00:09Z");

    assertThat(Troubles.of(List.of(pod))).isEmpty();
  }

  @Test
  void oneOfSeveralPodsInTroubleIsEnough() {
    assertThat(Troubles.of(List.of(pod("{}"), waiting("ErrImagePull", "no such image"))))
        .map(trouble -> trouble.obstacle().reason())
        .contains(Reason.ImagePullFailed);
  }

  @Test
  void aLongMessageIsCutToOneBoundedLine() {
    Pod pod = waiting("RunContainerError", "a\\n\\tb " + "x".repeat(5_000));

    assertThat(Troubles.of(List.of(pod)))
        .hasValueSatisfying(
            trouble ->
                assertThat(trouble.obstacle().message())
                    .contains("RunContainerError: a b xxx")
                    .contains("...; next step: ")
                    .hasSizeLessThan(500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders-2-coordinator-abcde", "orders-2-coordinator-xyz12"})
  void aDeploymentThatMayNotCreateItsPodTellsTheQuotaAndNotTheNameOfEachAttempt(String podName) {
    Deployment deployment =
        deployment(
            """
            {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
             "lastTransitionTime": "2026-01-01T00:00:07Z",
             "message": "pods \\"%s\\" is forbidden: exceeded quota: tight"}
            """
                .formatted(podName));

    assertThat(Troubles.of(deployment))
        .contains(
            new Trouble(
                new Obstacle(
                    Reason.NoRoom,
                    "Deployment orders-2-coordinator: cannot create its pod: exceeded quota: tight;"
                        + " next step: raise the quota or lower the resources"),
                REFUSED));
  }

  @Test
  void aDeploymentWhoseFailureIsOverIsNoTrouble() {
    Deployment deployment =
        deployment(
            """
            {"type": "ReplicaFailure", "status": "False",
             "lastTransitionTime": "2026-01-01T00:00:07Z"}
            """);

    assertThat(Troubles.of(deployment)).isEmpty();
    assertThat(Troubles.of(new Deployment())).isEmpty();
  }

  @Test
  void aStatefulSetThatMayNotCreateItsPodsTellsItByAnEvent() {
    List<Event> events =
        List.of(
            event("SuccessfulCreate", "create Pod orders-2-worker-0 successful"),
            event("FailedCreate", "create Pod orders-2-worker-1 failed: exceeded quota: tight"));

    assertThat(Troubles.ofStatefulSet("orders-2-worker", events))
        .contains(
            new Trouble(
                new Obstacle(
                    Reason.NoRoom,
                    "StatefulSet orders-2-worker: cannot create its pods: create Pod orders-2-worker-1"
                        + " failed: exceeded quota: tight; next step: raise the quota or lower the"
                        + " resources"),
                REFUSED));
  }

  @Test
  void aStatefulSetWithoutSuchAnEventIsNoTrouble() {
    assertThat(
            Troubles.ofStatefulSet(
                "orders-2-worker", List.of(event("SuccessfulCreate", "successful"))))
        .isEmpty();
  }

  private static Event event(String reason, String message) {
    return new EventBuilder()
        .withReason(reason)
        .withMessage(message)
        .withFirstTimestamp(REFUSED.toString())
        .build();
  }

  private static Pod waiting(String reason, String message) {
    return pod(
        """
        {"containerStatuses": [{"name": "streamjob", "image": "orders:2", "restartCount": 0,
          "state": {"waiting": {"reason": "%s", "message": "%s"}}}]}
        """
            .formatted(reason, message.replace("\"", "\\\"").replace("\n", "\\n")));
  }

  private static Pod restarted(String containers, int restarts) {
    return pod(
        """
        {"%s": [{"name": "streamjob", "image": "orders:2", "restartCount": %d,
          "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}},
          "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}
        """
            .formatted(containers, restarts));
  }

  private static Pod initialising(
      String name, String state, String lastState, int restarts, boolean ready) {
    return pod(
        """
        {"initContainerStatuses": [{"name": "%s", "image": "orders:2", "restartCount": %d,
          "ready": %s, "state": %s, "lastState": %s}],
         "containerStatuses": [{"name": "streamjob", "image": "orders:2", "restartCount": 0,
          "ready": false, "state": {"waiting": {"reason": "PodInitializing"}}}]}
        """
            .formatted(name, restarts, ready, state, lastState));
  }

  private static String terminated(int exitCode, String message) {
    return """
        {"terminated": {"reason": "%s", "exitCode": %d, "message": "%s"}}"""
        .formatted(exitCode == 0 ? "Completed" : "Error", exitCode, message);
  }

  private static Pod pod(String status) {
    return Serialization.unmarshal(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "orders-2-coordinator", "creationTimestamp": "%s"},
         "status": %s}
        """
            .formatted(CREATED, status),
        Pod.class);
  }

  private static Deployment deployment(String condition) {
    return Serialization.unmarshal(
        """
        {"apiVersion": "apps/v1", "kind": "Deployment",
         "metadata": {"name": "orders-2-coordinator"},
         "status": {"conditions": [
           {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"},
           %s]}}
        """
            .formatted(condition),
        Deployment.class);
  }
}
