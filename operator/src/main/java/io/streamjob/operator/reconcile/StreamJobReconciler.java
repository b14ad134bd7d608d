package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Plan;
import io.streamjob.operator.plan.Planner;
import io.streamjob.operator.plan.Requests;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Observe, decide, write the intent, act; then look again. */
@ControllerConfiguration(name = "streamjob", triggerReconcilerOnAllEvents = true)
public final class StreamJobReconciler implements Reconciler<StreamJob> {
  /** Objects whose newest state is remembered; far beyond what one operator watches. */
  private static final int REMEMBERED = 10_000;

  /** Decisions in one go, before other objects get their turn. */
  private static final int MOST_IN_A_ROW = 8;

  private final Observer observer;
  private final StatusWriter<StreamJobStatus, StreamJob> writer;
  private final Executor executor;
  private final Telemetry telemetry;
  private final Latest<StreamJob> latest;
  private final Limits limits;
  private final Clock clock;

  StreamJobReconciler(
      KubernetesClient client,
      Engine engine,
      Bucket bucket,
      Observer observer,
      Refusals refusals,
      Telemetry telemetry,
      Limits limits,
      Clock clock) {
    this.latest = new Latest<>(REMEMBERED);
    this.observer = observer;
    this.writer = new StatusWriter<>(client, StreamJob.class, latest);
    this.executor = new Executor(client, engine, bucket, refusals);
    this.telemetry = telemetry;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, StreamJob>> prepareEventSources(
      EventSourceContext<StreamJob> context) {
    return Watches.of(context);
  }

  @Override
  public UpdateControl<StreamJob> reconcile(StreamJob delivered, Context<StreamJob> context) {
    if (context.isPrimaryResourceDeleted()) {
      latest.forget(delivered.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    long began = System.nanoTime();
    try {
      Duration pause = steps(delivered, told(delivered, context));
      return again(isInUnrest(context) ? min(pause, limits.lookRestless()) : pause);
    } catch (KubernetesClientException e) {
      telemetry.failed(delivered, e);
      return again(limits.lookLater());
    } catch (Throwable e) {
      // JOSDK 5.2 leaves an object stuck after an Error that it does not catch.
      telemetry.failed(delivered, e);
      return again(limits.lookLater());
    } finally {
      telemetry.reconciled(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private boolean isInUnrest(Context<StreamJob> context) {
    return Unrest.isAmong(context.getSecondaryResourcesAsStream(Pod.class), clock.instant());
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Requests.Savepoints told(StreamJob job, Context<StreamJob> context) {
    List<StreamSavepoint> all =
        context.getSecondaryResourcesAsStream(StreamSavepoint.class).toList();
    return new Requests.Savepoints(
        all.stream().map(StreamSavepoints::requested).anyMatch(Observation.Requested::waits),
        all.stream()
            .flatMap(it -> StreamSavepoints.defect(it, job.getMetadata().getUid()).stream())
            .min(Comparator.naturalOrder()));
  }

  private Duration steps(StreamJob delivered, Requests.Savepoints savepoints) {
    Duration pause = Duration.ZERO;
    for (int i = 0; i < MOST_IN_A_ROW && pause.isZero(); i++) {
      StreamJob job = latest.of(delivered);
      pause = step(job, savepoints);
    }
    return pause;
  }

  private Duration step(StreamJob job, Requests.Savepoints savepoints) {
    Observation seen = observer.observe(job, savepoints);
    Plan plan = Planner.plan(seen, limits);
    return switch (writer.write(job, plan.status())) {
      case LOST -> {
        telemetry.lostWrite();
        yield Duration.ZERO;
      }
      case GONE -> limits.lookLater();
      case STANDS -> {
        executor.execute(job, seen, plan.effects());
        telemetry.decided(job, plan);
        yield plan.lookAgainAfter();
      }
    };
  }

  private static UpdateControl<StreamJob> again(Duration pause) {
    return UpdateControl.<StreamJob>noUpdate()
        .rescheduleAfter(pause.isZero() ? Duration.ofMillis(1) : pause);
  }
}
