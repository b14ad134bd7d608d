package io.streamjob.smoke;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Text that is the same in each run, and its count, taken byte by byte. */
final class Text {

  private static final String[] PIECES = {
    "the",
    "The",
    "quick",
    "BROWN",
    "fox",
    "na\u00efve",
    "don't",
    "x2y",
    "--",
    "42",
    "\u00e9t\u00e9",
    "\u20ac"
  };
  private static final String[] SEPARATORS = {" ", "  ", ", ", ".\t", "-"};

  private final Random random = new Random(20261122);
  private final Map<String, Integer> counts = new TreeMap<>();

  /** The next file. */
  byte[] next(int lines) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int line = 0; line < lines; line++) {
      for (int piece = random.nextInt(8); piece >= 0; piece--) {
        String text =
            PIECES[random.nextInt(PIECES.length)] + SEPARATORS[random.nextInt(SEPARATORS.length)];
        file.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      }
      file.write('\n');
    }
    count(file.toByteArray());
    return file.toByteArray();
  }

  private void count(byte[] file) {
    StringBuilder word = new StringBuilder();
    for (byte b : file) {
      char c = (char) (b & 0xff);
      if (c >= 'A' && c <= 'Z') {
        c = (char) (c + ('a' - 'A'));
      }
      if (c >= 'a' && c <= 'z') {
        word.append(c);
      } else if (!word.isEmpty()) {
        counts.merge(word.toString(), 1, Integer::sum);
        word.setLength(0);
      }
    }
  }

  int words() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Every {@code word<TAB>n} with n from 1 to the word's count, sorted. */
  List<String> expectedPairs() {
    List<String> pairs = new ArrayList<>();
    counts.forEach(
        (word, count) -> {
          for (int n = 1; n <= count; n++) {
            pairs.add(word + '\t' + n);
          }
        });
    pairs.sort(String::compareTo);
    return pairs;
  }
}
