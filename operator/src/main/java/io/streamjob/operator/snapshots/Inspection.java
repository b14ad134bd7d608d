package io.streamjob.operator.snapshots;

/** What reading the tables of a savepoint through shows. */
public sealed interface Inspection {

  /** Every block of those that were read has the checksum that was recorded with it. */
  record Sound(int tables, int of) implements Inspection {}

  /** One has not; {@code defect} names the object, the expected and the found. */
  record Damaged(String defect, int tables, int of) implements Inspection {}

  /** They are being read. */
  record UnderWay() implements Inspection {}
}
