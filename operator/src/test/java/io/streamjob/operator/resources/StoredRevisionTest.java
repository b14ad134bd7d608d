package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.streamjob.api.v1beta1.StreamJob;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.spec.SpecHash;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredRevisionTest {
  private static final Owner OWNER =
      new Owner("shop", "orders", "1f0c7c52-5d3b-4b8a-9c1e-0a2b3c4d5e6f");

  static Stream<GoldenFiles> specs() {
    return GoldenFiles.cases("resources").stream();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void a_spec_comes_back_from_the_api_server_as_it_was_written(GoldenFiles files)
      throws IOException {
    StreamJobSpec spec =
        Serialization.unmarshal(files.read("in-StreamJob.yaml"), StreamJob.class).getSpec();
    ControllerRevision written = new StoredRevision(7, spec, Optional.empty()).toObject(OWNER);

    ControllerRevision received =
        Serialization.unmarshal(Serialization.asJson(written), ControllerRevision.class);
    StoredRevision read = StoredRevision.of(received);

    assertThat(read.number()).isEqualTo(7);
    assertThat(SpecHash.of(read.spec())).isEqualTo(SpecHash.of(spec));
    assertThat(Serialization.asYaml(read.spec())).isEqualTo(Serialization.asYaml(spec));
  }

  @Test
  void fields_of_a_newer_operator_are_overlooked() {
    ControllerRevision newer =
        new ControllerRevisionBuilder()
            .withNewMetadata()
            .endMetadata()
            .withRevision(8L)
            .withData(Map.of("image", "a", "later", Map.of("b", 1)))
            .build();

    assertThat(StoredRevision.of(newer).spec().image()).isEqualTo("a");
  }

  @Test
  void what_a_revision_was_rescaled_to_stands_beside_its_spec() throws IOException {
    StreamJobSpec spec =
        Serialization.unmarshal(
                GoldenFiles.cases("resources").getFirst().read("in-StreamJob.yaml"),
                StreamJob.class)
            .getSpec();
    ControllerRevision object = new StoredRevision(7, spec, Optional.empty()).toObject(OWNER);
    assertThat(StoredRevision.of(object).scale()).isEmpty();

    Scale scale = new Scale(4, 8, "1-0123456789abcdef");
    object.getMetadata().setAnnotations(scale.annotation());
    assertThat(StoredRevision.of(object).scale()).contains(scale);

    object.getMetadata().setAnnotations(Map.of("streamjob.io/scale", "large"));
    assertThatThrownBy(() -> StoredRevision.of(object)).hasMessageContaining("orders-7");
  }

  @Test
  void what_the_operator_cannot_have_written_is_told_by_name() {
    ControllerRevision alien =
        new ControllerRevisionBuilder()
            .withNewMetadata()
            .withName("orders-7")
            .endMetadata()
            .withRevision(7L)
            .withData(Map.of("image", Map.of()))
            .build();

    assertThatThrownBy(() -> StoredRevision.of(alien)).hasMessageContaining("orders-7");
    alien.setData(null);
    assertThatThrownBy(() -> StoredRevision.of(alien)).hasMessageContaining("orders-7");
  }
}
