package io.streamjob.examples.wordcount;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveAllDirEnumerator;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.ParameterTool;

/**
 * What every version has in common: the source, the words and the sink, and the uid of each
 * operator, by which state finds its operator again after an upgrade.
 */
public final class Pipeline {

  private static final String INPUT_SUFFIX = "[.]txt";
  private static final String OUTPUT_SUFFIX = ".tsv";
  private static final String DEFAULT_DISCOVERY_MILLIS = "200";

  private Pipeline() {}

  /**
   * Builds and runs the job.
   *
   * @param args {@code --input URI --output URI [--rate words per second and subtask, 0 is
   *     unlimited] [--discovery-interval milliseconds between two looks for new files, default 200;
   *     0: it ends when it has read those that are there] [--bytes-per-word what {@link CountWords}
   *     keeps with each count, default 0]}; of the input, files whose names end in .txt are read
   * @param counterUid uid of the operator that counts
   * @param counter the operator that counts
   */
  public static void run(
      String[] args, String counterUid, KeyedProcessFunction<String, String, String> counter)
      throws Exception {
    ParameterTool options = ParameterTool.fromArgs(args);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.getConfig().setGlobalJobParameters(options);
    DataStream<String> words =
        env.fromSource(source(options), WatermarkStrategy.noWatermarks(), "read text")
            .uid("read-text")
            .flatMap(new SplitWords())
            .name("split words")
            .uid("split-words");
    double rate = Double.parseDouble(options.get("rate", "0"));
    if (rate > 0) {
      words = words.map(new Throttle(rate)).name("throttle").uid("throttle");
    }
    words
        .keyBy(word -> word)
        .process(counter)
        .name("count words")
        .uid(counterUid)
        .sinkTo(sink(options))
        .name("write counts")
        .uid("write-counts");
    env.execute("word-count");
  }

  private static FileSource<String> source(ParameterTool options) {
    long interval = Long.parseLong(options.get("discovery-interval", DEFAULT_DISCOVERY_MILLIS));
    // One byte, one character: no byte sequence is malformed, and none is lost.
    FileSource.FileSourceBuilder<String> source =
        FileSource.forRecordStreamFormat(
                new TextLineInputFormat(StandardCharsets.ISO_8859_1.name()),
                new Path(options.getRequired("input")))
            // Other names are not ours to read: some stores show objects under passing names first.
            .setFileEnumerator(
                () -> new NonSplittingRecursiveAllDirEnumerator(".*" + INPUT_SUFFIX));
    return interval > 0
        ? source.monitorContinuously(Duration.ofMillis(interval)).build()
        : source.build();
  }

  private static FileSink<String> sink(ParameterTool options) {
    // A file ends with each checkpoint and becomes visible when that checkpoint is complete.
    return FileSink.forRowFormat(
            new Path(options.getRequired("output")),
            new SimpleStringEncoder<String>(StandardCharsets.US_ASCII.name()))
        .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(OUTPUT_SUFFIX).build())
        .withBucketAssigner(new BasePathBucketAssigner<>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }
}
