package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import io.streamjob.operator.plan.savepoint.SavepointPlan;
import io.streamjob.operator.plan.savepoint.SavepointPlanner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Observe, decide, write the intent, act; then look again. */
@ControllerConfiguration(name = "streamsavepoint", finalizerName = StreamSavepoints.FINALIZER)
final class StreamSavepointReconciler
    implements Reconciler<StreamSavepoint>, Cleaner<StreamSavepoint> {
  /** Objects whose newest state is remembered; far beyond what is under way at once. */
  private static final int REMEMBERED = 1_000;

  private final SavepointObserver observer;
  private final StatusWriter<StreamSavepointStatus, StreamSavepoint> writer;
  private final SavepointExecutor executor;
  private final Telemetry telemetry;
  private final Latest<StreamSavepoint> latest;
  private final SavepointLimits limits;

  StreamSavepointReconciler(
      KubernetesClient client,
      SavepointObserver observer,
      SavepointExecutor executor,
      Telemetry telemetry,
      SavepointLimits limits) {
    this.latest = new Latest<>(REMEMBERED);
    this.observer = observer;
    this.writer = new StatusWriter<>(client, StreamSavepoint.class, latest);
    this.executor = executor;
    this.telemetry = telemetry;
    this.limits = limits;
  }

  @Override
  public List<EventSource<?, StreamSavepoint>> prepareEventSources(
      EventSourceContext<StreamSavepoint> context) {
    return Watches.ofSavepoints(context);
  }

  @Override
  public UpdateControl<StreamSavepoint> reconcile(
      StreamSavepoint delivered, Context<StreamSavepoint> context) {
    return UpdateControl.<StreamSavepoint>noUpdate().rescheduleAfter(look(delivered).pause());
  }

  @Override
  public DeleteControl cleanup(StreamSavepoint delivered, Context<StreamSavepoint> context) {
    Looked looked = look(delivered);
    return looked.released()
        ? DeleteControl.defaultDelete()
        : DeleteControl.noFinalizerRemoval().rescheduleAfter(looked.pause());
  }

  private record Looked(Duration pause, boolean released) {}

  private Looked look(StreamSavepoint delivered) {
    long began = System.nanoTime();
    try {
      Looked looked = step(latest.of(delivered));
      return looked.pause().isZero() ? new Looked(Duration.ofMillis(1), looked.released()) : looked;
    } catch (Throwable e) {
      // JOSDK 5.2 leaves an object stuck after an Error that it does not catch.
      telemetry.failed(delivered, e);
      return new Looked(limits.lookSoon(), false);
    } finally {
      telemetry.reconciled(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private Looked step(StreamSavepoint savepoint) {
    SavepointObservation seen = observer.observe(savepoint);
    SavepointPlan plan = SavepointPlanner.plan(seen, limits);
    return switch (writer.write(savepoint, plan.status())) {
      case LOST -> new Looked(Duration.ZERO, false);
      case GONE -> new Looked(limits.lookLater(), false);
      case STANDS -> {
        // As it is written now: a removal is bound to that version.
        plan.effect().ifPresent(effect -> executor.execute(latest.of(savepoint), effect));
        telemetry.decided(savepoint, plan);
        yield new Looked(
            plan.lookAgainAfter(),
            plan.effect().equals(Optional.of(new SavepointEffect.Release())));
      }
    };
  }
}
