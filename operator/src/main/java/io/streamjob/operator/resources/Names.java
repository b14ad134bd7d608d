package io.streamjob.operator.resources;

import io.streamjob.operator.spec.Problem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The names of one revision's objects, such as {@code orders-7-coordinator}.
 *
 * <p>A name is only ever written, never parsed: what belongs to whom is told by labels and owner
 * references.
 *
 * @param revision counts from 1
 */
public record Names(Owner owner, int revision) {
  /** Port of the coordinator's REST interface. */
  public static final int REST_PORT = 8081;

  /** Longest name of a StreamJob; leaves room for what names and label values add to it. */
  public static final int LONGEST_JOB_NAME = 45;

  /** The engine labels its records with their cluster. */
  private static final int LONGEST_LABEL_VALUE = 63;

  /** A Service's name is a DNS label. */
  private static final int LONGEST_SERVICE_NAME = 63;

  /** Pods carry {@code <name>-<hash of 10>} of their StatefulSet as a label value of at most 63. */
  private static final int LONGEST_STATEFUL_SET_NAME = 52;

  private static final Pattern JOB_NAME = Pattern.compile("[a-z]([a-z0-9-]*[a-z0-9])?");

  public Names {
    if (revision < 1) {
      throw new IllegalArgumentException("revisions count from 1, found " + revision);
    }
  }

  /** What is wrong with a StreamJob's name, if anything: Services and pods are named after it. */
  public static Optional<Problem> problem(String jobName) {
    return JOB_NAME.matcher(jobName).matches() && jobName.length() <= LONGEST_JOB_NAME
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "metadata.name",
                "a letter, then letters, digits or '-', all lower case, at most "
                    + LONGEST_JOB_NAME
                    + " in all",
                "'" + jobName + "'"));
  }

  /** The ConfigMap that owns the revision's other objects. */
  public String configMap() {
    return base();
  }

  /** The record of the revision's spec. */
  public String controllerRevision() {
    return base();
  }

  /** The coordinator's Deployment, and the Service in front of it. */
  public String coordinator() {
    return atMost(LONGEST_SERVICE_NAME, "-" + revision + "-coordinator");
  }

  /**
   * What the engine names its records of the revision's cluster after (its {@code cluster-id}). The
   * uid is part of it: they are found by name, and an earlier StreamJob's must not be.
   */
  public String highAvailability() {
    return atMost(LONGEST_LABEL_VALUE, "-" + revision + "-" + owner.shortUid());
  }

  /**
   * The engine's record of who leads the revision's cluster, and which jobs it is to bring back.
   */
  public String leaderConfigMap() {
    return highAvailability() + "-cluster-config-map";
  }

  /** The engine's record of one job's newest checkpoints. */
  public String checkpointsConfigMap(String jobId) {
    return highAvailability() + "-" + jobId + "-config-map";
  }

  /** The StatefulSet of the workers. */
  public String worker() {
    return atMost(LONGEST_STATEFUL_SET_NAME, "-" + revision + "-worker");
  }

  /** The Service that always leads to the current revision's coordinator. */
  public String stableService() {
    return owner.name();
  }

  /** Where the coordinator's REST interface is reached from inside the cluster. */
  public URI coordinatorUri() {
    // Relative to the search path of the pod's resolver: the cluster's domain may be any.
    return URI.create("http://%s.%s.svc:%d".formatted(coordinator(), owner.namespace(), REST_PORT));
  }

  /** The REST interface of the coordinator in one pod. */
  public static URI restUri(String podIp) {
    return URI.create(
        "http://%s:%d".formatted(podIp.contains(":") ? "[" + podIp + "]" : podIp, REST_PORT));
  }

  private String base() {
    return owner.name() + "-" + revision;
  }

  /** Cuts the job's name if it must, and then adds a checksum of it to tell cut names apart. */
  private String atMost(int length, String suffix) {
    if (owner.name().length() + suffix.length() <= length) {
      return owner.name() + suffix;
    }
    CRC32 crc = new CRC32();
    crc.update(owner.name().getBytes(StandardCharsets.UTF_8));
    String checksum = "-" + HexFormat.of().toHexDigits((int) crc.getValue());
    return owner.name().substring(0, length - suffix.length() - checksum.length())
        + checksum
        + suffix;
  }
}
