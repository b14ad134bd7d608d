package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
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
  void whenOneWasWrittenTheStorageTells() throws IOException {
    s3.put(BUCKET, "w/chk-1", RECORDED);

    assertThat(snapshots.writtenAt(storage, "s3://" + BUCKET + "/w/chk-1").optional())
        .hasValueSatisfying(
            at -> assertThat(at).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES)));
    assertThat(snapshots.writtenAt(storage, "s3://" + BUCKET + "/w/chk-2").isAbsent()).isTrue();
  }

  @Test
  void whatOthersOfANameHaveLeftIsFoundNewestFirst() throws IOException {
    s3.put(BUCKET, "shop/orders-00000001/checkpoints/job/chk-9", RECORDED);
    s3.put(BUCKET, "shop/orders-00000001/savepoints/a-2/savepoint-1", RECORDED);
    s3.put(BUCKET, "shop/orders-00000001/savepoints/a-2/savepoint-1/preflight-a-3-0", RECORDED);
    s3.put(BUCKET, "shop/orders-00000001/savepoints/a-3-preflight-1", RECORDED);
    s3.put(BUCKET, "shop/orders-00000001/scratch/a-2/job/chk-1", RECORDED);
    begun("shop/orders-00000001/checkpoints/job/chk-10");
    s3.put(BUCKET, "shop/orders-00000002/checkpoints/job/chk-1", RECORDED);
    s3.put(BUCKET, "shop/orders-eu-00000003/checkpoints/job/chk-1", RECORDED);

    List<StateFound> found =
        snapshots
            .states(storage, "s3://" + BUCKET + "/shop/", "orders-", "orders-00000001"::equals)
            .optional()
            .orElseThrow();

    assertThat(found)
        .extracting(StateFound::location)
        .containsExactlyInAnyOrder(
            "s3://" + BUCKET + "/shop/orders-00000001/checkpoints/job/chk-9",
            "s3://" + BUCKET + "/shop/orders-00000001/savepoints/a-2/savepoint-1");
    assertThat(found).isSortedAccordingTo(Comparator.comparing(StateFound::writtenAt).reversed());
    assertThat(snapshots.states(storage, "s3://" + BUCKET + "/none/", "orders-", name -> true))
        .isEqualTo(Reading.known(List.of()));
    assertThat(
            snapshots
                .states(s3.storage("no-such-bucket", ""), "s3://no-such-bucket/a/", "o", n -> true)
                .isUnknown())
        .isTrue();
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
