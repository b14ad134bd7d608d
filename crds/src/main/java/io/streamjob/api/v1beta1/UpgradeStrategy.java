package io.streamjob.api.v1beta1;

/** In which order old and new pods come and go. */
public enum UpgradeStrategy {
  /** New pods first. */
  Warm,
  /** Old pods go first. */
  Cold
}
