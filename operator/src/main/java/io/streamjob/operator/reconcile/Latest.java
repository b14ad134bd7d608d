package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest state of each object that this process has seen: what a watch delivered, or what it
 * wrote itself and no watch has delivered yet. Without it, a decision made right after a write
 * would rest on the state before it; it would lose its compare-and-set, and time.
 */
final class Latest<R extends HasMetadata> {
  private final int most;
  private final Map<String, R> byUid = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param most objects that are remembered; beyond it the one that was used longest ago is
   *     forgotten
   */
  Latest(int most) {
    this.most = most;
  }

  /** The newer of what a watch delivered and what is remembered. */
  synchronized R of(R delivered) {
    R own = byUid.get(delivered.getMetadata().getUid());
    if (own == null) {
      return delivered;
    }
    if (version(own) > version(delivered)) {
      return own;
    }
    byUid.remove(delivered.getMetadata().getUid());
    return delivered;
  }

  synchronized void remember(R written) {
    byUid.put(written.getMetadata().getUid(), written);
    if (byUid.size() > most) {
      byUid.remove(byUid.keySet().iterator().next());
    }
  }

  synchronized void forget(String uid) {
    byUid.remove(uid);
  }

  /** Resource versions are etcd revisions: they rise (Kubernetes API conventions since 1.35). */
  private static long version(HasMetadata job) {
    String version = job.getMetadata().getResourceVersion();
    try {
      return version == null ? -1 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      // A server with other versions: what it delivers is taken, at the price of a lost write.
      return -1;
    }
  }
}
