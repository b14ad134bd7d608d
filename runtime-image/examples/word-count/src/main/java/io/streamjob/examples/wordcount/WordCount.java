package io.streamjob.examples.wordcount;

/** The first version: writes {@code word, n, emittedAtMillis}. */
public final class WordCount {

  private WordCount() {}

  /** Arguments: see {@link Pipeline#run}. */
  public static void main(String[] args) throws Exception {
    Pipeline.run(args, "count-words", new CountWords(LineFormat.V1));
  }
}
