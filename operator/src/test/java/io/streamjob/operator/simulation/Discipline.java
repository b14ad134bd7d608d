package io.streamjob.operator.simulation;

/** How an operator's writes of status and its acts go together; only one way is right. */
enum Discipline {
  /** The intent is written by compare-and-set first; whoever loses does nothing. */
  COMPARE_AND_SET,
  /** It is written whatever was written meanwhile. */
  OVERWRITE,
  /** Whoever loses reads the version anew and writes the same again. */
  WRITE_AGAIN,
  /** Whoever loses acts nevertheless. */
  ACT_IN_SPITE_OF_LOSS,
  /** First the act, then the intent. */
  ACT_FIRST
}
