package io.streamjob.api.v1beta1;

/** When the kubelet pulls an image (core/v1). */
public enum ImagePullPolicy {
  /** At every start of a container. */
  Always,
  /** When the node lacks it. */
  IfNotPresent,
  /** It must be on the node. */
  Never
}
