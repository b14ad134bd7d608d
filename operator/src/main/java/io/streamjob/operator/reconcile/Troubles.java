package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.plan.ClusterView.Trouble;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.resources.RevisionCluster;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what keeps pods from running out of the words that kubelet, scheduler and controllers
 * leave. The words are those of Kubernetes ({@code pkg/kubelet/images}, {@code
 * pkg/kubelet/container}, {@code pkg/controller}), unchanged from 1.20 on.
 */
final class Troubles {
  private static final Set<String> IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");
  private static final Set<String> CONTAINER =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /**
   * The kubelet had no answer itself, from the API server ({@code pkg/kubelet/util/manager}) or
   * from the container runtime: what the container refers to may well be there, and the kubelet
   * asks on.
   */
  private static final Pattern UNANSWERED =
      Pattern.compile(
          "failed to sync (secret|configmap) cache"
              + "|object \\S+ not registered"
              + "|timed out waiting for the condition"
              + "|context deadline exceeded");

  private static final int LONGEST = 300;

  /** After so many starts of a container that is not ready, it is failing, not starting slowly. */
  private static final int RESTARTS = 2;

  private Troubles() {}

  static Optional<Trouble> of(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(Troubles::of)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Trouble> of(Pod pod) {
    PodStatus status = pod.getStatus();
    if (status == null) {
      return Optional.empty();
    }
    String name = "pod " + pod.getMetadata().getName();
    Optional<Obstacle> unschedulable =
        status.getConditions().stream()
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .filter(condition -> "Unschedulable".equals(condition.getReason()))
            .map(PodCondition::getMessage)
            .map(
                message ->
                    obstacle(
                        Reason.NoRoom, name, "cannot be scheduled: " + message, "make room for it"))
            .findFirst();
    Instant since = Instant.parse(pod.getMetadata().getCreationTimestamp());
    return unschedulable
        .or(
            () ->
                Stream.concat(
                        status.getInitContainerStatuses().stream(),
                        status.getContainerStatuses().stream())
                    .map(container -> container(name, container))
                    .flatMap(Optional::stream)
                    .findFirst())
        .map(obstacle -> new Trouble(obstacle, since));
  }

  private static Optional<Obstacle> container(String pod, ContainerStatus container) {
    ContainerStateWaiting waiting =
        Optional.ofNullable(container.getState()).map(ContainerState::getWaiting).orElse(null);
    String reason = waiting == null ? "" : Objects.requireNonNullElse(waiting.getReason(), "");
    if (IMAGE.contains(reason)) {
      return Optional.of(
          obstacle(
              Reason.ImagePullFailed,
              pod,
              // The kubelet's own words alternate with its back-off: they would change at every
              // look.
              "image " + container.getImage() + " cannot be pulled",
              "correct spec.image or spec.imagePullSecrets; the pod's events tell the cause"));
    }
    if (CONTAINER.contains(reason) && !UNANSWERED.matcher(detail(waiting)).find()) {
      return Optional.of(
          obstacle(
              Reason.PodFailed,
              pod,
              reason + ": " + detail(waiting),
              "create what the container refers to"));
    }
    boolean runs = Boolean.TRUE.equals(container.getReady());
    Optional<ContainerStateTerminated> end = lastEnd(container);
    if (!runs
        && RevisionCluster.FETCHING_CONTAINER.equals(container.getName())
        && end.filter(it -> it.getExitCode() != 0).isPresent()) {
      // It has tried several times itself, and says why it gave up.
      return Optional.of(
          obstacle(
              Reason.JarNotFetched,
              pod,
              "the jar was not fetched: " + text(end.get()),
              "correct spec.job.jar or spec.job.sha256, or put the jar there"));
    }
    if (!runs && container.getRestartCount() != null && container.getRestartCount() >= RESTARTS) {
      return Optional.of(
          obstacle(
              Reason.PodFailed,
              pod,
              "was started %d times; the last time it ended with %s"
                  .formatted(
                      container.getRestartCount() + 1,
                      end.map(Troubles::text).orElse("an unknown reason")),
              "see its log"));
    }
    return Optional.empty();
  }

  /** The end of its newest start; it may run again by now. */
  private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus container) {
    return Stream.of(
            Optional.ofNullable(container.getState()),
            Optional.ofNullable(container.getLastState()))
        .flatMap(Optional::stream)
        .flatMap(state -> Stream.ofNullable(state.getTerminated()))
        .findFirst();
  }

  private static String text(ContainerStateTerminated ended) {
    String message = Objects.requireNonNullElse(ended.getMessage(), "");
    return "%s, exit code %d".formatted(ended.getReason(), ended.getExitCode())
        + (message.isBlank() ? "" : ": " + oneLine(message));
  }

  private static String detail(@Nullable ContainerStateWaiting waiting) {
    return waiting == null || waiting.getMessage() == null
        ? "no message"
        : oneLine(waiting.getMessage());
  }

  /** A Deployment that may not create its pod, such as for quota. */
  static Optional<Trouble> of(Deployment deployment) {
    if (deployment.getStatus() == null) {
      return Optional.empty();
    }
    return deployment.getStatus().getConditions().stream()
        .filter(condition -> "ReplicaFailure".equals(condition.getType()))
        .filter(condition -> "True".equals(condition.getStatus()))
        .findFirst()
        .map(
            (DeploymentCondition condition) ->
                new Trouble(
                    obstacle(
                        Reason.NoRoom,
                        "Deployment " + deployment.getMetadata().getName(),
                        "cannot create its pod: " + oneLine(condition.getMessage()),
                        "raise the quota or lower the resources"),
                    Instant.parse(condition.getLastTransitionTime())));
  }

  /** A StatefulSet has no such condition; it tells by events. */
  static Optional<Trouble> ofStatefulSet(String name, List<Event> events) {
    return events.stream()
        .filter(event -> "FailedCreate".equals(event.getReason()))
        .filter(event -> event.getFirstTimestamp() != null)
        .findFirst()
        .map(
            event ->
                new Trouble(
                    obstacle(
                        Reason.NoRoom,
                        "StatefulSet " + name,
                        "cannot create its pods: " + oneLine(event.getMessage()),
                        "raise the quota or lower the resources"),
                    Instant.parse(event.getFirstTimestamp())));
  }

  private static Obstacle obstacle(Reason reason, String subject, String found, String next) {
    return new Obstacle(reason, subject + ": " + found + "; next step: " + next);
  }

  /**
   * One bounded line, and the same one at every look: back-off times in it would change, and so
   * would the name of a Deployment's pod, which each attempt to create it makes anew.
   */
  private static String oneLine(@Nullable String text) {
    String line =
        Objects.requireNonNullElse(text, "no message")
            .replaceAll("\\s+", " ")
            .replaceAll("back-off \\S+ ", "back-off ")
            .replaceAll("^pods \"[^\"]*\" is forbidden: ", "")
            .strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
