package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.snapshots.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.Status;

/**
 * Reads tables (SST files) through with RocksDB's own reader, in the version that the engine writes
 * them with: each block against the checksum in its trailer.
 */
final class Tables {
  /** Of a sample: one in so many, and never fewer than that. */
  private static final int ONE_IN = 10;

  private static final int AT_LEAST = 3;
  private static final int ATTEMPTS = 3;

  private final Bucket bucket;
  private final long mostBytes;

  /** Tables of a bucket; those of more bytes are not downloaded. */
  Tables(Bucket bucket, long mostBytes) {
    this.bucket = bucket;
    this.mostBytes = mostBytes;
  }

  /**
   * Reads some or all; the first that is damaged ends it. Those that are too large are left out.
   */
  Inspection inspect(List<FileReference> tables, boolean whole) throws UnansweredException {
    List<FileReference> wanted =
        (whole ? tables : sample(tables))
            .stream().filter(table -> table.bytes() <= mostBytes).toList();
    if (wanted.isEmpty()) {
      return new Inspection.Sound(0, tables.size());
    }
    Path folder = folder();
    loadReader(folder);
    Path file = folder.resolve("table.sst");
    try {
      for (int read = 0; read < wanted.size(); read++) {
        Optional<String> defect = inspect(wanted.get(read), file);
        if (defect.isPresent()) {
          return new Inspection.Damaged(defect.get(), read + 1, tables.size());
        }
      }
      return new Inspection.Sound(wanted.size(), tables.size());
    } finally {
      remove(file);
    }
  }

  private static List<FileReference> sample(List<FileReference> tables) {
    List<FileReference> shuffled = new ArrayList<>(tables);
    Collections.shuffle(shuffled);
    return shuffled.subList(
        0, Math.min(tables.size(), Math.max(AT_LEAST, Math.ceilDiv(tables.size(), ONE_IN))));
  }

  private Optional<String> inspect(FileReference table, Path file) throws UnansweredException {
    if (Thread.currentThread().isInterrupted()) {
      throw new UnansweredException("the operator stops");
    }
    download(table, file);
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      reader.verifyChecksum();
      return Optional.empty();
    } catch (RocksDBException e) {
      if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption) {
        return Optional.of(
            "%s: expected blocks that have their recorded checksums, found: %s"
                .formatted(
                    table.address(),
                    StorageErrors.line(e).replace(file.toString(), table.address().toString())));
      }
      throw new UnansweredException(table.address() + ": " + StorageErrors.line(e));
    }
  }

  /** A lost connection does not undo hours of reading. Whether it is there, verification tells. */
  private void download(FileReference table, Path file) throws UnansweredException {
    for (int attempt = 1; ; attempt++) {
      try {
        if (!bucket.download(table, file)) {
          throw new UnansweredException(table.address() + ": found no such object");
        }
        return;
      } catch (UnansweredException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void loadReader(Path folder) throws UnansweredException {
    try {
      // Under one name: a process that ends early leaves no second copy behind.
      NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
      RocksDB.loadLibrary();
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new UnansweredException("RocksDB's reader cannot be loaded: " + e.getMessage());
    }
  }

  /** The same after each start of a container, so that nothing gathers in it. */
  private static Path folder() throws UnansweredException {
    try {
      return Files.createDirectories(
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "streamjob-tables-" + ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new UnansweredException("there is no temporary folder: " + StorageErrors.line(e));
    }
  }

  private static void remove(Path file) throws UnansweredException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UnansweredException(file + " cannot be deleted: " + StorageErrors.line(e));
    }
  }
}
