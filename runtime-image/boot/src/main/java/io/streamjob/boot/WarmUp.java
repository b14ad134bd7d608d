package io.streamjob.boot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.ParameterTool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a cluster warm before a job's downtime begins: classes loaded, hot paths compiled,
 * connections to the object store open, in the coordinator and in each slot of each worker. Runs as
 * one application with a job of its own, no user code: run, checkpoint, stop with a savepoint,
 * restore from it, checkpoint and stop again. Leaves no job behind, and no object but the marks of
 * the two folders below, whatever happens; one that is cut short may leave uploads that nobody
 * sees, which a bucket's lifecycle rule ends.
 *
 * <p>Arguments: {@code --scratch} URI of a prefix that is this run's alone, deleted at the end;
 * {@code --checkpoints} URI of the folder in which the real job's checkpoints will lie, if any: the
 * two folders that the engine makes in it before a job's first task are made now, while nobody
 * waits for the store; {@code --parallelism} number of slots in the cluster; {@code
 * --limit-seconds} how long it may take, 30 if not given: then it fails and says what it waited
 * for. The clean-up may take 5 seconds more.
 */
public final class WarmUp {

  /** Flink {@code AbstractFsCheckpointStorageAccess}: what lies beside the {@code chk-N}. */
  private static final List<String> ENGINE_FOLDERS = List.of("shared", "taskowned");

  private static final int DEFAULT_LIMIT_SECONDS = 30;
  private static final Duration CLEAN_UP_LIMIT = Duration.ofSeconds(5);
  private static final int ABSENT_OBSERVATIONS = 15;
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final Path scratch;
  private final int parallelism;
  private final FileSystem files;
  private final Deadline deadline;
  private final long startNanos = System.nanoTime();
  private final List<JobClient> started = new ArrayList<>();

  private WarmUp(Path scratch, int parallelism, Duration limit) throws Exception {
    this.scratch = scratch;
    this.parallelism = parallelism;
    this.deadline = Deadline.in(limit);
    this.files = scratch.getFileSystem();
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    ParameterTool options = ParameterTool.fromArgs(args);
    Duration limit = Duration.ofSeconds(options.getInt("limit-seconds", DEFAULT_LIMIT_SECONDS));
    new WarmUp(new Path(options.getRequired("scratch")), options.getInt("parallelism"), limit)
        .run(Optional.ofNullable(options.get("checkpoints")));
  }

  private void run(Optional<String> checkpoints) throws Exception {
    try {
      checkpoints.map(Path::new).ifPresent(WarmUp::makeFolders);
      JobClient first = start(WarmUpJob.fresh(scratch, parallelism));
      awaitCheckpoint(first);
      String savepoint = stop(first);
      JobClient second = start(WarmUpJob.restoredFrom(savepoint, scratch, parallelism));
      awaitCheckpoint(second);
      stop(second); // stopped, not cancelled: the application's own state then says FINISHED
    } finally {
      cleanUp();
    }
    report("done");
  }

  /** Without them the job starts a tenth of a second later, and that is all. */
  private static void makeFolders(Path checkpoints) {
    for (String folder : ENGINE_FOLDERS) {
      try {
        checkpoints.getFileSystem().mkdirs(new Path(checkpoints, folder));
      } catch (IOException e) {
        LOG.warn("warm-up: cannot make the folder {} in {}", folder, checkpoints, e);
      }
    }
  }

  private JobClient start(WarmUpJob job) throws Exception {
    JobClient client = job.start();
    started.add(client);
    return client;
  }

  private void awaitCheckpoint(JobClient client) throws Exception {
    Path checkpoints = WarmUpJob.checkpointsOf(client.getJobID(), scratch);
    deadline.await(
        "job "
            + client.getJobID()
            + " had completed a checkpoint; are "
            + parallelism
            + " slots free?",
        () -> {
          failIfEnded(client);
          return hasCompletedCheckpoint(checkpoints);
        });
    report("checkpoint");
  }

  /** A checkpoint is complete when its metadata is there: it is written last. */
  private boolean hasCompletedCheckpoint(Path checkpoints) throws Exception {
    for (FileStatus candidate : list(checkpoints)) {
      if (candidate.getPath().getName().startsWith("chk-")
          && files.exists(new Path(candidate.getPath(), "_metadata"))) {
        return true;
      }
    }
    return false;
  }

  private FileStatus[] list(Path folder) throws Exception {
    try {
      FileStatus[] found = files.listStatus(folder);
      return found == null ? new FileStatus[0] : found;
    } catch (FileNotFoundException notYetThere) {
      return new FileStatus[0];
    }
  }

  private void failIfEnded(JobClient client) throws Exception {
    JobStatus status = deadline.get("the job told its status", client.getJobStatus());
    if (status.isTerminalState()) {
      // Throws with the job's own cause if it failed.
      deadline.get("the job told its result", client.getJobExecutionResult());
      throw new IllegalStateException(
          "the warm-up job " + client.getJobID() + " ended early: " + status);
    }
  }

  private String stop(JobClient client) throws Exception {
    String savepoint =
        deadline.get(
            "job " + client.getJobID() + " had stopped with a savepoint",
            client.stopWithSavepoint(
                false, WarmUpJob.savepoints(scratch).toString(), SavepointFormatType.NATIVE));
    awaitEnd(client, deadline);
    report("savepoint");
    return savepoint;
  }

  private static void cancel(JobClient client, Deadline limit) throws Exception {
    if (!hasEnded(client, limit)) {
      limit.get("job " + client.getJobID() + " was told to cancel", client.cancel());
      awaitEnd(client, limit);
    }
  }

  private static void awaitEnd(JobClient client, Deadline limit) throws Exception {
    limit.await("job " + client.getJobID() + " had ended", () -> hasEnded(client, limit));
  }

  private static boolean hasEnded(JobClient client, Deadline limit) throws Exception {
    return limit.get("the job told its status", client.getJobStatus()).isGloballyTerminalState();
  }

  private void cleanUp() throws Exception {
    // An application that was cancelled is interrupted; the clean-up has to run all the same.
    boolean interrupted = Thread.interrupted();
    try {
      Deadline limit = Deadline.in(CLEAN_UP_LIMIT);
      for (JobClient client : started) {
        cancel(client, limit);
      }
      deleteScratch(limit);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The coordinator discards the checkpoints of an ended job in the background, and the file system
   * puts an empty object where the last one of a folder was: the prefix is gone only when it stays
   * so.
   */
  private void deleteScratch(Deadline limit) throws Exception {
    int[] absent = {0};
    limit.await(
        scratch + " was empty",
        () -> {
          if (files.exists(scratch)) {
            files.delete(scratch, true);
            absent[0] = 0;
          } else {
            absent[0]++;
          }
          return absent[0] >= ABSENT_OBSERVATIONS;
        });
  }

  private void report(String step) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    LOG.info("warm-up: {} after {} ms", step, millis);
  }
}
