package io.streamjob.operator.snapshots.s3;

/**
 * A file that a savepoint refers to.
 *
 * @param start where the part begins; 0 for a whole file
 * @param bytes its recorded size
 * @param isPart whether the file may hold more than this part
 */
record FileReference(S3Address address, long start, long bytes, boolean isPart) {

  boolean fits(long found) {
    return isPart ? found >= start + bytes : found == bytes;
  }

  String expectation() {
    return (isPart ? "at least " : "") + (start + bytes) + " B";
  }
}
