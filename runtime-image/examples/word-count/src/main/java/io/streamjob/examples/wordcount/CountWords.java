package io.streamjob.examples.wordcount;

import java.util.Random;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * The running count of each word: the n-th time that it sees a word it emits {@code (word, n)}.
 *
 * <p>With {@code --bytes-per-word} it keeps so many bytes, which no compression makes fewer, with
 * the count of each word: a state as large as somebody else's.
 */
public final class CountWords extends KeyedProcessFunction<String, String, String> {

  private static final long serialVersionUID = 1L;

  private final LineFormat format;
  private transient ValueState<Long> count;
  private transient @Nullable ValueState<byte[]> ballast; // null: none is wanted
  private transient int bytesPerWord;

  /** Counts that are written in this format. */
  public CountWords(LineFormat format) {
    this.format = format;
  }

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    bytesPerWord =
        Integer.parseInt(
            getRuntimeContext().getGlobalJobParameters().getOrDefault("bytes-per-word", "0"));
    if (bytesPerWord > 0) {
      ballast =
          getRuntimeContext()
              .getState(
                  new ValueStateDescriptor<>(
                      "ballast", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }
  }

  @Override
  public void processElement(String word, Context context, Collector<String> out) throws Exception {
    Long before = count.value();
    long n = before == null ? 1 : before + 1;
    count.update(n);
    if (before == null && ballast != null) {
      byte[] bytes = new byte[bytesPerWord];
      new Random(word.hashCode()).nextBytes(bytes);
      ballast.update(bytes);
    }
    out.collect(format.line(word, n, System.currentTimeMillis()));
  }
}
