package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SeccompProfileBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.streamjob.operator.spec.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Security contexts that pass the profile {@code restricted} of Kubernetes' Pod Security Standards:
 * what the user leaves out is filled in, what would loosen it is a problem.
 */
final class Restricted {
  /** The user and group that own the image's files. */
  private static final long ENGINE_USER = 9999;

  private static final Set<String> ALLOWED_PROFILES = Set.of("RuntimeDefault", "Localhost");

  private final List<Problem> problems;

  Restricted(List<Problem> problems) {
    this.problems = problems;
  }

  PodSecurityContext pod(String field, @Nullable PodSecurityContext given) {
    PodSecurityContext context = given == null ? new PodSecurityContext() : given;
    require(field + ".runAsNonRoot", context.getRunAsNonRoot(), true);
    notRoot(field + ".runAsUser", context.getRunAsUser());
    PodSecurityContextBuilder builder =
        new PodSecurityContextBuilder(context)
            .withRunAsNonRoot(true)
            .withSeccompProfile(profile(field, context.getSeccompProfile()));
    if (context.getRunAsUser() == null) {
      builder.withRunAsUser(ENGINE_USER);
    }
    if (context.getRunAsGroup() == null) {
      builder.withRunAsGroup(ENGINE_USER);
    }
    if (context.getFsGroup() == null) {
      builder.withFsGroup(ENGINE_USER);
    }
    return builder.build();
  }

  /** Of any container, also of the user's own. */
  SecurityContext container(String field, @Nullable SecurityContext given) {
    SecurityContext context = given == null ? new SecurityContext() : given;
    require(field + ".allowPrivilegeEscalation", context.getAllowPrivilegeEscalation(), false);
    require(field + ".privileged", context.getPrivileged(), false);
    require(field + ".runAsNonRoot", context.getRunAsNonRoot(), true);
    notRoot(field + ".runAsUser", context.getRunAsUser());
    SecurityContextBuilder builder =
        new SecurityContextBuilder(context)
            .withAllowPrivilegeEscalation(false)
            .withCapabilities(capabilities(field, context.getCapabilities()));
    if (context.getSeccompProfile() != null) {
      builder.withSeccompProfile(profile(field, context.getSeccompProfile()));
    }
    return builder.build();
  }

  /** Of the engine's own container: stricter than the profile asks. */
  SecurityContext engine(String field, @Nullable SecurityContext given) {
    SecurityContext context = container(field, given);
    require(field + ".readOnlyRootFilesystem", context.getReadOnlyRootFilesystem(), true);
    return new SecurityContextBuilder(context).withReadOnlyRootFilesystem(true).build();
  }

  /** Records a problem if the user gives something else than what must be. */
  <T> void require(String field, @Nullable T given, T required) {
    if (given != null && !Objects.equals(given, required)) {
      problems.add(new Problem(field, "unset or " + required, given.toString()));
    }
  }

  private void notRoot(String field, @Nullable Long user) {
    if (user != null && user == 0) {
      problems.add(new Problem(field, "unset or another user than root", "0"));
    }
  }

  private SeccompProfile profile(String field, @Nullable SeccompProfile given) {
    if (given == null) {
      return new SeccompProfileBuilder().withType("RuntimeDefault").build();
    }
    if (!ALLOWED_PROFILES.contains(String.valueOf(given.getType()))) {
      problems.add(
          new Problem(
              field + ".seccompProfile.type",
              "unset, RuntimeDefault or Localhost",
              String.valueOf(given.getType())));
    }
    return given;
  }

  private Capabilities capabilities(String field, @Nullable Capabilities given) {
    List<String> added = given == null ? List.of() : given.getAdd();
    for (String capability : added) {
      if (!capability.equals("NET_BIND_SERVICE")) {
        problems.add(
            new Problem(field + ".capabilities.add", "nothing but NET_BIND_SERVICE", capability));
      }
    }
    return new CapabilitiesBuilder().withAdd(added).withDrop("ALL").build();
  }
}
