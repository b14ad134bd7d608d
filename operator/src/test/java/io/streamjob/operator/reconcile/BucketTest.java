package io.streamjob.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.snapshots.StorageProbe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A storage that cannot be used is told once, with what to do about it. */
class BucketTest {
  @ParameterizedTest
  @CsvSource({
    "BUCKET_MISSING,      BucketMissing,      create the bucket or correct spec.state.storage",
    "CREDENTIALS_REFUSED, CredentialsRefused, correct the secret of spec.state.s3.credentials",
    "UNREACHABLE,         StorageUnreachable, correct spec.state.s3.endpoint or bring the storage back",
    "NOT_WRITABLE,        StorageNotWritable, allow writing below the prefix",
  })
  void whatTheProbeFoundBecomesAReasonAndANextStep(
      StorageProbe.Kind kind, Reason reason, String next) {
    assertThat(Bucket.obstacle(kind, "s3://orders/state at minio: no such bucket"))
        .isEqualTo(
            new Obstacle(reason, "s3://orders/state at minio: no such bucket; next step: " + next));
  }
}
