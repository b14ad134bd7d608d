package io.streamjob.operator.simulation;

/** What can befall one request of the operator, or one look at its StreamJob. */
enum Fault {
  NONE,
  /** The operator's process dies before the request is sent. */
  CRASH_BEFORE,
  /** The operator's process dies right after; the request is carried out. */
  CRASH_AFTER,
  /** The request never arrives, and nobody answers. */
  REQUEST_LOST,
  /** The request is carried out, and the answer never arrives. */
  ANSWER_LOST,
  /** Nobody answers; the request is carried out a while later. */
  DELAYED,
  /** The request is carried out twice. */
  REPEATED,
  /** Somebody else writes the object in between. */
  CONFLICT,
  /**
   * The operator freezes and another one takes over. A while later it wakes and goes on with what
   * it had in mind, not knowing that it was deposed.
   */
  DEPOSED,
  /** A cache delivers what was written a while ago. */
  STALE
}
