package io.streamjob.boot;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ParameterTool;

/**
 * Tries a program without running it. Its main method runs as far as the job that it starts, and
 * the state that this job is to start from is laid against the job's operators, as the engine does
 * it when tasks are deployed. If all of it has its place, a stand-in without user code comes up
 * under the job id that this run was given, for whoever asks to see and to cancel; if not, the run
 * fails. No worker is needed, and none does anything.
 *
 * <p>Arguments: {@code --jar} id of the program's jar at this coordinator; {@code --entry-class}
 * class with the main method, if the jar's manifest does not say it; {@code --parallelism} of the
 * job; {@code --restore-from} savepoint or checkpoint, if the job starts from one; {@code --}; the
 * arguments of the program.
 */
public final class Preflight {
  private static final String ARGUMENTS_FOLLOW = "--";

  /**
   * Flink {@code RestServerEndpointConfiguration}: in {@code web.upload.dir}, jars by their ids.
   */
  private static final String JARS = "flink-web-upload";

  private Preflight() {}

  /**
   * See the class.
   *
   * @throws UnreadableStateException if the restore point cannot be read
   * @throws UnmappableStateException if state of it has no place in the job
   * @throws ProgramInvocationException if the program starts no job
   */
  public static void main(String[] args) throws Exception {
    int end = List.of(args).indexOf(ARGUMENTS_FOLLOW);
    ParameterTool options = ParameterTool.fromArgs(Arrays.copyOf(args, end));
    // Asked first: the program is given another one.
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    Configuration configuration = Configuration.fromMap(environment.getConfiguration().toMap());
    JobGraph job = job(options, Arrays.copyOfRange(args, end + 1, args.length), configuration);
    if (options.has("restore-from")) {
      RestorePoint.read(options.get("restore-from")).checkPlacesIn(job);
    }
    standIn(environment);
  }

  private static JobGraph job(ParameterTool options, String[] args, Configuration configuration)
      throws ProgramInvocationException {
    File jar =
        new File(
            new File(configuration.get(WebOptions.UPLOAD_DIR), JARS), options.getRequired("jar"));
    if (!jar.exists()) {
      throw new MissingJarException(jar);
    }
    PackagedProgram.Builder program =
        PackagedProgram.newBuilder()
            .setJarFile(jar)
            .setConfiguration(configuration)
            .setArguments(args);
    Optional.ofNullable(options.get("entry-class")).ifPresent(program::setEntryPointClassName);
    try (PackagedProgram built = program.build()) {
      return PackagedProgramUtils.createJobGraph(
          built, configuration, options.getInt("parallelism"), false);
    }
  }

  private static void standIn(StreamExecutionEnvironment environment) throws Exception {
    environment.getCheckpointConfig().disableCheckpointing();
    environment.setParallelism(1);
    environment.fromData(0).sinkTo(new DiscardingSink<>());
    environment.executeAsync("preflight");
  }
}
