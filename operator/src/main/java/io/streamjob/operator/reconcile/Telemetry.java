package io.streamjob.operator.reconcile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamjob.api.v1beta1.HistoryStatus;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.TimingStatus;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Notice;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.savepoint.SavepointPlan;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people and machines what was decided: one line in the log, an Event, metrics. */
final class Telemetry {
  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

  /** Longest note of an Event (core/v1, Kubernetes API validation). */
  private static final int LONGEST_NOTE = 1024;

  private final KubernetesClient client;
  private final MeterRegistry metrics;

  Telemetry(KubernetesClient client, MeterRegistry metrics) {
    this.client = client;
    this.metrics = metrics;
  }

  /** A decision stands, and its effects are about to be carried out. */
  void decided(StreamJob job, Plan plan) {
    plan.notice().ifPresent(notice -> tell(job, plan, notice));
    for (Effect effect : plan.effects()) {
      metrics.counter("streamjob.effects", "effect", effect.getClass().getSimpleName()).increment();
    }
    ended(job.getStatus(), plan.status()).ifPresent(this::count);
  }

  void lostWrite() {
    metrics.counter("streamjob.status.conflicts").increment();
  }

  void reconciled(Duration took) {
    metrics.timer("streamjob.reconcile").record(took);
  }

  /** A decision about a StreamSavepoint stands, and its effect is about to be carried out. */
  void decided(StreamSavepoint savepoint, SavepointPlan plan) {
    plan.notice()
        .ifPresent(
            notice -> {
              LOG.atInfo()
                  .addKeyValue("namespace", savepoint.getMetadata().getNamespace())
                  .addKeyValue("savepoint", savepoint.getMetadata().getName())
                  .addKeyValue("phase", plan.status().phase())
                  .addKeyValue("reason", notice.reason())
                  .addKeyValue("detail", notice.message())
                  .log("decided");
              write(event(savepoint, notice));
            });
    plan.effect()
        .ifPresent(
            effect ->
                metrics
                    .counter("streamjob.effects", "effect", effect.getClass().getSimpleName())
                    .increment());
  }

  void failed(HasMetadata job, Throwable cause) {
    metrics.counter("streamjob.reconcile.failures").increment();
    LOG.atError()
        .setCause(cause)
        .addKeyValue("namespace", job.getMetadata().getNamespace())
        .addKeyValue("name", job.getMetadata().getName())
        .log("a look at the job failed; the next one begins anew");
  }

  private void tell(StreamJob job, Plan plan, Notice notice) {
    LOG.atInfo()
        .addKeyValue("namespace", job.getMetadata().getNamespace())
        .addKeyValue("name", job.getMetadata().getName())
        .addKeyValue("generation", job.getMetadata().getGeneration())
        .addKeyValue("phase", plan.status().phase())
        .addKeyValue(
            "step", plan.status().rollout() == null ? "none" : plan.status().rollout().step())
        .addKeyValue("reason", notice.reason())
        .addKeyValue("detail", notice.message())
        .log("decided");
    write(event(job, notice));
  }

  private void write(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        // An Event is a courtesy: the same words stand in status.
        LOG.atWarn()
            .setCause(e)
            .addKeyValue("reason", event.getReason())
            .log("no event was written");
      }
    }
  }

  /** Named after what it says, so that saying it twice makes one Event. */
  private static Event event(HasMetadata job, Notice notice) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    int identity =
        Objects.hash(
            job.getMetadata().getUid(),
            job.getMetadata().getResourceVersion(),
            notice.reason(),
            notice.message());
    String message = notice.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName() + "." + HexFormat.of().toHexDigits(identity))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(job.getApiVersion())
        .withKind(job.getKind())
        .withNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withResourceVersion(job.getMetadata().getResourceVersion())
        .endInvolvedObject()
        .withType(notice.warning() ? "Warning" : "Normal")
        .withReason(notice.reason().name())
        .withMessage(
            message.length() <= LONGEST_NOTE ? message : message.substring(0, LONGEST_NOTE))
        .withNewSource()
        .withComponent("streamjob-operator")
        .endSource()
        .withFirstTimestamp(now.toString())
        .withLastTimestamp(now.toString())
        .withCount(1)
        .build();
  }

  /** The rollout that this decision ends, if it ends one. */
  private static Optional<HistoryStatus> ended(StreamJobStatus before, StreamJobStatus after) {
    List<HistoryStatus> history = requireNonNullElse(after.history(), List.of());
    List<HistoryStatus> known =
        before == null ? List.of() : requireNonNullElse(before.history(), List.of());
    return history.stream().limit(1).filter(entry -> !known.contains(entry)).findFirst();
  }

  private void count(HistoryStatus entry) {
    String strategy = requireNonNullElse(entry.strategy(), "none");
    metrics
        .counter(
            "streamjob.rollouts",
            "outcome",
            requireNonNullElse(entry.outcome(), "none"),
            "strategy",
            strategy,
            "reason",
            requireNonNullElse(entry.reason(), "none"))
        .increment();
    if (entry.downtimeMillis() != null) {
      metrics
          .timer("streamjob.rollout.downtime", "strategy", strategy)
          .record(Duration.ofMillis(entry.downtimeMillis()));
    }
    for (TimingStatus timing : requireNonNullElse(entry.timings(), List.<TimingStatus>of())) {
      metrics
          .timer("streamjob.rollout.part", "part", requireNonNullElse(timing.part(), "none"))
          .record(Duration.ofMillis(requireNonNullElse(timing.millis(), 0L)));
    }
  }
}
