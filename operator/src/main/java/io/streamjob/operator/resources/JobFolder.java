package io.streamjob.operator.resources;

import io.streamjob.operator.spec.EffectiveSpec;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A StreamJob's folder in the bucket; the uid is part of its name, so that a StreamJob never finds
 * the state of an earlier one of the same name. Every location ends in a slash: {@code a-1/} is no
 * prefix of {@code a-10/}.
 *
 * @param key without a slash at either end
 */
public record JobFolder(String bucket, String key) {
  private static final String SCRATCH = "scratch/";
  private static final String HIGH_AVAILABILITY = "ha/";
  private static final Pattern SHORT_UID = Pattern.compile("[0-9a-f]{8}");

  /** The folder below {@code spec.state.storage}. */
  public static JobFolder of(Owner owner, EffectiveSpec.State state) {
    String prefix = state.prefix().isEmpty() ? "" : state.prefix() + "/";
    return new JobFolder(
        state.bucket(), prefix + owner.namespace() + "/" + owner.name() + "-" + owner.shortUid());
  }

  /** Whether a folder beside it is of a StreamJob of this name. */
  public static boolean isOfName(String job, String folder) {
    return folder.startsWith(job + "-")
        && SHORT_UID.matcher(folder.substring(job.length() + 1)).matches();
  }

  /** Whether it has this name itself. */
  public boolean isNamed(String folder) {
    return key.endsWith("/" + folder);
  }

  /** Where the folders of a namespace's StreamJobs lie. */
  public String parent() {
    return "s3://" + bucket + "/" + key.substring(0, key.lastIndexOf('/')) + "/";
  }

  public String uri() {
    return "s3://" + bucket + "/" + key + "/";
  }

  /** The folders of all that a job writes. */
  public List<String> contents() {
    return List.of(checkpoints(), uri() + HIGH_AVAILABILITY, uri() + SCRATCH, savepoints());
  }

  /** Where the engine keeps checkpoints, in one folder per job id. */
  public String checkpoints() {
    return uri() + "checkpoints/";
  }

  /** Where the engine keeps the checkpoints of one job. */
  public String checkpoints(String jobId) {
    return checkpoints() + jobId + "/";
  }

  /** Where the engine keeps one checkpoint, in the folder of its job's. */
  public static String checkpoint(String folder, long number) {
    return folder + "chk-" + number;
  }

  /** Where the engine keeps savepoints that somebody asks for without naming a place. */
  public String savepoints() {
    return uri() + "savepoints/";
  }

  /** Where the savepoint of one attempt lies, and nothing else. */
  public String savepoints(int attempt) {
    return savepoints() + "a-" + attempt + "/";
  }

  /** Where the savepoint of one StreamSavepoint lies, and nothing else. */
  public String savepoint(String uid) {
    return savepoints() + "s-" + uid + "/";
  }

  /** Where the engine keeps what it needs to bring the jobs of a revision's cluster back. */
  public String highAvailability(int revision) {
    return uri() + HIGH_AVAILABILITY + "r-" + revision + "/";
  }

  /** What one attempt may write and nobody needs afterwards, such as the warm-up's checkpoints. */
  public String scratch(int attempt) {
    return uri() + SCRATCH + "a-" + attempt + "/";
  }
}
