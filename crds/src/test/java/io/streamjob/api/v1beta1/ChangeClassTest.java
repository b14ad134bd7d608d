package io.streamjob.api.v1beta1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of each field it is known what its change does; the operator's tests hold it to that. */
class ChangeClassTest {
  private final JsonNode spec = CrdManifest.STREAM_JOB.schema().at("/properties/spec");

  @Test
  void everyFieldHasAClass() {
    assertThat(paths(spec, "")).isNotEmpty().allSatisfy(ChangeClass::of);
  }

  @Test
  void onlyFieldsHaveOne() {
    assertThat(paths(spec, "")).containsAll(ChangeClass.fields());
    assertThatThrownBy(() -> ChangeClass.of("jobs.args")).hasMessage("spec.jobs has no class");
  }

  @Test
  void aPartIsOfTheClassOfTheWholeUnlessItHasItsOwn() {
    assertThat(ChangeClass.of("job.args")).isEqualTo(ChangeClass.Rollout);
    assertThat(ChangeClass.of("job.dropStateOf")).isEqualTo(ChangeClass.None);
    assertThat(ChangeClass.of("savepoints.retention.maxCount")).isEqualTo(ChangeClass.InPlace);
  }

  private static Stream<String> paths(JsonNode schema, String prefix) {
    return schema.path("properties").properties().stream()
        .flatMap(
            field -> {
              String path = prefix + field.getKey();
              return Stream.concat(Stream.of(path), paths(field.getValue(), path + "."));
            });
  }
}
