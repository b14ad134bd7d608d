package io.streamjob.examples.wordcount;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** The running count of each word: the n-th time that it sees a word it emits {@code (word, n)}. */
public final class CountWords extends KeyedProcessFunction<String, String, String> {

  private static final long serialVersionUID = 1L;

  private final LineFormat format;
  private transient ValueState<Long> count;

  /** Counts that are written in this format. */
  public CountWords(LineFormat format) {
    this.format = format;
  }

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
  }

  @Override
  public void processElement(String word, Context context, Collector<String> out) throws Exception {
    Long before = count.value();
    long n = before == null ? 1 : before + 1;
    count.update(n);
    out.collect(format.line(word, n, System.currentTimeMillis()));
  }
}
