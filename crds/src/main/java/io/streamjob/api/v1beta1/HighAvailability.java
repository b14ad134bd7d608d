package io.streamjob.api.v1beta1;

/** Who brings a job back whose coordinator is lost. */
public enum HighAvailability {
  /** The next coordinator itself, from records in Kubernetes and in the bucket. */
  Kubernetes,
  /** The operator. */
  None
}
