package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Storage;
import io.streamjob.operator.snapshots.StorageProbe;
import io.streamjob.operator.snapshots.StorageProbe.Kind;
import io.streamjob.operator.snapshots.StorageProbe.Unusable;
import io.streamjob.operator.snapshots.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Savepoints in S3-compatible storage, with the AWS SDK. */
public final class S3Snapshots implements Snapshots, AutoCloseable {
  private static final String METADATA = "_metadata";

  private static final String CHECKPOINT = "chk-";

  /** What a completed checkpoint has in its folder; its number is a Java long. */
  private static final Pattern COMPLETED =
      Pattern.compile(CHECKPOINT + "([0-9]{1,18})/" + METADATA);

  /** Where a job's folder holds checkpoints, by job, and savepoints, by who asked for them. */
  private static final List<String> KINDS = List.of("checkpoints", "savepoints");

  /** The engine writes {@code <directory>/savepoint-x/_metadata}. */
  private static final int MAX_DEPTH = 2;

  /** Objects that one request may delete (Amazon S3 API, DeleteObjects). */
  private static final int MOST_AT_ONCE = 1_000;

  private final S3Limits limits;
  private final S3Clients clients;
  private final SavepointMetadata metadata;

  /**
   * Snapshots whose answers stay within these limits.
   *
   * @throws IOException if there is no temporary folder to write to
   */
  public S3Snapshots(S3Limits limits) throws IOException {
    this.limits = limits;
    this.metadata = new SavepointMetadata();
    this.clients = new S3Clients(limits);
  }

  @Override
  public void close() {
    clients.close();
    metadata.close();
  }

  @Override
  public StorageProbe probe(Storage storage) {
    String name = ".streamjob-probe-" + UUID.randomUUID();
    String key = storage.prefix().isEmpty() ? name : storage.prefix() + "/" + name;
    try {
      return probe(clients.of(storage), storage, key);
    } catch (SdkException e) {
      return unusable(StorageErrors.kindOf(e), storage, e);
    } catch (IllegalArgumentException e) {
      // An endpoint, region or bucket name of a form that cannot be asked.
      return unusable(Kind.UNREACHABLE, storage, e);
    }
  }

