package io.streamjob.operator.snapshots.s3;

/**
 * A file that a savepoint refers to.
 *
 * @param bytes its recorded size; for a part of a larger file, where the part ends
 * @param isPart whether the file may hold more than this part
 */
record FileReference(S3Address address, long bytes, boolean isPart) {

  boolean fits(long found) {
    return isPart ? found >= bytes : found == bytes;
  }

  String expectation() {
    return (isPart ? "at least " : "") + bytes + " B";
  }
}
