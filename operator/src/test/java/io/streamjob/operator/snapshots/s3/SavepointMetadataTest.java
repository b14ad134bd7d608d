package io.streamjob.operator.snapshots.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code _metadata} that a real engine wrote, and what may become of it. */
class SavepointMetadataTest {
  private static final Path RECORDED =
      Path.of("src", "test", "resources", "snapshots", "flink-2.3.0");
  private static final AtomicBoolean CODE_RAN = new AtomicBoolean();

  private SavepointMetadata metadata;

  @BeforeEach
  void open() throws IOException {
    metadata = new SavepointMetadata();
  }

  @AfterEach
  void close() {
    metadata.close();
  }

  /** Runs code as soon as it is read. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      CODE_RAN.set(true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "canonical", "checkpoints/job/chk-17"})
  void whatTheEngineWroteIsRead(String savepoint) throws Exception {
    assertThat(metadata.read(recorded(savepoint)).getOperatorStates()).hasSize(6);
  }

  @Test
  void metadataThatWasCutAnywhereIsDefective() throws IOException {
    byte[] whole = recorded("native");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> metadata.read(cut)).isInstanceOf(DefectException.class);
    }
  }

  @Test
  void aSerialisedObjectThatIsNotTheEnginesIsRefusedBeforeItsCodeRuns() throws IOException {
    byte[] whole = recorded("native");
    int properties = indexOfSerialisedObject(whole);
    ByteArrayOutputStream hostile = new ByteArrayOutputStream();
    hostile.write(whole, 0, properties);
    try (ObjectOutputStream out = new ObjectOutputStream(hostile)) {
      out.writeObject(new Trap());
    }

    assertThatThrownBy(() -> metadata.read(hostile.toByteArray()))
        .isInstanceOf(DefectException.class)
        .hasMessageContaining("filter status: REJECTED");
    assertThat(CODE_RAN).isFalse();
  }

  @Test
  void anotherVersionOfTheFormatCannotBeJudged() throws IOException {
    byte[] newer = recorded("native");
    newer[7] = 7;

    assertThatThrownBy(() -> metadata.read(newer))
        .isInstanceOf(UnansweredException.class)
        .hasMessageContaining("found 7");
  }

  private static int indexOfSerialisedObject(byte[] file) {
    for (int i = file.length - 2; i >= 0; i--) {
      if (file[i] == (byte) 0xac && file[i + 1] == (byte) 0xed) {
        return i;
      }
    }
    throw new IllegalArgumentException("no serialised object in it");
  }

  private static byte[] recorded(String savepoint) throws IOException {
    return Files.readAllBytes(RECORDED.resolve(savepoint).resolve("_metadata"));
  }
}
