package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.streamjob.api.v1beta1.StreamSavepoint;
import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.Engine;
import io.streamjob.operator.plan.savepoint.SavepointEffect;
import io.streamjob.operator.resources.Names;
import java.util.Objects;

/** Carries out what was decided about a StreamSavepoint; decides nothing, and may repeat it. */
final class SavepointExecutor {
  private final KubernetesClient client;
  private final Engine engine;
  private final Bucket bucket;
  private final Refusals refusals;

  SavepointExecutor(KubernetesClient client, Engine engine, Bucket bucket, Refusals refusals) {
    this.client = client;
    this.engine = engine;
    this.bucket = bucket;
    this.refusals = refusals;
  }

  void execute(StreamSavepoint savepoint, SavepointEffect effect) {
    switch (effect) {
      case SavepointEffect.Take take -> {
        Answer answer =
            engine.takeSavepoint(
                new Names(StreamSavepoints.owner(savepoint), take.revision()).coordinatorUri(),
                take.job(),
                take.trigger(),
                take.directory(),
                take.format());
        if (answer instanceof Answer.Refused(var failure)) {
          refusals.remember(take.trigger().hex(), failure);
        }
      }
      case SavepointEffect.Delete(String directory) ->
          // What was not deleted, the next look finds.
          bucket.delete(
              savepoint.getMetadata().getNamespace(),
              SavepointObserver.state(Objects.requireNonNull(savepoint.getStatus().storage())),
              directory);
      case SavepointEffect.Expire expire ->
          client
              .resource(savepoint)
              .lockResourceVersion(savepoint.getMetadata().getResourceVersion())
              .delete();
      // The caller takes the finalizer away.
      case SavepointEffect.Release release -> {}
    }
  }
}
