package io.streamjob.examples.wordcount;

/**
 * The second version: adds the length of the word to each line, and keeps the counts of the first.
 */
public final class WordCountV2 {

  private WordCountV2() {}

  /** Arguments: see {@link Pipeline#run}. */
  public static void main(String[] args) throws Exception {
    Pipeline.run(args, "count-words", new CountWords(LineFormat.V2));
  }
}
