package io.streamjob.operator.resources;

/** The two kinds of pods of a revision. */
public enum Component {
  /** Plans and coordinates the job (the engine's JobManager). */
  COORDINATOR("coordinator"),
  /** Runs the job's tasks (the engine's TaskManager). */
  WORKER("worker");

  private final String word;

  Component(String word) {
    this.word = word;
  }

  /** As it stands in names, labels and the entry point's command. */
  public String word() {
    return word;
  }

  /** The part of the spec that describes these pods. */
  String field() {
    return "spec." + word;
  }
}
