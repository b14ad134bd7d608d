package io.streamjob.operator.resources;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** Who owns what, for the garbage collector. */
final class OwnerReferences {
  private OwnerReferences() {}

  static OwnerReference streamJob(Owner owner) {
    return controller("streamjob.io/v1beta1", "StreamJob", owner.name(), owner.uid());
  }

  /** The ConfigMap that owns the other objects of a revision's cluster. */
  static OwnerReference root(String name, String uid) {
    return controller("v1", "ConfigMap", name, uid);
  }

  /**
   * The same, without a say in the owner's deletion: who makes such objects need not be allowed to
   * hold it up, which some clusters check.
   */
  static OwnerReference looseRoot(String name, String uid) {
    return new OwnerReferenceBuilder(root(name, uid))
        .withController(null)
        .withBlockOwnerDeletion(null)
        .build();
  }

  private static OwnerReference controller(
      String apiVersion, String kind, String name, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(apiVersion)
        .withKind(kind)
        .withName(name)
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
