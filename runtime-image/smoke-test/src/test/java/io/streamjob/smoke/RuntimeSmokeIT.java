package io.streamjob.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the image promises, on the folder that it is built from. */
class RuntimeSmokeIT {

  private static final Path WORD_COUNT = Path.of(System.getProperty("word-count.directory"));
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Pattern V1_LINE = Pattern.compile("[a-z]+\t\\d+\t\\d{13}");
  private static final Pattern V2_LINE = Pattern.compile("([a-z]+)\t\\d+\t\\d{13}\t\\d+");
  private static final int RATE = 2_000;

  private static Path work;
  private static Processes processes;
  private static Store store;

  @BeforeAll
  static void startStore() throws Exception {
    Path smoke = Path.of(System.getProperty("smoke.directory"));
    work = Files.createTempDirectory(smoke, "run-");
    Files.createSymbolicLink(
        work.resolve("s3proxy-jar-with-dependencies.jar"),
        smoke.resolve("s3proxy-jar-with-dependencies.jar"));
    processes = new Processes(work.resolve("logs"));
    store = Store.start(processes, work);
  }

  @AfterAll
  static void stopAll() throws Exception {
    processes.stopAll();
  }

  @Test
  void aWarmUpLeavesNothingBehindAndAnUpgradeKeepsEveryCount() throws Exception {
    Engine blue = engine("blue", "word-count-1.jar").startWorker();
    warmUp(blue);
    assertThat(blue.uploadBuffer()).isDirectory();
    assertThat(blue.jobsRunning()).isZero();
    assertThat(blue.freeSlots()).isEqualTo(Engine.SLOTS);
    // S3A may put an empty object where the parent folder would be; nothing lies in it.
    assertThat(store.keys("warm-up/")).isSubsetOf("warm-up/");
    assertThat(store.keys("to-come/")).contains("to-come/shared/", "to-come/taskowned/");

    Text text = new Text();
    store.put("text/a.txt", text.next(200));
    store.put("text/b.txt", text.next(600));
    String first = run(blue, Map.of());
    awaitLines(1);
    String savepoint = blue.stop(first);
    List<String> fromV1 = store.lines("counts/");
    assertThat(fromV1).allMatch(V1_LINE.asMatchPredicate());

    Engine green = engine("green", "word-count-2.jar").startWorker();
    store.put("text/c.txt", text.next(200));
    String second = run(green, Map.of("savepointPath", savepoint, "claimMode", "NO_CLAIM"));
    awaitLines(text.words());
    assertThat(green.restoredFrom(second)).isEqualTo(savepoint);
    green.stop(second);

    List<String> all = store.lines("counts/");
    assertThat(all).filteredOn(V2_LINE.asMatchPredicate()).isNotEmpty();
    assertThat(all).filteredOn(V1_LINE.asMatchPredicate()).hasSameSizeAs(fromV1);
    assertThat(all.stream().map(RuntimeSmokeIT::pair).sorted().toList())
        .isEqualTo(text.expectedPairs());
  }

  @Test
  void aMissingJobJarDoesNotStopTheCoordinatorAndIsToldOverRest() throws Exception {
    Engine engine = engine("empty", "no-such.jar");

    Engine.Answer answer = engine.runApplication("job.jar", Map.of());

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("Jar file").contains("job.jar does not exist");
  }

  @Test
  void aJarIsFetchedFromTheStoreIfItIsTheOneThatWasMeant() throws Exception {
    byte[] jar = Files.readAllBytes(WORD_COUNT.resolve("word-count-1.jar"));
    store.put("jars/word-count.jar", jar);
    String address = "s3://" + Store.BUCKET + "/jars/word-count.jar";
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
    Engine engine = new Engine("fetching", processes, work, store);
    Path to = work.resolve("fetched.jar");

    assertThat(engine.fetchJar(address, "0".repeat(64), to)).isEqualTo(1);
    assertThat(engine.fetchJar(address + ".none", sha256, to)).isEqualTo(1);
    assertThat(to).doesNotExist();
    assertThat(engine.fetchJar(address, sha256, to)).isZero();
    assertThat(to).hasBinaryContent(jar);
  }

  private static Engine engine(String name, String jobJar) throws Exception {
    return new Engine(name, processes, work, store).startCoordinator(WORD_COUNT.resolve(jobJar));
  }

  private static void warmUp(Engine engine) throws Exception {
    String application = Engine.newId();
    String scratch = "s3://" + Store.BUCKET + "/warm-up/" + application;
    engine.runApplication(
        "warm-up.jar",
        Map.of(
            "applicationId",
            application,
            "programArgsList",
            List.of(
                "--scratch",
                scratch,
                "--checkpoints",
                "s3://" + Store.BUCKET + "/to-come/",
                "--parallelism",
                String.valueOf(Engine.SLOTS),
                "--limit-seconds",
                String.valueOf(LIMIT.toSeconds()))));
    Awaitility.await("the warm-up has ended")
        .atMost(LIMIT.plusSeconds(10))
        .until(() -> List.of("FINISHED", "FAILED").contains(engine.applicationStatus(application)));
    assertThat(engine.applicationStatus(application)).isEqualTo("FINISHED");
  }

  private static String run(Engine engine, Map<String, String> restore) throws Exception {
    String job = Engine.newId();
    String bucket = "s3://" + Store.BUCKET;
    Map<String, Object> request = new HashMap<>(restore);
    request.put("jobId", job);
    request.put("parallelism", Engine.SLOTS);
    request.put(
        "programArgsList",
        List.of(
            "--input", bucket + "/text",
            "--output", bucket + "/counts",
            "--rate", String.valueOf(RATE)));
    assertThat(engine.runApplication("job.jar", request).status()).isEqualTo(202);
    Awaitility.await("the job runs")
        .atMost(LIMIT)
        .until(() -> engine.jobStatus(job).equals("RUNNING"));
    return job;
  }

  private static void awaitLines(int atLeast) {
    Awaitility.await("enough lines are committed")
        .atMost(LIMIT)
        .until(() -> store.lines("counts/").size() >= atLeast);
  }

  private static String pair(String line) {
    String[] fields = line.split("\t", -1);
    return fields[0] + '\t' + fields[1];
  }
}
