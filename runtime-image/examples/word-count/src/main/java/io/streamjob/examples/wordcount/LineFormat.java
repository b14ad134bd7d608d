package io.streamjob.examples.wordcount;

/** How a count is written: fields separated by tabs. */
public enum LineFormat {
  /** {@code word, n, emittedAtMillis}. */
  V1 {
    @Override
    String line(String word, long n, long emittedAtMillis) {
      return word + '\t' + n + '\t' + emittedAtMillis;
    }
  },

  /** As {@link #V1}, then the word's length. */
  V2 {
    @Override
    String line(String word, long n, long emittedAtMillis) {
      return V1.line(word, n, emittedAtMillis) + '\t' + word.length();
    }
  };

  abstract String line(String word, long n, long emittedAtMillis);
}
