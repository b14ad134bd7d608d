package io.streamjob.boot;

import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.Collector;

/**
 * The job that a warm-up runs: a source, a keyed count in the state backend that the cluster is
 * configured with, and the file sink that comes with the engine.
 */
final class WarmUpJob {

  private static final double RECORDS_PER_SECOND = 5_000;
  private static final int KEYS = 1_000;
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(100);

  private final Configuration configuration;
  private final Path output;
  private final int parallelism;

  private WarmUpJob(Configuration configuration, Path scratch, int parallelism) {
    this.configuration = configuration;
    this.output = new Path(scratch, "output");
    this.parallelism = parallelism;
  }

  static WarmUpJob fresh(Path scratch, int parallelism) {
    return new WarmUpJob(configuration(scratch), scratch, parallelism);
  }

  static WarmUpJob restoredFrom(String savepoint, Path scratch, int parallelism) {
    Configuration configuration = configuration(scratch);
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.NO_CLAIM);
    return new WarmUpJob(configuration, scratch, parallelism);
  }

  /** Where the checkpoints of a job lie, each in a folder {@code chk-N}. */
  static Path checkpointsOf(JobID job, Path scratch) {
    return new Path(new Path(scratch, "checkpoints"), job.toHexString());
  }

  static Path savepoints(Path scratch) {
    return new Path(scratch, "savepoints");
  }

  private static Configuration configuration(Path scratch) {
    Configuration configuration = new Configuration();
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, new Path(scratch, "checkpoints").toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ZERO);
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    // Small state would travel inside the metadata, and the workers would never talk to the store.
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
    // A failure is to be seen, not retried.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }

  /** Submits the job; does not wait for it. */
  JobClient start() throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    DataGeneratorSource<Long> numbers =
        new DataGeneratorSource<>(
            n -> n, Long.MAX_VALUE, RateLimiterStrategy.perSecond(RECORDS_PER_SECOND), Types.LONG);
    env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
        .uid("warm-up-numbers")
        .keyBy(n -> n % KEYS)
        .process(new Count())
        .name("count")
        .uid("warm-up-count")
        .sinkTo(files())
        .name("write")
        .uid("warm-up-write");
    return env.executeAsync("warm-up");
  }

  private FileSink<String> files() {
    return FileSink.forRowFormat(output, new SimpleStringEncoder<String>())
        .withBucketAssigner(new BasePathBucketAssigner<>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  private static final class Count extends KeyedProcessFunction<Long, Long, String> {

    private static final long serialVersionUID = 1L;

    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Long number, Context context, Collector<String> out)
        throws Exception {
      Long before = count.value();
      long n = before == null ? 1 : before + 1;
      count.update(n);
      out.collect(context.getCurrentKey() + "=" + n);
    }
  }
}
