package io.streamjob.operator.snapshots;

import io.streamjob.operator.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Savepoints and checkpoints in the bucket. Every call is bounded in time, may be repeated, and
 * never throws for anything the storage does.
 */
public interface Snapshots {

  /** Writes, reads and removes a small object below the storage prefix. */
  StorageProbe probe(Storage storage);

  /**
   * Reads a savepoint back: its {@code _metadata} and, for every file that it refers to, whether
   * the object exists with the recorded size. Absent: the storage answers, and there is no {@code
   * _metadata} at {@code location}.
   */
  Reading<Verification> verify(Storage storage, String location);

  /**
   * The one location at or below {@code directory} that holds a {@code _metadata}. Absent: there is
   * none. Unknown as well if there are several: nobody can tell which one counts.
   */
  Reading<String> find(Storage storage, String directory);

  /**
   * The completed checkpoint of highest number in {@code folder}, which holds the checkpoints of
   * one job. Absent: the storage answers, and there is none.
   */
  Reading<String> newestCheckpoint(Storage storage, String folder);

  /**
   * Savepoints and completed checkpoints in the folders of {@code parent} whose names match, newest
   * first.
   *
   * @param beginning of those names
   */
  Reading<List<StateFound>> states(
      Storage storage, String parent, String beginning, Predicate<String> folder);

  /**
   * The folders right below {@code parent} whose names match and that hold more than empty objects,
   * by name. In a folder that holds very many objects, the first of them are counted.
   */
  Reading<List<FolderFound>> folders(Storage storage, String parent, Predicate<String> folder);

  /** When the {@code _metadata} at a location was written. Absent: there is none. */
  Reading<Instant> writtenAt(Storage storage, String location);

  /** What a savepoint or checkpoint says it holds. Absent: there is no {@code _metadata} there. */
  Reading<Manifest> manifest(Storage storage, String location);

  /**
   * Reads tables that the engine's state backend has written through, each block against its
   * checksum. Downloads them one by one: it takes as long as that takes. A savepoint without tables
   * is sound. Absent: there is no {@code _metadata} there.
   *
   * @param whole whether all are read, or one in ten (at least three), others each time
   */
  Reading<Inspection> inspect(Storage storage, String location, boolean whole);

  /** Some object below {@code folder}. Absent: the storage answers, and there is none. */
  Reading<String> anythingIn(Storage storage, String folder);

  /**
   * Deletes objects below {@code folder}, at most as many as one request can name (1,000), and says
   * how many; 0: nothing is left. What lies outside of {@code storage}'s prefix is never touched:
   * that is Unknown.
   */
  Reading<Integer> delete(Storage storage, String folder);

  /**
   * Writes a copy of a savepoint's {@code _metadata} that leaves out the state of some operators.
   * The engine takes such a file for a restore point; what it holds refers to files of the original
   * as long as it lies in the same folder. Writing it again changes nothing. Absent: there is no
   * {@code _metadata} at {@code location}.
   *
   * @param operators ids of those that are left out
   * @param file where to write it
   * @return how many were left out
   */
  Reading<Integer> leaveOut(Storage storage, String location, List<String> operators, String file);
}
