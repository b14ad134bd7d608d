package io.streamjob.e2e.crash;

/** When an operator dies. */
enum Strike {
  /** Before its write leaves it. */
  CRASH_BEFORE,
  /** After its write was carried out, and before it hears of that. */
  CRASH_AFTER
}
