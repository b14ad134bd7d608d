package io.streamjob.examples.wordcount;

import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Turns a line into its words. */
final class SplitWords implements FlatMapFunction<String, String> {

  private static final long serialVersionUID = 1L;

  @Override
  public void flatMap(String line, Collector<String> out) {
    Words.split(line, out::collect);
  }
}
