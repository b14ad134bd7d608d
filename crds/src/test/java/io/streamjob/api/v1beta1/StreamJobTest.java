package io.streamjob.api.v1beta1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StreamJobTest {
  private static final Path EVERYTHING =
      Path.of("src", "test", "resources", "manifests", "valid-everything.yaml");

  @Test
  void a_manifest_that_sets_every_field_survives_reading_and_writing() throws Exception {
    String yaml = Files.readString(EVERYTHING);

    StreamJob job = Serialization.unmarshal(yaml, StreamJob.class);

    assertThat(CrdManifest.read(Serialization.asYaml(job)).path("spec"))
        .isEqualTo(CrdManifest.read(yaml).path("spec"));
  }

  @Test
  void what_is_unset_stays_unset() {
    StreamJob job = Serialization.unmarshal("spec: {image: i}", StreamJob.class);

    assertThat(job.getSpec())
        .isEqualTo(
            new StreamJobSpec(
                "i", null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null));
    assertThat(CrdManifest.read(Serialization.asYaml(job)).path("spec")).hasSize(1);
    assertThat(job.getStatus()).isNull();
  }

  @Test
  void fields_of_a_newer_version_are_ignored() {
    StreamJob job =
        Serialization.unmarshal(
            """
            futureField: 1
            spec:
              image: i
              futureField: {a: 1}
              job: {jar: j, futureField: [1]}
            status: {phase: Running, futureField: 1, rollout: {step: Stopping, futureField: 1}}
            """,
            StreamJob.class);

    assertThat(job.getSpec().image()).isEqualTo("i");
    assertThat(job.getStatus().rollout()).isNotNull();
  }

  @Test
  void words_of_a_newer_version_reach_the_operator() {
    StreamJob job =
        Serialization.unmarshal(
            "spec: {state: {backend: Future}}\nstatus: {phase: Future}", StreamJob.class);

    assertThat(job.getSpec().state()).extracting(StateSpec::backend).isEqualTo("Future");
    assertThat(job.getStatus().phase()).isEqualTo("Future");
  }
}
