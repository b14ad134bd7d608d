package io.streamjob.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {
  private static final Set<String> KINDS = Set.of("Role", "ClusterRole");

  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void no_rule_has_a_wildcard(String values) {
    assertThat(rules(values)).isNotEmpty();
    assertThat(rules(values))
        .allSatisfy(
            rule ->
                Stream.of("apiGroups", "resources", "verbs")
                    .forEach(
                        part -> {
                          assertThat(texts(rule, part)).isNotEmpty();
                          assertThat(texts(rule, part)).noneMatch(text -> text.contains("*"));
                        }));
    assertThat(rules(values)).noneMatch(rule -> rule.has("nonResourceURLs"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void a_secret_can_be_read_by_name_and_never_listed(String values) {
    assertThat(verbsOn(values, "secrets")).containsExactly("get");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void the_operator_cannot_give_itself_more(String values) {
    for (String resource :
        List.of("clusterroles", "clusterrolebindings", "pods/exec", "serviceaccounts/token")) {
      assertThat(verbsOn(values, resource)).as(resource).isEmpty();
    }
    // What it gives away it has itself, as long as nothing lets it escalate, bind or change a role.
    for (String resource : List.of("roles", "rolebindings", "serviceaccounts")) {
      assertThat(verbsOn(values, resource)).as(resource).containsExactly("create", "get");
    }
    assertThat(verbsOn(values, "pods")).containsExactly("get", "list", "watch");
    assertThat(verbsOn(values, "resourcequotas")).containsExactly("list");
    assertThat(verbsOn(values, "streamjobs"))
        .as("no create and no delete")
        .containsExactly("get", "list", "patch", "watch");
    assertThat(verbsOn(values, "streamsavepoints"))
        .containsExactly("create", "delete", "get", "list", "patch", "update", "watch");
  }

  /** {@code Rights} gives these away: the API server refuses who does not hold them. */
  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void what_the_coordinators_of_highly_available_jobs_may_do_the_operator_may(String values) {
    assertThat(verbsOn(values, "configmaps"))
        .containsExactly("create", "delete", "get", "list", "patch", "update", "watch");
  }

  @Test
  void watched_namespaces_get_a_role_each_and_no_cluster_role_exists() {
    assertThat(Chart.objects("namespaced", "ClusterRole")).isEmpty();
    assertThat(Chart.objects("namespaced", "ClusterRoleBinding")).isEmpty();
    assertThat(Chart.objects("namespaced", "Role"))
        .extracting(role -> role.at("/metadata/namespace").asText())
        .containsExactlyInAnyOrder("shop", "billing");
  }

  @Test
  void a_lease_is_only_touched_in_the_namespace_of_the_operator() {
    JsonNode role = Chart.only(Chart.objects("ha", "Role"));

    assertThat(role.at("/metadata/namespace").asText()).isEqualTo("streamjob-system");
    assertThat(verbsOn("ha", "leases")).containsExactly("create", "get", "patch", "update");
    assertThat(verbsOn("namespaced", "leases")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "namespaced", "ha"})
  void every_binding_joins_a_rendered_role_to_the_service_account_of_the_pod(String values) {
    String account =
        Chart.only(Chart.objects(values, "Deployment"))
            .at("/spec/template/spec/serviceAccountName")
            .asText();
    List<String> roles =
        Chart.objects(values).stream()
            .filter(PermissionsTest::isRole)
            .map(PermissionsTest::address)
            .toList();
    List<JsonNode> bindings =
        Chart.objects(values).stream()
            .filter(o -> o.path("kind").asText().endsWith("RoleBinding"))
            .toList();

    assertThat(bindings).hasSameSizeAs(roles);
    for (JsonNode binding : bindings) {
      String role =
          binding.at("/roleRef/kind").asText()
              + " "
              + binding.at("/metadata/namespace").asText()
              + " "
              + binding.at("/roleRef/name").asText();
      assertThat(roles).contains(role);
      assertThat(binding.at("/subjects/0/name").asText()).isEqualTo(account);
      assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("streamjob-system");
    }
  }

  private static boolean isRole(JsonNode object) {
    return KINDS.contains(object.path("kind").asText());
  }

  private static String address(JsonNode object) {
    return object.path("kind").asText()
        + " "
        + object.at("/metadata/namespace").asText()
        + " "
        + object.at("/metadata/name").asText();
  }

  private static List<JsonNode> rules(String values) {
    return Chart.objects(values).stream()
        .filter(PermissionsTest::isRole)
        .flatMap(role -> role.path("rules").valueStream())
        .toList();
  }

  private static Set<String> verbsOn(String values, String resource) {
    Set<String> verbs = new TreeSet<>();
    rules(values).stream()
        .filter(rule -> texts(rule, "resources").contains(resource))
        .forEach(rule -> verbs.addAll(texts(rule, "verbs")));
    return verbs;
  }

  private static List<String> texts(JsonNode rule, String part) {
    return rule.path(part).valueStream().map(JsonNode::asText).toList();
  }
}
