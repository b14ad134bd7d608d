package io.streamjob.operator.simulation;

import java.util.Locale;

/** How an image behaves; the image's name says which it is. */
public enum Program {
  GOOD,
  /** The main method throws. */
  MAIN_THROWS,
  /** The jar is not in the image: the engine refuses on the spot and keeps no record of it. */
  JAR_MISSING,
  /** The image cannot be pulled. */
  IMAGE_MISSING,
  /** There is no room for its workers. */
  NO_ROOM,
  /** There is no room for its workers beside the pods of another revision. */
  NO_ROOM_BESIDE,
  /** State has no operator to go to; the coordinator alone can tell. */
  DROPS_STATE,
  /** State is mapped, but no task can read it; only a start can tell. */
  CANNOT_READ_STATE,
  /** The store refuses its pods: not even the coordinator can read what it is to start from. */
  CANNOT_READ_STORE,
  /** It fails for good after its first checkpoint. */
  FAILS_LATE,
  /** Its input is bounded: it ends by itself with its first checkpoint. */
  FINISHES,
  /** It runs and never completes a checkpoint. */
  NEVER_CHECKPOINTS,
  /** Its own options have its checkpoints deleted when it is cancelled. */
  DELETES_CHECKPOINTS,
  /** Its own options make it start from other state than it is told to. */
  RESTORES_ELSEWHERE;

  public String image() {
    return "orders:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Program of(String image) {
    return valueOf(
        image.substring(image.indexOf(':') + 1).toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
