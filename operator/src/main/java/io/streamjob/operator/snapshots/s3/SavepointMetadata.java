package io.streamjob.operator.snapshots.s3;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.checkpoint.metadata.MetadataSerializers;
import org.apache.flink.runtime.checkpoint.metadata.MetadataV5Serializer;
import org.apache.flink.runtime.checkpoint.metadata.MetadataV6Serializer;

/**
 * Reads {@code _metadata} with the engine's own code, without what that code does beyond reading.
 *
 * <p>The engine ends the file with a serialised Java object and reads it without a filter: whoever
 * can write to a bucket could so run code here. It is read with a filter instead. And to resolve
 * relative paths the engine looks up the savepoint in a file system; it is shown an empty folder,
 * since callers resolve these paths themselves.
 */
final class SavepointMetadata implements AutoCloseable {
  private static final String FILE = "_metadata";

  private static final ObjectInputFilter ONLY_PROPERTIES =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=10;maxrefs=100;maxbytes=10000;maxarray=100;"
              + "org.apache.flink.runtime.checkpoint.*;"
              + "org.apache.flink.core.execution.SavepointFormatType;"
              + "java.lang.Enum;!*");

  private final Path folder;

  SavepointMetadata() throws IOException {
    folder = Files.createTempDirectory("streamjob-savepoint-");
    Files.createFile(folder.resolve(FILE));
  }

  CheckpointMetadata read(byte[] file) throws DefectException, UnansweredException {
    if (!Files.isRegularFile(folder.resolve(FILE))) {
      throw new UnansweredException("the operator's temporary folder " + folder + " has gone");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(file))) {
      int magic = in.readInt();
      if (magic != Checkpoints.HEADER_MAGIC_NUMBER) {
        throw new DefectException("it does not begin like a savepoint of the engine");
      }
      int version = in.readInt();
      CheckpointMetadata states =
          switch (version) {
            case MetadataV5Serializer.VERSION -> new Version5().readStates(in, folder);
            case MetadataV6Serializer.VERSION -> new Version6().readStates(in, folder);
            default ->
                throw new UnansweredException(
                    "expected version 5 or 6 of the savepoint format, found " + version);
          };
      return states.withProperties(readProperties(in));
    } catch (IOException | RuntimeException e) {
      throw new DefectException("it cannot be read: " + StorageErrors.line(e), e);
    }
  }

  /** The same file without the state of these operators, in the same version of the format. */
  byte[] without(byte[] file, Set<String> operators) throws DefectException, UnansweredException {
    CheckpointMetadata whole = read(file);
    List<OperatorState> kept =
        whole.getOperatorStates().stream()
            .filter(state -> !operators.contains(state.getOperatorID().toString()))
            .toList();
    CheckpointMetadata rest =
        new CheckpointMetadata(
            whole.getCheckpointId(),
            kept,
            whole.getMasterStates(),
            whole.getCheckpointProperties());
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    try (DataOutputStream data = new DataOutputStream(out)) {
      Checkpoints.storeCheckpointMetadata(
          rest,
          data,
          MetadataSerializers.getSerializer(ByteBuffer.wrap(file).getInt(Integer.BYTES)));
    } catch (IOException | RuntimeException e) {
      throw new UnansweredException("a part of it cannot be written: " + StorageErrors.line(e));
    }
    return out.toByteArray();
  }

  /** It must be there to the last byte. */
  private static CheckpointProperties readProperties(DataInputStream in)
      throws IOException, DefectException {
    try (ObjectInputStream objects = new ObjectInputStream(in)) {
      objects.setObjectInputFilter(ONLY_PROPERTIES);
      if (objects.readObject() instanceof CheckpointProperties properties) {
        return properties;
      }
      throw new DefectException("it does not end like a savepoint of the engine");
    } catch (ClassNotFoundException e) {
      throw new DefectException("it ends with an unknown class", e);
    }
  }

  private static final class Version5 extends MetadataV5Serializer {
    CheckpointMetadata readStates(DataInputStream in, Path folder) throws IOException {
      return deserializeMetadata(in, folder.toUri().toString());
    }
  }

  private static final class Version6 extends MetadataV6Serializer {
    CheckpointMetadata readStates(DataInputStream in, Path folder) throws IOException {
      return deserializeMetadata(in, folder.toUri().toString());
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
