package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import io.streamjob.operator.snapshots.Snapshots;
import java.time.Clock;

/** The reconcilers of both kinds, on one set of ways to ask and to act. */
public record Reconcilers(Reconciler<StreamJob> jobs, Reconciler<StreamSavepoint> savepoints) {

  /** Wires them. */
  public static Reconcilers of(
      KubernetesClient client,
      Engine engine,
      Snapshots snapshots,
      Limits limits,
      SavepointLimits savepointLimits,
      MeterRegistry metrics) {
    Refusals refusals = new Refusals();
    Bucket bucket = new Bucket(client, snapshots);
    Telemetry telemetry = new Telemetry(client, metrics);
    Observer observer = new Observer(client, engine, bucket, refusals, Clock.systemUTC());
    return new Reconcilers(
        new StreamJobReconciler(client, engine, bucket, observer, refusals, telemetry, limits),
        new StreamSavepointReconciler(
            client,
            new SavepointObserver(client, engine, bucket, observer, refusals, Clock.systemUTC()),
            new SavepointExecutor(client, engine, bucket, refusals),
            telemetry,
            savepointLimits));
  }
}
