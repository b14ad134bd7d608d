package io.streamjob.examples.wordcount;

import java.util.function.Consumer;

/**
 * What a word is: a longest run of ASCII letters, in lower case; every other byte separates words.
 * The same as {@code LC_ALL=C tr 'A-Z' 'a-z' | LC_ALL=C tr -cs 'a-z' '\n'}.
 */
public final class Words {

  private Words() {}

  /**
   * Calls {@code sink} with each word of a line, in order.
   *
   * @param line one line, each character one byte (read as ISO-8859-1)
   */
  public static void split(String line, Consumer<String> sink) {
    int start = -1;
    for (int i = 0; i < line.length(); i++) {
      boolean letter = isAsciiLetter(line.charAt(i));
      if (letter && start < 0) {
        start = i;
      } else if (!letter && start >= 0) {
        sink.accept(lowerCase(line, start, i));
        start = -1;
      }
    }
    if (start >= 0) {
      sink.accept(lowerCase(line, start, line.length()));
    }
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static String lowerCase(String line, int start, int end) {
    char[] word = new char[end - start];
    for (int i = start; i < end; i++) {
      word[i - start] = (char) (line.charAt(i) | 0x20); // ASCII letters differ by this bit only
    }
    return new String(word);
  }
}
