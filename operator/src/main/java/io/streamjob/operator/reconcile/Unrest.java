package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether pods have just ended or begun. The engine may take as long as its heartbeat's time-out
 * until it notices, and nothing wakes us when it does.
 */
final class Unrest {
  /**
   * The engine's {@code heartbeat.timeout} as we set it, and as much for the tasks to come back.
   */
  private static final Duration AFTERMATH = Duration.ofSeconds(20);

  private Unrest() {}

  static boolean isAmong(Stream<Pod> pods, Instant now) {
    Instant since = now.minus(AFTERMATH);
    return pods.flatMap(Unrest::changes).map(Instant::parse).anyMatch(since::isBefore);
  }

  /** When it was to be gone, and when its containers began and ended, as far as that is told. */
  private static Stream<String> changes(Pod pod) {
    return Stream.concat(
        Stream.ofNullable(pod.getMetadata().getDeletionTimestamp()),
        Stream.ofNullable(pod.getStatus())
            .map(PodStatus::getContainerStatuses)
            .flatMap(containers -> containers.stream().flatMap(Unrest::changes)));
  }

  private static Stream<String> changes(ContainerStatus container) {
    return Stream.of(
            Optional.ofNullable(container.getState())
                .map(ContainerState::getRunning)
                .map(ContainerStateRunning::getStartedAt),
            end(container.getState()),
            end(container.getLastState()))
        .flatMap(Optional::stream);
  }

  private static Optional<String> end(@Nullable ContainerState state) {
    return Optional.ofNullable(state)
        .map(ContainerState::getTerminated)
        .map(ContainerStateTerminated::getFinishedAt);
  }
}
