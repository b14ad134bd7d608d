package io.streamjob.operator.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.streamjob.operator.spec.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The volume claims of the workers. A StatefulSet makes them from templates, with what their
 * metadata says, and never deletes them: its own policy for that needs Kubernetes 1.27. So each
 * template names the revision's root as the owner, and the garbage collector takes the claims along
 * with everything else of the revision.
 */
final class VolumeClaims {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final List<Problem> problems = new ArrayList<>();

  private VolumeClaims() {}

  /** The templates as they were meant; only to be used if there is no problem. */
  record Read(List<PersistentVolumeClaim> templates, List<Problem> problems) {
    public Read {
      templates = List.copyOf(templates);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads templates.
   *
   * @param field path of their list in the StreamJob
   * @param volumes names that the pod's other volumes have
   */
  static Read read(String field, List<JsonNode> templates, Collection<String> volumes) {
    VolumeClaims claims = new VolumeClaims();
    List<PersistentVolumeClaim> read = new ArrayList<>();
    Set<String> taken = new HashSet<>(volumes);
    for (int i = 0; i < templates.size(); i++) {
      claims.template("%s[%d]".formatted(field, i), templates.get(i), taken).ifPresent(read::add);
    }
    return new Read(read, claims.problems);
  }

  private Optional<PersistentVolumeClaim> template(
      String path, JsonNode template, Set<String> taken) {
    Optional<PersistentVolumeClaim> read =
        StrictReader.read(path, template, PersistentVolumeClaim.class, problems);
    read.ifPresent(
        claim -> {
          metadata(path + ".metadata", claim.getMetadata(), taken);
          spec(path + ".spec", claim.getSpec());
          if (claim.getStatus() != null) {
            problem(path + ".status", "nothing (Kubernetes writes it)", "something");
          }
        });
    return read;
  }

  private void metadata(String path, @Nullable ObjectMeta given, Set<String> taken) {
    ObjectMeta metadata = given == null ? new ObjectMeta() : given;
    String name = metadata.getName() == null ? "" : metadata.getName();
    if (!NAME.matcher(name).matches()) {
      problem(
          path + ".name",
          "1 to 63 lower case letters, digits or '-', as in a DNS label",
          name.isEmpty() ? "none" : "'" + name + "'");
    } else if (!taken.add(name)) {
      problem(path + ".name", "a name that no other volume of the worker has", "'" + name + "'");
    }
    for (String label : labels(metadata).keySet()) {
      if (Labels.isOurs(label)) {
        problem(path + ".labels", "no label of the operator's", label);
      }
    }
    ObjectMeta users =
        new ObjectMetaBuilder()
            .withName(metadata.getName())
            .withLabels(metadata.getLabels())
            .withAnnotations(metadata.getAnnotations())
            .build();
    if (!users.equals(metadata)) {
      problem(path, "nothing but name, labels and annotations", "something else");
    }
  }

  private void spec(String path, @Nullable PersistentVolumeClaimSpec given) {
    PersistentVolumeClaimSpec spec = given == null ? new PersistentVolumeClaimSpec() : given;
    if (spec.getAccessModes().isEmpty()) {
      problem(path + ".accessModes", "one or more, such as ReadWriteOnce", "none");
    }
    if (spec.getResources() == null
        || spec.getResources().getRequests() == null
        || !spec.getResources().getRequests().containsKey("storage")) {
      problem(path + ".resources.requests.storage", "a quantity such as 10Gi", "none");
    }
  }

  /**
   * A template of a revision's own.
   *
   * @param labels of the workers
   * @param root the owner of all objects of the revision
   */
  static PersistentVolumeClaim of(
      PersistentVolumeClaim template, Map<String, String> labels, OwnerReference root) {
    Map<String, String> all = new TreeMap<>(labels(template.getMetadata()));
    all.putAll(labels);
    return new PersistentVolumeClaimBuilder(template)
        .editMetadata()
        .withLabels(all)
        .withOwnerReferences(root)
        .endMetadata()
        .build();
  }

  private static Map<String, String> labels(ObjectMeta metadata) {
    return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
  }

  private void problem(String path, String expected, String found) {
    problems.add(new Problem(path, expected, found));
  }
}
