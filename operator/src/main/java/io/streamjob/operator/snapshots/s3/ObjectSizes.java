package io.streamjob.operator.snapshots.s3;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The files that a savepoint refers to, found in the bucket with the recorded sizes.
 *
 * @param files number of different files
 * @param bytes their sizes as found
 */
record ObjectSizes(int files, long bytes) {

  /** From this many files of one folder on, listing the folder is cheaper than asking for each. */
  private static final int WORTH_A_LISTING = 10;

  static ObjectSizes of(
      Bucket bucket, S3Address location, List<FileReference> references, int maxObjects)
      throws DefectException, UnansweredException {
    if (references.size() > maxObjects) {
      throw new UnansweredException(location + " refers to more than " + maxObjects + " files");
    }
    Map<String, Long> known = new HashMap<>(bucket.list(location, maxObjects));
    Map<S3Address, List<FileReference>> elsewhere = new LinkedHashMap<>();
    for (FileReference reference : references) {
      if (!known.containsKey(reference.address().key())) {
        elsewhere
            .computeIfAbsent(reference.address().parent(), folder -> new ArrayList<>())
            .add(reference);
      }
    }
    for (Map.Entry<S3Address, List<FileReference>> folder : elsewhere.entrySet()) {
      if (folder.getValue().size() >= WORTH_A_LISTING && !folder.getKey().equals(location)) {
        known.putAll(bucket.list(folder.getKey(), maxObjects));
      }
    }
    return compare(bucket, references, known);
  }

  private static ObjectSizes compare(
      Bucket bucket, List<FileReference> references, Map<String, Long> known)
      throws DefectException, UnansweredException {
    Map<String, Long> counted = new HashMap<>();
    for (FileReference reference : references) {
      String key = reference.address().key();
      Long found = known.get(key);
      if (found == null) {
        found = ask(bucket, reference);
        known.put(key, found);
      }
      if (!reference.fits(found)) {
        throw new DefectException(
            reference.address()
                + ": expected "
                + reference.expectation()
                + ", found "
                + found
                + " B");
      }
      counted.put(key, found);
    }
    return new ObjectSizes(
        counted.size(), counted.values().stream().mapToLong(Long::longValue).sum());
  }

  // Some stores list an object later than they serve it, so only this 404 says that it is missing.
  private static long ask(Bucket bucket, FileReference reference)
      throws DefectException, UnansweredException {
    OptionalLong size = bucket.size(reference.address());
    if (size.isEmpty()) {
      throw new DefectException(
          reference.address() + ": expected " + reference.expectation() + ", found no such object");
    }
    return size.getAsLong();
  }
}
