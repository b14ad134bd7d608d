package io.streamjob.operator.snapshots.s3;

/** A savepoint is broken; the message names the object, what was expected and what was found. */
final class DefectException extends Exception {
  private static final long serialVersionUID = 1L;

  DefectException(String defect) {
    super(defect);
  }

  DefectException(String defect, Throwable cause) {
    super(defect, cause);
  }
}