  private static StorageProbe probe(S3Client s3, Storage storage, String key) {
    byte[] written = key.getBytes(StandardCharsets.UTF_8);
    String bucket = storage.bucket();
    try {
      s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(written));
    } catch (SdkException e) {
      return afterRefusedWrite(s3, storage, e);
    }
    byte[] read = s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray();
    s3.deleteObject(delete -> delete.bucket(bucket).key(key));
    return Arrays.equals(written, read)
        ? new StorageProbe.Usable()
        : new Unusable(
            Kind.NOT_WRITABLE,
            "s3://" + bucket + "/" + key + ": what was read is not what was written");
  }

  /** A refused write may be about the writer or about the writing; a read tells. */
  private static StorageProbe afterRefusedWrite(S3Client s3, Storage storage, SdkException write) {
    Kind kind = StorageErrors.kindOf(write);
    if (kind != Kind.NOT_WRITABLE) {
      return unusable(kind, storage, write);
    }
    try {
      s3.listObjectsV2(list -> list.bucket(storage.bucket()).prefix(storage.prefix()).maxKeys(1));
      return unusable(Kind.NOT_WRITABLE, storage, write);
    } catch (SdkException read) {
      Kind afterRead = StorageErrors.kindOf(read);
      return unusable(
          afterRead == Kind.NOT_WRITABLE ? Kind.CREDENTIALS_REFUSED : afterRead, storage, read);
    }
  }

  private static Unusable unusable(Kind kind, Storage storage, Exception error) {
    return new Unusable(
        kind,
        "s3://"
            + storage.bucket()
            + "/"
            + storage.prefix()
            + at(storage)
            + ": "
            + StorageErrors.line(error));
  }

  private static String at(Storage storage) {
    return storage.endpoint().map(endpoint -> " at " + endpoint.getHost()).orElse("");
  }

  @Override
  public Reading<Verification> verify(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) -> {
          if (!folder.bucket().equals(storage.bucket())) {
            return Reading.known(
                new Verification.Broken(
                    location + " lies outside of the bucket " + storage.bucket()));
          }
          S3Address file = folder.child(METADATA);
          Optional<byte[]> bytes = bucket.read(file, limits.metadataBytes());
          return bytes.isEmpty()
              ? Reading.absent()
              : Reading.known(verify(bucket, folder, file, bytes.get()));
        });
  }

  private Verification verify(Bucket bucket, S3Address folder, S3Address file, byte[] bytes)
      throws UnansweredException {
    List<FileReference> references;
    try {
      references = References.of(metadata.read(bytes), folder);
    } catch (DefectException e) {
      return new Verification.Broken(file + ": " + e.getMessage());
    }
    try {
      ObjectSizes sizes = ObjectSizes.of(bucket, folder, references, limits.objects());
      return new Verification.Whole(sizes.files() + 1, sizes.bytes() + bytes.length);
    } catch (DefectException e) {
      return new Verification.Broken(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Reading<Manifest> manifest(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) -> {
          Optional<byte[]> file = bucket.read(folder.child(METADATA), limits.metadataBytes());
          return file.isEmpty()
              ? Reading.absent()
              : Reading.known(
                  new Manifest(
                      checksum(file.get()),
                      metadata(file.get()).getOperatorStates().stream()
                          .map(S3Snapshots::operator)
                          .toList()));
        });
  }

  @Override
  public Reading<Inspection> inspect(Storage storage, String location, boolean whole) {
    return ask(
        storage,
        location,
        (bucket, folder) -> {
          Optional<byte[]> file = bucket.read(folder.child(METADATA), limits.metadataBytes());
          if (file.isEmpty()) {
            return Reading.absent();
          }
          try {
            return Reading.known(
                new Tables(bucket, limits.tableBytes())
                    .inspect(References.tables(metadata.read(file.get()), folder), whole));
          } catch (DefectException e) {
            // That is for verify to tell.
            throw new UnansweredException(String.valueOf(e.getMessage()));
          }
        });
  }

  private static String checksum(byte[] file) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public Reading<String> anythingIn(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) ->
            bucket.some(folder, 1).stream()
                .findFirst()
                .map(Reading::known)
                .orElse(Reading.absent()));
  }

  @Override
  public Reading<Integer> delete(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) -> {
          String prefix = storage.prefix().isEmpty() ? "" : storage.prefix() + "/";
          boolean isPlain =
              Arrays.stream(location.split("/")).noneMatch(it -> it.equals(".") || it.equals(".."));
          if (!isPlain
              || !folder.bucket().equals(storage.bucket())
              || folder.key().isEmpty()
              || !folder.below().startsWith(prefix)
              || folder.below().equals(prefix)) {
            throw new UnansweredException(
                "%s does not lie below s3://%s/%s; nothing in it is deleted"
                    .formatted(folder, storage.bucket(), storage.prefix()));
          }
          List<String> keys = bucket.some(folder, MOST_AT_ONCE);
          if (!keys.isEmpty()) {
            bucket.delete(keys);
          }
          return Reading.known(keys.size());
        });
  }

  private static OperatorState operator(org.apache.flink.runtime.checkpoint.OperatorState state) {
    return new OperatorState(
        state.getOperatorID().toString(),
        state.getOperatorUid().filter(uid -> !uid.isEmpty()),
        state.getOperatorName().filter(name -> !name.isEmpty()),
        state.getStateSize(),
        state.getParallelism(),
        state.getMaxParallelism());
  }

  private CheckpointMetadata metadata(byte[] file) throws UnansweredException {
    try {
      return metadata.read(file);
    } catch (DefectException e) {
      throw new UnansweredException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Reading<Integer> leaveOut(
      Storage storage, String location, List<String> operators, String file) {
    return ask(
        storage,
        location,
        (bucket, folder) -> {
          S3Address target =
              S3Address.parse(file)
                  .filter(address -> address.bucket().equals(folder.bucket()))
                  .orElseThrow(() -> new UnansweredException(file + " is not in the same bucket"));
          Optional<byte[]> whole = bucket.read(folder.child(METADATA), limits.metadataBytes());
          if (whole.isEmpty()) {
            return Reading.absent();
          }
          try {
            byte[] rest = metadata.without(whole.get(), Set.copyOf(operators));
            bucket.write(target, rest);
            return Reading.known(
                metadata.read(whole.get()).getOperatorStates().size()
                    - metadata.read(rest).getOperatorStates().size());
          } catch (DefectException e) {
            throw new UnansweredException(String.valueOf(e.getMessage()));
          }
        });
  }

  @Override
  public Reading<String> find(Storage storage, String directory) {
    return ask(
        storage,
        directory,
        (bucket, folder) -> {
          List<String> found =
              bucket.list(folder, limits.objects()).keySet().stream()
                  .map(key -> key.substring(folder.below().length()))
                  .filter(key -> key.equals(METADATA) || key.endsWith("/" + METADATA))
                  .filter(key -> key.split("/").length - 1 <= MAX_DEPTH)
                  .toList();
          return switch (found.size()) {
            case 0 -> Reading.absent();
            case 1 -> {
              String name = found.getFirst();
              yield Reading.known(
                  name.equals(METADATA)
                      ? folder.toString()
                      : folder.child(name.substring(0, name.lastIndexOf('/'))).toString());
            }
            default ->
                Reading.unknown(
                    "expected one savepoint below " + folder + ", found " + found.size());
          };
        });
  }

  @Override
  public Reading<String> newestCheckpoint(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) ->
            bucket.list(folder, CHECKPOINT, limits.objects()).keySet().stream()
                .map(key -> COMPLETED.matcher(key.substring(folder.below().length())))
                .filter(Matcher::matches)
                .map(completed -> Long.parseLong(completed.group(1)))
                .max(Comparator.naturalOrder())
                .map(newest -> Reading.known(folder.child(CHECKPOINT + newest).toString()))
                .orElse(Reading.absent()));
  }

  @Override
  public Reading<List<StateFound>> states(
      Storage storage, String location, String beginning, Predicate<String> wanted) {
    return ask(
        storage,
        location,
        (bucket, parent) -> {
          List<StateFound> found = new ArrayList<>();
          for (String name : bucket.folders(parent, beginning)) {
            if (wanted.test(name)) {
              for (String kind : KINDS) {
                found.addAll(states(bucket, parent.child(name).child(kind)));
              }
            }
          }
          found.sort(Comparator.comparing(StateFound::writtenAt).reversed());
          return Reading.known(List.copyOf(found));
        });
  }

  /** Folder by folder: what a job shares between its checkpoints may be any number of objects. */
  private static List<StateFound> states(Bucket bucket, S3Address kind) {
    List<StateFound> found = new ArrayList<>();
    for (String group : bucket.folders(kind, "")) {
      for (String name : bucket.folders(kind.child(group), "")) {
        S3Address point = kind.child(group).child(name);
        bucket
            .writtenAt(point.child(METADATA))
            .ifPresent(at -> found.add(new StateFound(point.toString(), at)));
      }
    }
    return found;
  }

  @Override
  public Reading<List<FolderFound>> folders(
      Storage storage, String location, Predicate<String> wanted) {
    return ask(
        storage,
        location,
        (bucket, parent) ->
            Reading.known(
                bucket.folders(parent, "").stream()
                    .filter(wanted)
                    .map(name -> bucket.content(parent.child(name), limits.objects()))
                    .filter(folder -> folder.bytes() > 0)
                    .toList()));
  }

  @Override
  public Reading<Instant> writtenAt(Storage storage, String location) {
    return ask(
        storage,
        location,
        (bucket, folder) ->
            bucket.writtenAt(folder.child(METADATA)).map(Reading::known).orElse(Reading.absent()));
  }

  private interface Inquiry<T> {
    Reading<T> ask(Bucket bucket, S3Address folder) throws UnansweredException;
  }

  private <T> Reading<T> ask(Storage storage, String location, Inquiry<T> inquiry) {
    Optional<S3Address> folder = S3Address.parse(location);
    if (folder.isEmpty()) {
      return Reading.unknown("expected a location s3://bucket/key, found '" + location + "'");
    }
    try {
      return inquiry.ask(new Bucket(clients.of(storage), storage.bucket()), folder.get());
    } catch (SdkException | IllegalArgumentException e) {
      return Reading.unknown(folder.get() + at(storage) + ": " + StorageErrors.line(e));
    } catch (UnansweredException e) {
      return Reading.unknown(String.valueOf(e.getMessage()));
    }
  }
}
