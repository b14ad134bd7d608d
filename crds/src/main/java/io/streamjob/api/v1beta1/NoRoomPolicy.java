package io.streamjob.api.v1beta1;

/** What a Warm upgrade does that finds no room for a second copy of the job. */
public enum NoRoomPolicy {
  /** The old job runs on, and the upgrade is tried again later. */
  Block,
  /** The attempt goes on as a Cold one: the old pods make room. */
  Cold
}
