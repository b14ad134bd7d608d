package io.streamjob.api.v1beta1;

/** What the preflight's answer is good for. */
public enum PreflightPolicy {
  /** A version that fails it is not rolled out. */
  Enforce,
  /** What it finds is told, and the rollout goes on; nothing is dropped that is not named. */
  Warn,
  /** There is none. */
  Off
}
