package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.OperatorIds;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Storage;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whose state a savepoint of a real engine keeps, and what a copy without some of it still says.
 */
class LeftOutStateTest {
  private static final Path RECORDED =
      Path.of("src", "test", "resources", "snapshots", "flink-2.3.0");
  private static final String BUCKET = "savepoints";
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
    s3.put(BUCKET, "native", RECORDED.resolve("native"));
  }

  @AfterAll
  static void stop() {
    snapshots.close();
    s3.close();
  }

  @Test
  void anOperatorIsNamedByItsUidAndItsIdIsTheHashOfThat() {
    List<OperatorState> named =
        operators("native").stream().filter(state -> state.uid().isPresent()).toList();

    assertThat(named).isNotEmpty();
    assertThat(named)
        .allSatisfy(
            state ->
                assertThat(OperatorIds.ofUid(state.uid().orElseThrow())).isEqualTo(state.id()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "canonical", "checkpoints/job/chk-17"})
  void aCopyWithoutOneOperatorKeepsAllTheOthersAsTheyAre(String recorded) throws Exception {
    byte[] whole = Files.readAllBytes(RECORDED.resolve(recorded).resolve("_metadata"));
    try (SavepointMetadata metadata = new SavepointMetadata()) {
      String left = id(metadata.read(whole), 0);

      CheckpointMetadata rest = metadata.read(metadata.without(whole, Set.of(left)));

      assertThat(rest.getOperatorStates())
          .hasSize(metadata.read(whole).getOperatorStates().size() - 1)
          .extracting(LeftOutStateTest::told)
          .isSubsetOf(
              metadata.read(whole).getOperatorStates().stream()
                  .map(LeftOutStateTest::told)
                  .toList());
      assertThat(rest.getCheckpointProperties())
          .isEqualTo(metadata.read(whole).getCheckpointProperties());
      assertThat(metadata.without(whole, Set.of())).hasSameSizeAs(whole);
    }
  }

  @Test
  void theEngineTakesTheCopyForARestorePointInTheSameFolder(@TempDir Path savepoint)
      throws Exception {
    byte[] whole = Files.readAllBytes(RECORDED.resolve("native/_metadata"));
    Path copy = savepoint.resolve("without-a-2");
    // The engine looks it up to resolve relative paths: a copy alone in a folder is no restore
    // point.
    Files.write(savepoint.resolve("_metadata"), whole);
    try (SavepointMetadata metadata = new SavepointMetadata()) {
      Files.write(copy, metadata.without(whole, Set.of(id(metadata.read(whole), 0))));
    }

    CompletedCheckpointStorageLocation location =
        AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(copy.toUri().toString());

    assertThat(Path.of(URI.create(location.getExternalPointer()))).isEqualTo(savepoint);
    try (var in = new DataInputStream(location.getMetadataHandle().openInputStream())) {
      assertThat(
              Checkpoints.loadCheckpointMetadata(
                      in, getClass().getClassLoader(), location.getExternalPointer())
                  .getOperatorStates())
          .hasSize(5);
    }
  }

  @Test
  void aCopyInTheBucketTellsHowManyWereLeftOutHoweverOftenItIsWritten() {
    List<OperatorState> before = operators("native");
    List<String> two = before.stream().limit(2).map(OperatorState::id).toList();
    String file = location("native/without-a-2");

    assertThat(snapshots.leaveOut(storage, location("native"), two, file))
        .isEqualTo(Reading.known(2));
    assertThat(snapshots.leaveOut(storage, location("native"), two, file))
        .isEqualTo(Reading.known(2));
    assertThat(operators("native")).isEqualTo(before);
  }

  @Test
  void whereThereIsNoSavepointNothingIsLeftOut() {
    String file = location("nowhere/without-a-2");

    assertThat(snapshots.leaveOut(storage, location("nowhere"), List.of(), file))
        .isEqualTo(Reading.absent());
    assertThat(snapshots.manifest(storage, location("nowhere"))).isEqualTo(Reading.absent());
    assertThat(
            snapshots
                .leaveOut(storage, location("native"), List.of(), "s3://another-bucket/x")
                .isUnknown())
        .isTrue();
  }

  private static String told(org.apache.flink.runtime.checkpoint.OperatorState state) {
    return "%s of %d tasks, %d at most, %d parts, %d bytes"
        .formatted(
            state.getOperatorID(),
            state.getParallelism(),
            state.getMaxParallelism(),
            state.getNumberCollectedStates(),
            state.getStateSize());
  }

  private static String id(CheckpointMetadata metadata, int index) {
    return metadata.getOperatorStates().stream()
        .skip(index)
        .findFirst()
        .orElseThrow()
        .getOperatorID()
        .toString();
  }

  private static List<OperatorState> operators(String key) {
    return snapshots.manifest(storage, location(key)).optional().orElseThrow().operators();
  }

  private static String location(String key) {
    return "s3://" + BUCKET + "/" + key;
  }
}
