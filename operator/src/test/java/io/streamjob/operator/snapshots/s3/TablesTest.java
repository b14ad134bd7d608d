package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Storage;
import io.streamjob.operator.snapshots.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB tables that a real engine wrote, read through in a real S3 service. */
class TablesTest {
  private static final Path RECORDED =
      Path.of("src", "test", "resources", "snapshots", "flink-2.3.0");

  /** One of each column family and subtask. */
  private static final int TABLES = 4;

  private static final String A_TABLE = "4495b009-3fe2-4292-aab0-14a1c29f31db";

  @TempDir static Path folder;
  private static S3Service s3;
  private static S3Snapshots snapshots;

  private String bucket;
  private Storage storage;
  private String location;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3Service.start(folder, false);
    snapshots = new S3Snapshots(S3Limits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    snapshots.close();
    s3.close();
  }

  @BeforeEach
  void putSavepoint() throws IOException {
    bucket = "bucket-" + UUID.randomUUID();
    s3.createBucket(bucket);
    storage = s3.storage(bucket, "");
    s3.put(bucket, "native", RECORDED.resolve("native"));
    location = "s3://" + bucket + "/native";
  }

  @Test
  void whatTheEngineWroteIsSound() {
    assertThat(snapshots.inspect(storage, location, true))
        .isEqualTo(Reading.known(new Inspection.Sound(TABLES, TABLES)));
  }

  @Test
  void aSampleReadsSomeOfThem() {
    assertThat(snapshots.inspect(storage, location, false))
        .isEqualTo(Reading.known(new Inspection.Sound(Math.min(3, TABLES), TABLES)));
  }

  /** Verification sees names and sizes: this is what it cannot see. */
  @Test
  void oneFlippedBitInATableIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(RECORDED.resolve("native").resolve(A_TABLE));
    bytes[100] ^= 1;
    Files.write(s3.path(bucket, "native/" + A_TABLE), bytes);

    assertThat(snapshots.verify(storage, location).optional())
        .containsInstanceOf(Verification.Whole.class);
    assertThat(snapshots.inspect(storage, location, true).optional())
        .hasValueSatisfying(
            found -> {
              assertThat(found).isInstanceOf(Inspection.Damaged.class);
              assertThat(((Inspection.Damaged) found).defect())
                  .contains(location + "/" + A_TABLE, "checksum");
            });
  }

  @Test
  void aTableThatHasGoneIsForTheVerificationToTellOf() throws IOException {
    Files.delete(s3.path(bucket, "native/" + A_TABLE));

    assertThat(snapshots.inspect(storage, location, true))
        .isInstanceOfSatisfying(
            Reading.Unknown.class,
            unknown -> assertThat(unknown.why()).contains(A_TABLE, "found no such object"));
  }

  @Test
  void tablesThatAreTooLargeForTheTemporaryFolderAreLeftOut() throws IOException {
    S3Limits all = S3Limits.DEFAULT;
    S3Limits small =
        new S3Limits(
            all.connect(),
            all.read(),
            all.call(),
            all.attempts(),
            all.metadataBytes(),
            6_000,
            all.objects(),
            all.clients());
    try (S3Snapshots tight = new S3Snapshots(small)) {
      assertThat(tight.inspect(storage, location, true))
          .isEqualTo(Reading.known(new Inspection.Sound(2, TABLES)));
    }
  }

  @Test
  void aSavepointWithoutTablesIsSound() throws IOException {
    s3.put(bucket, "canonical", RECORDED.resolve("canonical"));

    assertThat(snapshots.inspect(storage, "s3://" + bucket + "/canonical", true))
        .isEqualTo(Reading.known(new Inspection.Sound(0, 0)));
  }

  @Test
  void whereThereIsNoSavepointThereIsNothingToRead() {
    assertThat(snapshots.inspect(storage, "s3://" + bucket + "/nothing", true).isAbsent()).isTrue();
  }

  @Test
  void noTableIsLeftInTheTemporaryFolder() throws IOException {
    snapshots.inspect(storage, location, true);

    Path own =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "streamjob-tables-" + ProcessHandle.current().pid());
    try (Stream<Path> left = Files.list(own)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .isNotEmpty()
          .noneMatch(name -> name.endsWith(".sst"));
    }
  }
}
