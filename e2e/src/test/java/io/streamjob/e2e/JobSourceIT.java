package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Repository;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program is not part of the image: it is fetched from the store or from a server that speaks
 * TLS, or not run at all.
 */
class JobSourceIT {
  private static final String NAME = "e2e-job-source";
  private static final String FOLDER = NAME + "-jars/";
  private static final String NOT_MEANT = "0123456789abcdef".repeat(4);

  private static final String TRUSTS_RELEASES =
      """
      {"spec": {
        "volumes": [{"name": "trust", "secret": {"secretName": "%s"}}],
        "initContainers": [{
          "name": "streamjob-fetch-jar",
          "env": [{
            "name": "JAVA_TOOL_OPTIONS",
            "value": "-Djavax.net.ssl.trustStore=/trust/trust.p12 -Djavax.net.ssl.trustStorePassword=%s"}],
          "volumeMounts": [{"name": "trust", "mountPath": "/trust", "readOnly": true}]}]}}
      """
          .formatted(Releases.TRUST, Releases.PASSWORD);

  @TempDir private Path folder;

  @Test
  void aFetchedJarRunsAndOnlyTheOneThatWasMeant() {
    Stage stage = Stage.get();
    stage.store().createBucket(WordCountRun.BUCKET);
    Jar first = Jar.upload(stage.store(), "word-count-1.jar");
    Jar second = Jar.upload(stage.store(), "word-count-2.jar");
    try (WordCountRun run =
        stage.run(
            NAME,
            Text.read("", 2 << 20, 16 << 10),
            sample ->
                sample.replaceFirst(
                    "jar: local://.*",
                    "jar: %s\n    sha256: %s".formatted(first.address, first.sha256)))) {
      Scene scene = new Scene(run, stage.store());
      run.awaitRunning(Scene.LIMIT);
      run.feeder().feedSteadily(Scene.PIECE_EVERY, 0.9);
      EditedJob job = EditedJob.of(run.jobs(), WordCountRun.JOB);

      assertThat(job.edit(program(second.address, NOT_MEANT)).exitCode()).isZero();
      String refused = job.awaitRefusal("JarNotFetched");
      assertThat(job.edit(program(second.address + "x.jar", second.sha256)).exitCode()).isZero();
      String missing = job.awaitRefusal("JarNotFetched");
      scene.patch("{'spec': %s}".formatted(program(second.address, second.sha256)));
      JsonNode upgraded =
          scene.await(
              "the end of the third upgrade",
              it ->
                  it.at("/status/rollout").isMissingNode()
                      && it.at("/status/history/0/attempt").asInt() == 4);

      System.err.printf("e2e job source: %s%ne2e job source: %s%n", refused, missing);
      assertThat(refused)
          .contains("expected SHA-256 " + NOT_MEANT + ", found " + second.sha256, "next step: ");
      assertThat(missing).contains("expected an object, found none", "next step: ");
      assertThat(upgraded.at("/status/history/0/outcome").asText()).isEqualTo("Completed");
      assertThat(upgraded.at("/status/current/image").asText()).isEqualTo("streamjob/word-count:1");
      assertRuns(scene, second);

      String released = Releases.serve(run, first.file, folder);
      scene.patch(
          "{'spec': {'job': {'jar': '%s', 'sha256': '%s'}, 'coordinator': {'podTemplate': %s}}}"
              .formatted(released, first.sha256, TRUSTS_RELEASES));

      assertThat(scene.awaitAttempt(5).path("outcome").asText()).isEqualTo("Completed");
      assertRuns(scene, first);
      scene.assertExact();
    }
  }

  private static void assertRuns(Scene scene, Jar jar) {
    assertThat(
            scene.kubectl(
                "exec",
                "deploy/word-count-%d-coordinator"
                    .formatted(scene.job().at("/status/current/number").asInt()),
                "-c",
                "streamjob",
                "--",
                "sh",
                "-c",
                "sha256sum $STREAMJOB_JOB_JAR"))
        .contains(jar.sha256);
  }

  private static String program(String jar, String sha256) {
    return "{\"job\": {\"jar\": \"%s\", \"sha256\": \"%s\"}}".formatted(jar, sha256);
  }

  /** A jar of the word count's in the store. */
  private record Jar(Path file, String address, String sha256) {
    static Jar upload(ObjectStore store, String name) {
      Path file = Repository.path("runtime-image/target/word-count/" + name);
      store.put(WordCountRun.BUCKET, FOLDER + name, file);
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return new Jar(
            file,
            "s3://%s/%s%s".formatted(WordCountRun.BUCKET, FOLDER, name),
            HexFormat.of().formatHex(digest));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }
}
