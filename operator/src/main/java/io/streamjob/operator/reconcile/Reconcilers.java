package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Snapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The reconcilers of both kinds, on one set of ways to ask and to act.
 *
 * @param stop ends what they do in the background
 */
public record Reconcilers(
    Reconciler<StreamJob> jobs, Reconciler<StreamSavepoint> savepoints, Runnable stop) {

  /** A deep check that failed is not repeated at once: it may take hours. */
  private static final Duration GOOD_FOR = Duration.ofHours(1);

  private static final Duration ABSENT_GOOD_FOR = Duration.ofMinutes(1);

  /** Wires them. */
  public static Reconcilers of(
      KubernetesClient client,
      Engine engine,
      Snapshots snapshots,
      Limits limits,
      SavepointLimits savepointLimits,
      MeterRegistry metrics) {
    Clock clock = Clock.systemUTC();
    Refusals refusals = new Refusals();
    Bucket bucket = new Bucket(client, snapshots);
    ExecutorService reader =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("deep-check").daemon().factory());
    Background<Inspection> inspections =
        new Background<>(reader, found -> found.isAbsent() ? ABSENT_GOOD_FOR : GOOD_FOR, clock);
    Upkeep upkeep = new Upkeep(client, engine, bucket, clock);
    Telemetry telemetry = new Telemetry(client, metrics);
    Observer observer = new Observer(client, engine, bucket, refusals, upkeep, clock);
    return new Reconcilers(
        new StreamJobReconciler(
            client, engine, bucket, observer, refusals, telemetry, limits, clock),
        new StreamSavepointReconciler(
            client,
            new SavepointObserver(client, engine, bucket, inspections, observer, refusals, clock),
            new SavepointExecutor(client, engine, bucket, refusals),
            telemetry,
            savepointLimits),
        () -> {
          reader.shutdownNow();
          upkeep.close();
        });
  }
}
