package io.streamjob.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorPodTest {
  /** The restricted profile of the Pod Security Standards, point by point. */
  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void the_pod_passes_the_restricted_profile(String values) {
    JsonNode pod = pod(values);
    JsonNode container = container(values);

    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      assertThat(pod.has(shared)).as(shared).isFalse();
    }
    assertThat(pod.path("volumes")).allMatch(volume -> volume.has("emptyDir"));
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/securityContext/privileged").asBoolean()).isFalse();
    assertThat(container.at("/securityContext/capabilities").toString())
        .isEqualTo("{\"drop\":[\"ALL\"]}");
    assertThat(container.path("ports")).noneMatch(port -> port.has("hostPort"));
    assertThat(pod.path("containers")).hasSize(1);
    assertThat(pod.has("initContainers")).isFalse();
  }

  @Test
  void the_root_file_system_is_read_only_and_only_a_bounded_tmp_is_writable() {
    JsonNode container = container("default");

    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .containsExactly("/tmp");
    assertThat(pod("default").at("/volumes/0/emptyDir/sizeLimit").asText()).isEqualTo("512Mi");
  }

  @Test
  void probes_and_metrics_meet_the_port_that_the_operator_is_told() {
    JsonNode container = container("default");
    JsonNode service = Chart.only(Chart.objects("default", "Service"));

    assertThat(arguments("default")).contains("--port=8080");
    assertThat(container.at("/ports/0").toString())
        .isEqualTo("{\"name\":\"http\",\"containerPort\":8080}");
    assertThat(container.at("/livenessProbe/httpGet").toString())
        .isEqualTo("{\"path\":\"/healthz\",\"port\":\"http\"}");
    assertThat(container.at("/readinessProbe/httpGet").toString())
        .isEqualTo("{\"path\":\"/readyz\",\"port\":\"http\"}");
    assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
  }

  @Test
  void the_metrics_service_selects_the_pods_of_the_deployment() {
    JsonNode deployment = Chart.only(Chart.objects("default", "Deployment"));
    JsonNode selector = Chart.only(Chart.objects("default", "Service")).at("/spec/selector");

    assertThat(deployment.at("/spec/selector/matchLabels")).isEqualTo(selector);
    selector
        .properties()
        .forEach(
            label ->
                assertThat(deployment.at("/spec/template/metadata/labels").path(label.getKey()))
                    .isEqualTo(label.getValue()));
  }

  @Test
  void values_reach_the_operator_as_options() {
    assertThat(arguments("namespaced"))
        .contains("--watch-namespaces=shop,billing", "--leader-election=false");
    assertThat(arguments("ha"))
        .contains(
            "--watch-namespaces=",
            "--leader-election=true",
            "--lease-namespace=streamjob-system",
            "--preparing-deadline=5m");
    assertThat(container("ha").path("image").asText())
        .isEqualTo("registry.example:5000/streamjob/operator:0.1.0-rc.1");
    assertThat(container("ha").path("env").findValuesAsText("name"))
        .containsExactly("POD_NAME", "POD_NAMESPACE", "STREAMJOB_LOG_LEVEL");
  }

  @Test
  void without_a_lease_the_old_pod_goes_before_the_new_one_comes() {
    assertThat(deployment("namespaced").at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    assertThat(deployment("ha").at("/spec/strategy/type").asText()).isEqualTo("RollingUpdate");
  }

  @Test
  void a_stopped_operator_has_time_to_finish_what_it_does() {
    assertThat(pod("default").path("terminationGracePeriodSeconds").asInt()).isEqualTo(30);
  }

  private static JsonNode deployment(String values) {
    return Chart.only(Chart.objects(values, "Deployment"));
  }

  private static JsonNode pod(String values) {
    return deployment(values).at("/spec/template/spec");
  }

  private static JsonNode container(String values) {
    return pod(values).at("/containers/0");
  }

  private static List<String> arguments(String values) {
    return container(values).path("args").valueStream().map(JsonNode::asText).toList();
  }
}
