package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.wordcount.Ledger;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * One word count runs all the time, and people make every mistake with its spec. Each is told in a
 * condition and an Event that name what was found and what to do, and none of them stops the job.
 * Each test begins and ends with the good spec; only the last one looks at what all of them left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
  private static final String NAME = "e2e-bad-input";
  private static final String JOB = WordCountRun.JOB;
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration ROLLBACK_LIMIT = Duration.ofMinutes(3);
  private static final Duration QUOTA_LIMIT = Duration.ofSeconds(30);
  private static final Duration PIECE_EVERY = Duration.ofMillis(400);
  private static final int BYTES = 1 << 20;
  private static final int PIECE_BYTES = 1 << 10;

  /** Kubernetes releases from this minor version of 1 on enforce CEL rules by default. */
  private static final int FIRST_WITH_CEL = 25;

  private Kubectl kubectl;
  private WordCountRun run;
  private EditedJob job;
  private boolean serverKnowsCel;

  @BeforeAll
  void startTheJob() throws JsonProcessingException {
    Stage stage = Stage.get();
    kubectl = stage.cluster().kubectl();
    serverKnowsCel = minorVersion() >= FIRST_WITH_CEL;
    run = stage.run(NAME, Text.read("", BYTES, PIECE_BYTES), manifest -> manifest);
    run.awaitRunning(START_LIMIT);
    run.feeder().feedSteadily(PIECE_EVERY, 0.9);
  }

  @AfterAll
  void leaveNothing() {
    run.close();
    ReadOnlyStore.uninstall(kubectl);
  }

  @BeforeEach
  void seeTheJobRun() {
    job = EditedJob.of(run.jobs(), JOB);
    job.assertUntouched();
  }

  @AfterEach
  void bringTheGoodSpecBack() {
    job.revert();
    job.assertUntouched();
  }

  @Test
  void anImageThatCannotBePulled() {
    assertRefused(
        "{\"image\":\"localhost:1/word-count:none\"}",
        "ImagePullFailed",
        "localhost:1/word-count:none",
        "spec.image");
  }

  @Test
  void aJarThatIsNotInTheImage() {
    assertRefused(
        "{\"job\":{\"jar\":\"local:///opt/streamjob/job/none.jar\"}}",
        "JarNotFound",
        "spec.job.jar");
  }

  @Test
  void anEntryClassThatIsNotInTheJar() {
    assertRefused(
        "{\"job\":{\"entryClass\":\"shop.Orders\"}}",
        "EntryClassNotFound",
        "shop.Orders",
        "spec.job.entryClass");
  }

  @Test
  void aMainMethodThatThrows() {
    assertRefused(image("throws"), "ProgramFailed", "this version throws in main() on purpose");
  }

  @Test
  void aVersionThatWouldDropState() {
    assertRefused(image("renamed"), "StateNotMappable", "former uid");
  }

  @Test
  void anUnknownWord() {
    assertRefusedByServer("{\"state\":{\"backend\":\"Rocks\"}}", "spec.state.backend", "Rocks");
  }

  @Test
  void aMalformedDuration() {
    assertRefusedByServer(
        "{\"checkpoints\":{\"interval\":\"soon\"}}", "spec.checkpoints.interval", "soon");
  }

  @Test
  void aParallelismAboveTheMaximum() {
    assertRefusedByRule(
        "{\"job\":{\"parallelism\":200}}", "parallelism", "maxParallelism", "200", "128");
  }

  @Test
  void anEngineOptionThatTheOperatorOwns() {
    assertRefusedByRule(
        "{\"config\":{\"execution.checkpointing.dir\":\"s3://elsewhere/checkpoints\"}}",
        "execution.checkpointing.dir");
  }

  @Test
  void anEndpointThatIsNoAddress() {
    assertRefusedByRule("{\"state\":{\"s3\":{\"endpoint\":\"s3:9000\"}}}", "endpoint", "s3:9000");
  }

  @Test
  void aBucketThatDoesNotExist() {
    assertRefused(
        "{\"state\":{\"storage\":\"s3://no-such-bucket/state\"}}",
        "BucketMissing",
        "s3://no-such-bucket/state",
        "spec.state.storage");
  }

  @Test
  void aSecretThatDoesNotExist() {
    assertRefused(
        credentials("no-such-secret"),
        "CredentialsMissing",
        NAME + "/no-such-secret",
        "AWS_ACCESS_KEY_ID",
        "none of this name");
  }

  @Test
  void aSecretWithoutTheKey() {
    createSecret("half-a-secret", "AWS_ACCESS_KEY_ID=" + ObjectStore.ACCESS_KEY);

    assertRefused(
        credentials("half-a-secret"),
        "CredentialsMissing",
        NAME + "/half-a-secret",
        "no key AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void aSecretWithAWrongValue() {
    createSecret(
        "wrong-secret",
        "AWS_ACCESS_KEY_ID=" + ObjectStore.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY=not-what-the-store-knows");

    String message =
        assertRefused(
            credentials("wrong-secret"), "CredentialsRefused", "spec.state.s3.credentials");

    assertThat(message).doesNotContain("not-what-the-store-knows");
  }

  @Test
  void anEndpointWhereNobodyListens() {
    assertRefused(
        "{\"state\":{\"s3\":{\"endpoint\":\"http://127.0.0.1:1\"}}}",
        "StorageUnreachable",
        "127.0.0.1",
        "spec.state.s3.endpoint");
  }

  @Test
  void aStorageThatRefusesWrites() {
    ReadOnlyStore store = ReadOnlyStore.install(kubectl);

    assertRefused(
        "{\"state\":{\"s3\":{\"endpoint\":\"" + store.endpoint() + "\"}}}",
        "StorageNotWritable",
        "allow writing below the prefix");
  }

  @Test
  void aQuotaWithoutRoomForTheCoordinator() {
    limitPods(job.pods().size());
    try {
      assertRefused(image("2"), "NoRoom", "Deployment " + JOB, "exceeded quota", "raise the quota");
    } finally {
      unlimitPods();
    }
  }

  @Test
  void aQuotaWithoutRoomForTheWorkers() {
    limitPods(job.pods().size() + 1);
    try {
      assertRefused(
          image("2"), "NoRoom", "StatefulSet " + JOB, "exceeded quota", "raise the quota");
    } finally {
      unlimitPods();
    }
  }

  @Test
  void aPodThatNoNodeTakes() {
    assertRefused(
        "{\"coordinator\":{\"podTemplate\":{\"spec\":{\"nodeSelector\":{\"on\":\"the-moon\"}}}}}",
        "NoRoom",
        "cannot be scheduled",
        "make room for it");
  }

  @Test
  void aPodThatRefersToWhatIsNotThere() {
    assertRefused(
        environment(
            "{\"name\":\"TOKEN\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"lost\",\"key\":\"token\"}}}"),
        "PodFailed",
        "CreateContainerConfigError",
        "lost",
        "create what the container refers to");
  }

  @Test
  void aPodThatCrashesAgainAndAgain() {
    assertRefused(
        environment("{\"name\":\"JAVA_TOOL_OPTIONS\",\"value\":\"-XX:+NoSuchOption\"}"),
        "PodFailed",
        "exit code 1",
        "see its log");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aVersionThatCannotReadTheState() {
    assertThat(job.edit(image("incompatible")).exitCode()).isZero();

    JsonNode back =
        run.jobs()
            .await(
                JOB,
                "a rollout that was rolled back",
                ROLLBACK_LIMIT,
                now ->
                    now.at("/status/rollout").isMissingNode()
                        && "RolledBack".equals(now.at("/status/history/0/outcome").asText()));
    String message = back.at("/status/rejected/message").asText();
    assertThat(message).contains("StateMigrationException", "next step: ");
    assertThat(back.at("/status/rejected/reason").asText()).isEqualTo("StateNotReadable");
    assertThat(back.at("/status/history/0/reason").asText()).isEqualTo("StateNotReadable");
    assertThat(back.at("/status/current/image").asText()).isEqualTo("streamjob/word-count:1");
    assertThat(back.at("/status/job/restoredFrom").asText())
        .isNotEmpty()
        .isEqualTo(back.at("/status/restorePoints/0/location").asText());

    // Another job in the same pods.
    EditedJob resumed = EditedJob.of(run.jobs(), JOB);
    assertThat(resumed.engineJob()).isNotEqualTo(job.engineJob());
    assertThat(resumed.pods()).isEqualTo(job.pods());
    job = new EditedJob(run.jobs(), JOB, job.good(), resumed.engineJob(), job.pods());
    assertThat(job.awaitRefusal("StateNotReadable")).isEqualTo(message);

    run.feeder().feedUpTo(1.0);
    Ledger ledger = run.awaitOutput();
    assertThat(ledger.lost(run.expected())).as("lost").isZero();
    assertThat(ledger.doubled()).as("doubled").isZero();
  }

  /** Edits the spec; the operator refuses it, in words that contain all of these. */
  private String assertRefused(String specPatch, String reason, String... words) {
    Command.Result answer = job.edit(specPatch);
    assertThat(answer.exitCode()).as(answer.error()).isZero();

    String message = job.awaitRefusal(reason);

    System.err.printf("bad input: %s: %s%n", reason, message);
    assertThat(message).contains(words).contains("next step: ");
    return message;
  }

  private void assertRefusedByServer(String specPatch, String... words) {
    Command.Result answer = job.edit(specPatch);

    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.error()).contains(words);
    job.assertUntouched();
  }

  /** Refused by a CEL rule of the schema; by the operator where the server knows no such rules. */
  private void assertRefusedByRule(String specPatch, String... words) {
    if (serverKnowsCel) {
      assertRefusedByServer(specPatch, words);
    } else {
      assertRefused(specPatch, "InvalidSpec", words);
    }
  }

  private int minorVersion() throws JsonProcessingException {
    String minor =
        new JsonMapper()
            .readTree(kubectl.run("get", "--raw", "/version"))
            .path("minor")
            .asText()
            .replaceAll("[^0-9].*", "");
    return Integer.parseInt(minor);
  }

  private static String image(String tag) {
    return "{\"image\":\"streamjob/word-count:" + tag + "\"}";
  }

  private static String credentials(String secret) {
    return "{\"state\":{\"s3\":{\"credentials\":{\"secretName\":\"" + secret + "\"}}}}";
  }

  private static String environment(String variable) {
    return "{\"coordinator\":{\"podTemplate\":{\"spec\":{\"containers\":[{\"name\":\"streamjob\",\"env\":["
        + variable
        + "]}]}}}}";
  }

  private void createSecret(String name, String... entries) {
    String[] arguments = new String[entries.length + 6];
    System.arraycopy(
        new String[] {"-n", NAME, "create", "secret", "generic", name}, 0, arguments, 0, 6);
    for (int i = 0; i < entries.length; i++) {
      arguments[i + 6] = "--from-literal=" + entries[i];
    }
    kubectl.run(arguments);
  }

  private void limitPods(int most) {
    kubectl.run("-n", NAME, "create", "quota", "tight", "--hard=pods=" + most);
    await()
        .alias("a quota that counts")
        .atMost(QUOTA_LIMIT)
        .until(
            () ->
                !kubectl
                    .run("-n", NAME, "get", "quota", "tight", "-o", "jsonpath={.status.used.pods}")
                    .isEmpty());
  }

  private void unlimitPods() {
    kubectl.run("-n", NAME, "delete", "quota", "tight");
  }
}
