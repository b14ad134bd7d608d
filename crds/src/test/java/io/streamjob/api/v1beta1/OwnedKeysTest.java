package io.streamjob.api.v1beta1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnedKeysTest {
  @ParameterizedTest
  @CsvSource({
    "kubernetes.cluster-id, it belongs to the identity",
    "high-availability.type, it belongs to the identity",
    "high-availability, it belongs to the identity",
    "high-availability.cluster-id, it belongs to the identity",
    "high-availability.storageDir, it belongs to the identity",
    "high-availability.jobmanager.port, it belongs to the identity",
    "high-availability.zookeeper.quorum, it belongs to the identity",
    "job-result-store.storage-path, it belongs to the identity",
    "application-result-store.delete-on-commit, it belongs to the identity",
    "cluster.registration.error-delay, it belongs to the identity",
    "$internal.pipeline.job-id, it belongs to the identity",
    "jobmanager.rpc.address, it belongs to the identity",
    "jobmanager.bind-host, it belongs to the identity",
    "taskmanager.host, it belongs to the identity",
    "taskmanager.bind-host, it belongs to the identity",
    "rest.port, it belongs to the identity",
    "rest.bind-address, it belongs to the identity",
    "blob.server.port, it belongs to the identity",
    "web.submit.enable, it belongs to the identity",
    "security.ssl.internal.enabled, the operator secures",
    "execution.state-recovery.path, set spec.upgrade.state",
    "state.savepoints.dir, set spec.upgrade.state",
    "execution.checkpointing.interval, set spec.checkpoints",
    "execution.checkpointing.unaligned.enabled, set spec.checkpoints",
    "execution.checkpointing.incremental, set spec.state",
    "execution.checkpointing.savepoint-dir, set spec.state",
    "execution.checkpointing.local-backup.enabled, set spec.state",
    "execution.state-recovery.from-local, set spec.state",
    "state.backend.local-recovery, set spec.state",
    "execution.checkpointing.num-retained, set spec.checkpoints",
    "execution.checkpointing.storage, checkpoints lie in the bucket",
    "state.checkpoint-storage, checkpoints lie in the bucket",
    "state.changelog.enabled, the changelog is not offered",
    "state.backend.changelog.enabled, the changelog is not offered",
    "state.backend.forst.primary-dir, set spec.state",
    "state.backend.type, set spec.state",
    "state.backend, set spec.state",
    "state.checkpoints.dir, set spec.state",
    "s3.secret-key, set spec.state",
    "pipeline.jars, set spec.job.jar",
    "parallelism.default, set spec.job.jar",
    "pipeline.max-parallelism, set spec.job.jar",
    "jobmanager.memory.process.size, set spec.coordinator.resources",
    "taskmanager.numberOfTaskSlots, set spec.coordinator.resources",
    "env.java.opts.taskmanager, set up the container named streamjob",
    "io.tmp.dirs, set up the container named streamjob",
    "user.artifacts.base-dir, set up the container named streamjob",
    "process.working-dir, set up the container named streamjob",
    "process.taskmanager.working-dir, set up the container named streamjob",
  })
  void an_owned_key_names_what_to_use_instead(String key, String instead) {
    assertThat(OwnedKeys.insteadOf(key)).hasValueSatisfying(v -> assertThat(v).startsWith(instead));
    assertThat(Pattern.matches(OwnedKeys.PATTERN, key)).isTrue();
    assertThat(com.google.re2j.Pattern.matches(OwnedKeys.PATTERN, key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipeline.operator-chaining.enabled",
        "execution.checkpointing.unaligned.forced",
        "execution.checkpointing.tolerable-failed-checkpoints",
        "state.backend.rocksdb.memory.managed",
        "state.backend.forst.memory.managed",
        "state.changelog.dstl.dfs.upload.max-attempts",
        "taskmanager.memory.managed.fraction",
        "taskmanager.network.request-backoff.max",
        "s3.connection.max",
        "s3.checksum-validation.enabled",
        "restart-strategy.type",
        "metrics.reporters",
        "table.exec.state.ttl",
        "high-availability.kubernetes.leader-election.lease-duration",
        "high-availability.kubernetes.leader-election.renew-deadline",
        "high-availability.kubernetes.leader-election.retry-period",
        "kubernetes",
        "xkubernetes.cluster-id",
      })
  void a_key_that_only_tunes_is_the_users(String key) {
    assertThat(OwnedKeys.insteadOf(key)).isEmpty();
    assertThat(Pattern.matches(OwnedKeys.PATTERN, key)).isFalse();
    assertThat(com.google.re2j.Pattern.matches(OwnedKeys.PATTERN, key)).isFalse();
  }
}
