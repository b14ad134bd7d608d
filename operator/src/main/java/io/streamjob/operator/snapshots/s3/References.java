package io.streamjob.operator.snapshots.s3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.AbstractChannelStateHandle;
import org.apache.flink.runtime.state.AbstractMergedChannelStateHandle;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateHandleStreamImpl;
import org.apache.flink.runtime.state.changelog.inmemory.InMemoryChangelogStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptyFileMergingOperatorStreamStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptySegmentFileStateHandle;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.RelativeFileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/** Collects every file that a savepoint refers to, through every kind of state handle. */
final class References {
  /** How both state backends name them. */
  private static final String TABLE = ".sst";

  private final S3Address location;
  private final List<FileReference> found = new ArrayList<>();
  private final List<FileReference> tables = new ArrayList<>();

  private References(S3Address location) {
    this.location = location;
  }

  /** All files, each as often as it is referred to. */
  static List<FileReference> of(CheckpointMetadata metadata, S3Address location)
      throws DefectException, UnansweredException {
    return read(metadata, location).found;
  }

  /** Those of them that are tables of RocksDB or ForSt. */
  static List<FileReference> tables(CheckpointMetadata metadata, S3Address location)
      throws DefectException, UnansweredException {
    return read(metadata, location).tables.stream().distinct().toList();
  }

  private static References read(CheckpointMetadata metadata, S3Address location)
      throws DefectException, UnansweredException {
    References references = new References(location);
    for (OperatorState operator : metadata.getOperatorStates()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        references.addSubtask(subtask);
      }
      // The coordinator's part (getCoordinatorState) is always inline.
    }
    return references;
  }

  private void addSubtask(OperatorSubtaskState subtask)
      throws DefectException, UnansweredException {
    addAll(subtask.getManagedOperatorState());
    addAll(subtask.getRawOperatorState());
    addAll(subtask.getManagedKeyedState());
    addAll(subtask.getRawKeyedState());
    addAll(subtask.getInputChannelState());
    addAll(subtask.getUpstreamOutputBufferState());
    addAll(subtask.getResultSubpartitionState());
  }

  private void addAll(Iterable<? extends StateObject> handles)
      throws DefectException, UnansweredException {
    for (StateObject handle : handles) {
      add(handle);
    }
  }

  private void add(StateObject handle) throws DefectException, UnansweredException {
    switch (handle) {
      case ByteStreamStateHandle inline -> {}
      case InMemoryChangelogStateHandle inline -> {}
      case EmptySegmentFileStateHandle empty -> {}
      case EmptyFileMergingOperatorStreamStateHandle empty -> {}
      case RelativeFileStateHandle file -> addRelative(file);
      case FileStateHandle file -> addFile(file.getFilePath(), 0, file.getStateSize(), false);
      case SegmentFileStateHandle part ->
          addFile(part.getFilePath(), part.getStartPos(), part.getStateSize(), true);
      case KeyGroupsStateHandle keyed -> add(keyed.getDelegateStateHandle());
      case OperatorStreamStateHandle operator -> add(operator.getDelegateStateHandle());
      case AbstractChannelStateHandle<?> channel -> add(channel.getDelegate());
      case AbstractMergedChannelStateHandle<?, ?> channels -> add(channels.getDelegate());
      case IncrementalRemoteKeyedStateHandle keyed -> addIncremental(keyed);
      case ChangelogStateBackendHandle changelog -> {
        addAll(changelog.getMaterializedStateHandles());
        addAll(changelog.getNonMaterializedStateHandles());
      }
      case ChangelogStateHandleStreamImpl changelog -> {
        for (var handleAndOffset : changelog.getHandlesAndOffsets()) {
          add(handleAndOffset.f0);
        }
      }
      default ->
          throw new UnansweredException(
              location
                  + " holds state of a kind that this version of the operator cannot check: "
                  + handle.getClass().getSimpleName());
    }
  }

  private void addIncremental(IncrementalRemoteKeyedStateHandle keyed)
      throws DefectException, UnansweredException {
    add(keyed.getMetaDataStateHandle());
    for (HandleAndLocalPath file : keyed.getSharedState()) {
      addLocal(file);
    }
    for (HandleAndLocalPath file : keyed.getPrivateState()) {
      addLocal(file);
    }
  }

  /** A file of the state backend's own, under the name that it has on a worker. */
  private void addLocal(HandleAndLocalPath file) throws DefectException, UnansweredException {
    int before = found.size();
    add(file.getHandle());
    if (file.getLocalPath().endsWith(TABLE)) {
      // What is small lies in _metadata itself, and has no object of its own.
      tables.addAll(found.subList(before, found.size()));
    }
  }

  private void addRelative(RelativeFileStateHandle file) throws DefectException {
    String path = file.getRelativePath();
    if (path.startsWith("/") || Arrays.asList(path.split("/")).contains("..")) {
      throw new DefectException("it refers to '" + path + "' outside of its own folder");
    }
    found.add(new FileReference(location.child(path), 0, file.getStateSize(), false));
  }

  private void addFile(Path path, long start, long bytes, boolean isPart) throws DefectException {
    S3Address address =
        S3Address.of(path.toUri())
            .filter(found -> found.bucket().equals(location.bucket()))
            .orElseThrow(
                () ->
                    new DefectException(
                        "it refers to "
                            + path
                            + ", expected only files in the bucket "
                            + location.bucket()));
    found.add(new FileReference(address, start, bytes, isPart));
  }
}
