package io.streamjob.operator.spec;

/**
 * One thing in a spec that the operator cannot carry out.
 *
 * @param field path of the field, such as {@code spec.checkpoints.interval}
 * @param expected what would be right
 * @param found what is there
 */
public record Problem(String field, String expected, String found) {

  /** One line for people. */
  public String sentence() {
    return field + ": expected " + expected + ", found " + found;
  }
}
