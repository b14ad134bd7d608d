package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import java.util.List;

/**
 * What the pods of one kind may do in the Kubernetes API, if the engine is to bring its jobs back
 * by itself: a service account of the revision's own, and the least that the engine needs.
 */
final class Rights {
  private Rights() {}

  /** The account, its rights, and what joins the two; all of one name. */
  static List<HasMetadata> of(Names names, Component component, ObjectMeta metadata) {
    return List.of(
        new ServiceAccountBuilder()
            .withMetadata(metadata)
            // Each pod says itself whether it gets a token.
            .withAutomountServiceAccountToken(false)
            .build(),
        new RoleBuilder().withMetadata(metadata).withRules(rules(names, component)).build(),
        new RoleBindingBuilder()
            .withMetadata(metadata)
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", metadata.getName())
            .withSubjects(
                new SubjectBuilder()
                    .withKind("ServiceAccount")
                    .withNamespace(metadata.getNamespace())
                    .withName(metadata.getName())
                    .build())
            .build());
  }

  private static List<PolicyRule> rules(Names names, Component component) {
    return switch (component) {
      // It only looks who leads.
      case WORKER -> List.of(onLeader(names, "get", "list", "watch"));
      case COORDINATOR ->
          List.of(
              // Nobody can be allowed to create by name.
              onAny("create"),
              // Of each job there is one more, named after its id: too many to list them.
              onAny("get", "update", "delete"),
              onLeader(names, "list", "watch", "patch"));
    };
  }

  private static PolicyRule onAny(String... verbs) {
    return new PolicyRuleBuilder()
        .withApiGroups("")
        .withResources("configmaps")
        .withVerbs(verbs)
        .build();
  }

  private static PolicyRule onLeader(Names names, String... verbs) {
    return new PolicyRuleBuilder(onAny(verbs)).withResourceNames(names.leaderConfigMap()).build();
  }
}
