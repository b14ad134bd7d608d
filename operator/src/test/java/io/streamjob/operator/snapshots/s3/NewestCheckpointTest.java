package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a job has completed a checkpoint is told by the bucket, coordinator or not. */
class NewestCheckpointTest {
  private static final Path RECORDED =
      Path.of("src/test/resources/snapshots/flink-2.3.0/checkpoints/job/chk-17");
  private static final String BUCKET = "checkpoints";
  private static final S3Limits LIMITS =
      new S3Limits(
          Duration.ofMillis(500),
          Duration.ofMillis(1_000),
          Duration.ofSeconds(5),
          2,
          64 << 20,
          10_000,
          4);

  @TempDir static Path folder;
  private static S3Service s3;
  private static S3Snapshots snapshots;
  private static Storage storage;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3Service.start(folder, false);
    snapshots = new S3Snapshots(LIMITS);
    s3.createBucket(BUCKET);
    storage = s3.storage(BUCKET, "orders");
  }

  @AfterAll
  static void stop() {
    snapshots.close();
    s3.close();
  }

  @Test
  void theCompletedOneOfHighestNumberIsTheNewest() throws IOException {
    s3.put(BUCKET, "a/chk-9", RECORDED);
    s3.put(BUCKET, "a/chk-10", RECORDED);
    begun("a/chk-11");

    assertThat(newest("a/")).isEqualTo(Reading.known("s3://" + BUCKET + "/a/chk-10"));
  }

  @Test
  void neitherABegunOneNorANeighbourCounts() throws IOException {
    begun("b/chk-1");
    s3.put(BUCKET, "b/shared", RECORDED);
    s3.put(BUCKET, "bb/chk-2", RECORDED);

    assertThat(newest("b")).isEqualTo(Reading.absent());
  }

  @Test
  void aStorageThatDoesNotAnswerIsNotAJobWithoutCheckpoints() {
    Storage missing = s3.storage("no-such-bucket", "");

    assertThat(snapshots.newestCheckpoint(missing, "s3://no-such-bucket/job").isUnknown()).isTrue();
  }

  private static void begun(String key) throws IOException {
    s3.put(BUCKET, key, RECORDED);
    Files.delete(s3.path(BUCKET, key + "/_metadata"));
  }

  private static Reading<String> newest(String key) {
    return snapshots.newestCheckpoint(storage, "s3://" + BUCKET + "/" + key);
  }
}
