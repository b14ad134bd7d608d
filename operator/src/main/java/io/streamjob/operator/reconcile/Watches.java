package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.operator.resources.Labels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What wakes the reconciler besides the StreamJob itself: its pods. They only wake it; what is
 * decided upon is read anew.
 */
final class Watches {
  private Watches() {}

  static List<EventSource<?, StreamJob>> of(EventSourceContext<StreamJob> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, StreamJob.class)
                .withName("pods")
                .withLabelSelector(Labels.MANAGED)
                .withSecondaryToPrimaryMapper(Watches::job)
                .withOnUpdateFilter(Watches::isWorthALook)
                .withNamespacesInheritedFromController()
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StreamSavepoint.class, StreamJob.class)
                .withName("savepoints")
                .withSecondaryToPrimaryMapper(
                    savepoint ->
                        Set.of(
                            new ResourceID(
                                savepoint.getSpec().job(), savepoint.getMetadata().getNamespace())))
                .withNamespacesInheritedFromController()
                .build(),
            context));
  }

  /** A StreamSavepoint is woken by its StreamJob, which says whose turn it is. */
  static List<EventSource<?, StreamSavepoint>> ofSavepoints(
      EventSourceContext<StreamSavepoint> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StreamJob.class, StreamSavepoint.class)
                .withName("jobs")
                .withSecondaryToPrimaryMapper(Watches::turn)
                .withNamespacesInheritedFromController()
                .build(),
            context));
  }

  private static Set<ResourceID> turn(StreamJob job) {
    return Optional.ofNullable(job.getStatus())
        .map(StreamJobStatus::savepoint)
        .map(turn -> Set.of(new ResourceID(turn.name(), job.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  private static Set<ResourceID> job(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return Optional.ofNullable(labels)
        .map(all -> all.get(Labels.NAME))
        .map(name -> Set.of(new ResourceID(name, pod.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  /** A change of status, or the beginning of the end. */
  private static boolean isWorthALook(Pod now, Pod before) {
    return !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !Objects.equals(now.getStatus(), before.getStatus());
  }
}
