package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import org.junit.jupiter.api.Test;

/** A job runs in pods that are more the user's than the operator's. */
class PodTemplateIT {
  private static final String NAME = "e2e-templates";

  private static final String WORKER =
      """
        worker:
          podTemplate:
            metadata:
              annotations: {team: streams}
            spec:
              serviceAccountName: streams
              tolerations: [{key: streams, operator: Exists}]
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - weight: 1
                      podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: b}}}
              topologySpreadConstraints:
                - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
              volumes: [{name: model, emptyDir: {}}]
              initContainers:
                - name: fetch-model
                  image: streamjob/word-count:1
                  command: [sh, -c, "echo trained > /model/weights"]
                  volumeMounts: [{name: model, mountPath: /model}]
              containers:
                - name: streamjob
                  envFrom: [{configMapRef: {name: streams}}]
                  volumeMounts: [{name: model, mountPath: /model, readOnly: true}]
                - name: shipper
                  image: streamjob/word-count:1
                  command: [sh, -c, "while sleep 1; do cat /model/weights; done"]
                  volumeMounts: [{name: model, mountPath: /model}]
      """;

  private final Stage stage = Stage.get();

  @Test
  void aWorkerHasWhatItsTemplateBringsBesideWhatTheEngineNeeds() {
    Text text = Text.read("", 256 << 10, 2 << 10);
    try (WordCountRun run =
        stage.run(NAME, text, sample -> sample.replace("  worker:\n", WORKER))) {
      Scene scene = new Scene(run, stage.store());
      // The StreamJob was applied first: its pods wait for what they refer to.
      scene.kubectl("create", "serviceaccount", "streams");
      scene.kubectl("create", "configmap", "streams", "--from-literal=REGION=north");
      run.awaitRunning(Scene.LIMIT);

      JsonNode pod = scene.object("pod", "word-count-1-worker-0");
      assertThat(pod.at("/metadata/annotations/team").asText()).isEqualTo("streams");
      assertThat(pod.at("/spec/serviceAccountName").asText()).isEqualTo("streams");
      assertThat(pod.at("/spec/tolerations").toString()).contains("\"streams\"");
      assertThat(pod.at("/spec/affinity/podAntiAffinity").isMissingNode()).isFalse();
      assertThat(pod.at("/spec/topologySpreadConstraints").size()).isEqualTo(1);
      assertThat(
              scene.kubectl(
                  "exec",
                  "word-count-1-worker-0",
                  "-c",
                  "streamjob",
                  "--",
                  "sh",
                  "-c",
                  "cat /model/weights; echo $REGION"))
          .isEqualToIgnoringWhitespace("trained north");
      assertThat(scene.kubectl("logs", "word-count-1-worker-0", "-c", "shipper"))
          .contains("trained");
      scene.assertExact();
    }
  }
}
