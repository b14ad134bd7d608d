package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import io.streamjob.operator.snapshots.Storage;
import io.streamjob.operator.snapshots.StorageProbe;
import io.streamjob.operator.snapshots.StorageProbe.Kind;
import io.streamjob.operator.snapshots.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Savepoints that a real engine wrote, in a real S3 service. */
class S3SnapshotsTest {
  /** What the engine wrote here lay in this bucket and folder; its absolute paths say so. */
  private static final String ENGINES_BUCKET = "flink";

  private static final String ENGINES_FOLDER = "checkpoints/bddddddddddddddddddddddddddddddd";
  private static final Path RECORDED =
      Path.of("src", "test", "resources", "snapshots", "flink-2.3.0");
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

  private String bucket;
  private Storage storage;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3Service.start(folder, false);
    snapshots = new S3Snapshots(LIMITS);
  }

  @AfterAll
  static void stop() {
    snapshots.close();
    s3.close();
  }

  @BeforeEach
  void createBucket() throws IOException {
    bucket = "bucket-" + UUID.randomUUID();
    s3.createBucket(bucket);
    storage = s3.storage(bucket, "orders");
  }

  @Test
  void foldersThatHoldSomethingAreTold() throws IOException {
    s3.put(bucket, "orders/checkpoints/one", RECORDED.resolve("canonical"));
    s3.put(bucket, "orders/checkpoints/two/chk-1", RECORDED.resolve("canonical"));
    s3.put(bucket, "orders/checkpoints/skipped", RECORDED.resolve("canonical"));
    s3.put(bucket, "orders/elsewhere", RECORDED.resolve("canonical"));
    Files.createDirectories(s3.path(bucket, "orders/checkpoints/three"));
    Files.createFile(s3.path(bucket, "orders/checkpoints/three/empty"));
    Files.writeString(s3.path(bucket, "orders/checkpoints/file"), "in no folder");

    String parent = "s3://" + bucket + "/orders/checkpoints/";
    assertThat(snapshots.folders(storage, parent, name -> !name.equals("skipped")))
        .isEqualTo(
            Reading.known(
                List.of(
                    new FolderFound(parent + "one/", 3, 12684 + 13413 + 6447),
                    new FolderFound(parent + "two/", 3, 12684 + 13413 + 6447))));
    assertThat(snapshots.folders(storage, "s3://" + bucket + "/nothing/", name -> true))
        .isEqualTo(Reading.known(List.of()));
    assertThat(snapshots.folders(storage, "file:///tmp", name -> true).isUnknown()).isTrue();
  }

  @Test
  void aStorageThatTakesAnObjectIsUsableAndLeftAsItWas() {
    assertThat(snapshots.probe(storage)).isEqualTo(new StorageProbe.Usable());
    assertThat(s3.keys(bucket)).isEmpty();
  }

  @Test
  void aWholeBucketCanBeTheStorage() {
    assertThat(snapshots.probe(s3.storage(bucket, ""))).isEqualTo(new StorageProbe.Usable());
  }

  @Test
  void aBucketThatDoesNotExistIsMissing() {
    assertUnusable(s3.storage("no-such-bucket", "orders"), Kind.BUCKET_MISSING, "no-such-bucket");
  }

  @Test
  void theSameRefusalIsToldInTheSameWords() {
    Storage missing = s3.storage("no-such-bucket", "orders");

    assertThat(snapshots.probe(missing)).isEqualTo(snapshots.probe(missing));
  }

  @Test
  void anUnknownAccessKeyIsRefused() {
    Storage.Credentials stranger = new Storage.Credentials("stranger", "streamjob-secret");

    assertUnusable(
        s3.storage(bucket, "orders", stranger), Kind.CREDENTIALS_REFUSED, "s3://" + bucket);
  }

  @Test
  void aWrongSecretIsRefusedAndNotTold() {
    Storage.Credentials wrong = new Storage.Credentials("streamjob", "hunter2");

    StorageProbe.Unusable probe =
        assertUnusable(
            s3.storage(bucket, "orders", wrong), Kind.CREDENTIALS_REFUSED, "s3://" + bucket);

    assertThat(probe.message()).doesNotContain("hunter2");
  }

  @Test
  void aStorageThatOnlyReadsIsNotWritable() throws IOException {
    try (S3Service readOnly = S3Service.start(folder, true)) {
      assertUnusable(readOnly.storage(bucket, "orders"), Kind.NOT_WRITABLE, "s3://" + bucket);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1", "http://no-such-host.invalid:9000"})
  void anEndpointThatIsNotThereIsUnreachable(String endpoint) {
    assertUnusable(at(URI.create(endpoint)), Kind.UNREACHABLE, URI.create(endpoint).getHost());
  }

  @Test
  void anEndpointThatNeverAnswersIsUnreachableWithinTheLimits() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      long before = System.nanoTime();

      assertUnusable(
          at(URI.create("http://127.0.0.1:" + silent.getLocalPort())),
          Kind.UNREACHABLE,
          "127.0.0.1");

      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isLessThan(LIMITS.call().plusSeconds(2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "canonical"})
  void aSavepointAsTheEngineWroteItIsWhole(String format) throws IOException {
    s3.put(bucket, "orders/sp", RECORDED.resolve(format));

    assertThat(verify("orders/sp")).isEqualTo(Reading.known(whole(RECORDED.resolve(format))));
  }

  @Test
  void anIncrementalCheckpointIsWholeThoughMostOfItsFilesLieElsewhere() throws IOException {
    Storage engines = putCheckpoint();

    Verification found =
        snapshots
            .verify(engines, "s3://" + ENGINES_BUCKET + "/" + ENGINES_FOLDER + "/chk-17")
            .optional()
            .orElseThrow();

    assertThat(found).isInstanceOf(Verification.Whole.class);
    assertThat(((Verification.Whole) found).files()).isGreaterThan(3 + 2);
  }

  @TestFactory
  Stream<DynamicTest> aSavepointWithoutOneOfItsFilesIsBroken() {
    return damage("native", file -> Files.delete(file), "found no such object");
  }

  @TestFactory
  Stream<DynamicTest> aSavepointWithATruncatedFileIsBroken() {
    return damage(
        "canonical",
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        },
        "B, found ");
  }

  @TestFactory
  Stream<DynamicTest> aSavepointWithAFileThatGrewIsBroken() {
    return damage(
        "native", file -> Files.write(file, new byte[1], StandardOpenOption.APPEND), "B, found ");
  }

  @Test
  void aCheckpointWithoutASharedFileIsBroken() throws IOException {
    Storage engines = putCheckpoint();
    String location = "s3://" + ENGINES_BUCKET + "/" + ENGINES_FOLDER + "/chk-17";
    List<Path> shared = files(s3.path(ENGINES_BUCKET, ENGINES_FOLDER + "/shared"));
    int broken = 0;
    for (Path file : shared) {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      if (snapshots.verify(engines, location).optional().orElseThrow()
          instanceof Verification.Broken(String defect)) {
        broken++;
        assertThat(defect).contains(file.getFileName().toString()).contains("no such object");
      }
      Files.write(file, bytes);
    }
    // Shared files of the two older checkpoints do not matter to this one.
    assertThat(broken).isBetween(1, shared.size() - 1);
  }

  @Test
  void aLocationWithoutMetadataIsAbsent() throws IOException {
    s3.put(bucket, "orders/sp", RECORDED.resolve("native"));
    Files.delete(s3.path(bucket, "orders/sp/_metadata"));

    assertThat(verify("orders/sp")).isEqualTo(Reading.absent());
  }

  @Test
  void metadataThatIsNoneIsBroken() throws IOException {
    Path file = s3.path(bucket, "orders/sp/_metadata");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "certainly not a savepoint");

    assertBroken("orders/sp", "does not begin like a savepoint");
  }

  @Test
  void aReferenceToAnotherBucketIsBroken() throws IOException {
    s3.put(bucket, "orders/chk-17", RECORDED.resolve("checkpoints/job/chk-17"));

    assertBroken("orders/chk-17", "expected only files in the bucket " + bucket);
  }

  @Test
  void aLocationInAnotherBucketIsBroken() {
    assertThat(snapshots.verify(storage, "s3://other/orders/sp"))
        .isEqualTo(
            Reading.known(
                new Verification.Broken(
                    "s3://other/orders/sp lies outside of the bucket " + bucket)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "orders", "file:///etc", "s3:/x", "http://h/x"})
  void aLocationThatIsNoneIsUnknown(String location) {
    assertThat(snapshots.verify(storage, location).isUnknown()).isTrue();
    assertThat(snapshots.find(storage, location).isUnknown()).isTrue();
  }

  @Test
  void aStorageThatDoesNotAnswerLeavesEveryQuestionOpen() {
    Storage gone = at(URI.create("http://127.0.0.1:1"));

    assertThat(snapshots.verify(gone, "s3://" + bucket + "/x").isUnknown()).isTrue();
    assertThat(snapshots.find(gone, "s3://" + bucket + "/x").isUnknown()).isTrue();
  }

  @Test
  void aRefusalIsNotReadAsAbsence() {
    Storage wrong = s3.storage(bucket, "", new Storage.Credentials("streamjob", "wrong"));
    Storage missing = s3.storage("no-such-bucket", "");

    assertThat(snapshots.verify(wrong, "s3://" + bucket + "/x").isUnknown()).isTrue();
    assertThat(snapshots.find(wrong, "s3://" + bucket + "/x").isUnknown()).isTrue();
    assertThat(snapshots.verify(missing, "s3://no-such-bucket/x").isUnknown()).isTrue();
    assertThat(snapshots.find(missing, "s3://no-such-bucket/x").isUnknown()).isTrue();
  }

  @Test
  void theOneSavepointOfADirectoryIsFoundAtAnyDepthUpToTwo() throws IOException {
    s3.put(bucket, "a/attempt", RECORDED.resolve("native"));
    s3.put(bucket, "b/attempt/savepoint-1", RECORDED.resolve("native"));
    s3.put(bucket, "c/attempt/x/savepoint-1", RECORDED.resolve("native"));
    s3.put(bucket, "d/attempt/x/y/savepoint-1", RECORDED.resolve("native"));

    assertThat(find("a/attempt")).isEqualTo(Reading.known(location("a/attempt")));
    assertThat(find("b/attempt/")).isEqualTo(Reading.known(location("b/attempt/savepoint-1")));
    assertThat(find("c/attempt")).isEqualTo(Reading.known(location("c/attempt/x/savepoint-1")));
    assertThat(find("d/attempt")).isEqualTo(Reading.absent());
  }

  @Test
  void filesWithoutMetadataAreNoSavepoint() throws IOException {
    s3.put(bucket, "a/sp", RECORDED.resolve("native"));
    Files.delete(s3.path(bucket, "a/sp/_metadata"));

    assertThat(find("a")).isEqualTo(Reading.absent());
  }

  @Test
  void aNeighbourWithALongerNameIsNotBelowTheDirectory() throws IOException {
    s3.put(bucket, "attempt-10/sp", RECORDED.resolve("native"));

    assertThat(find("attempt-1")).isEqualTo(Reading.absent());
  }

  @Test
  void nobodyCanTellWhichOfTwoSavepointsCounts() throws IOException {
    s3.put(bucket, "a/savepoint-1", RECORDED.resolve("native"));
    s3.put(bucket, "a/savepoint-2", RECORDED.resolve("native"));

    assertThat(find("a"))
        .isEqualTo(Reading.unknown("expected one savepoint below " + location("a") + ", found 2"));
  }

  @Test
  void moreClientsThanAreKeptStillAnswer() {
    for (int i = 0; i < 3 * LIMITS.clients(); i++) {
      Storage.Credentials stranger = new Storage.Credentials("stranger-" + i, "x");
      assertUnusable(s3.storage(bucket, "", stranger), Kind.CREDENTIALS_REFUSED, bucket);
    }
    assertThat(snapshots.probe(storage)).isEqualTo(new StorageProbe.Usable());
  }

  private interface Damage {
    void on(Path file) throws IOException;
  }

  /** One test for each file of a savepoint but its metadata. */
  private Stream<DynamicTest> damage(String format, Damage damage, String words) {
    Path source = RECORDED.resolve(format);
    return files(source).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> !name.equals("_metadata"))
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      String key = "orders/" + UUID.randomUUID();
                      s3.put(bucket, key, source);
                      damage.on(s3.path(bucket, key + "/" + name));

                      assertBroken(key, name);
                      assertBroken(key, words);
                    }));
  }

  private static Storage putCheckpoint() throws IOException {
    if (!Files.exists(s3.path(ENGINES_BUCKET, ENGINES_FOLDER))) {
      s3.put(ENGINES_BUCKET, ENGINES_FOLDER, RECORDED.resolve("checkpoints/job"));
    }
    return s3.storage(ENGINES_BUCKET, "checkpoints");
  }

  @Test
  void aFolderIsDeletedBatchByBatchAndNothingBesideIt() throws IOException {
    int objects = 10_000;
    Path doomed = s3.path(bucket, "orders/savepoints/s-1");
    Files.createDirectories(doomed);
    for (int i = 0; i < objects; i++) {
      Files.write(doomed.resolve("file-" + i), new byte[] {1});
    }
    Path beside = s3.path(bucket, "orders/savepoints/s-10/file");
    Files.createDirectories(beside.getParent());
    Files.write(beside, new byte[] {1});
    long began = System.nanoTime();

    // Killed in between: another process goes on where the first one stopped.
    assertThat(snapshots.delete(storage, location("orders/savepoints/s-1/")))
        .isEqualTo(Reading.known(1_000));
    int deleted = 1_000;
    try (S3Snapshots another = new S3Snapshots(LIMITS)) {
      for (int some = 1; some > 0; deleted += some) {
        some = another.delete(storage, location("orders/savepoints/s-1/")).optional().orElseThrow();
      }
    }

    assertThat(deleted).isEqualTo(objects);
    assertThat(snapshots.anythingIn(storage, location("orders/savepoints/s-1/")))
        .isEqualTo(Reading.absent());
    assertThat(s3.keys(bucket)).containsExactly("orders/savepoints/s-10/file");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "elsewhere/savepoints/s-1", "orders", "orders/", "ordersandmore/s-1"})
  void nothingIsDeletedThatDoesNotLieBelowThePrefix(String key) throws IOException {
    Path object = s3.path(bucket, "ordersandmore/s-1/file");
    Files.createDirectories(object.getParent());
    Files.write(object, new byte[] {1});

    assertThat(snapshots.delete(storage, location(key)).isUnknown()).isTrue();
    assertThat(snapshots.delete(storage, "s3://another/orders/s-1").isUnknown()).isTrue();

    assertThat(s3.keys(bucket)).containsExactly("ordersandmore/s-1/file");
  }

  private static Verification.Whole whole(Path source) {
    List<Path> files = files(source);
    return new Verification.Whole(
        files.size(), files.stream().mapToLong(f -> f.toFile().length()).sum());
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StorageProbe.Unusable assertUnusable(Storage unusable, Kind kind, String words) {
    StorageProbe probe = snapshots.probe(unusable);
    assertThat(probe).isInstanceOf(StorageProbe.Unusable.class);
    StorageProbe.Unusable answer = (StorageProbe.Unusable) probe;
    assertThat(answer.kind()).as(answer.message()).isEqualTo(kind);
    assertThat(answer.message()).contains(words).doesNotContain("\n");
    return answer;
  }

  private void assertBroken(String key, String words) {
    Verification found = verify(key).optional().orElseThrow();
    assertThat(found).isInstanceOf(Verification.Broken.class);
    assertThat(((Verification.Broken) found).defect()).contains(words);
  }

  private Reading<Verification> verify(String key) {
    return snapshots.verify(storage, location(key));
  }

  private Reading<String> find(String key) {
    return snapshots.find(storage, location(key));
  }

  private String location(String key) {
    return "s3://" + bucket + "/" + key;
  }

  private Storage at(URI endpoint) {
    return new Storage(
        bucket, "", Optional.of(endpoint), "us-east-1", true, Optional.of(S3Service.CREDENTIALS));
  }
}
