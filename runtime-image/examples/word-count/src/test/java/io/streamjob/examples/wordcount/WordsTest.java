package io.streamjob.examples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void wordsAreLongestRunsOfLettersInLowerCase() {
    assertThat(words("  The quick-brown fOX; can't JUMP 3x2\t"))
        .containsExactly("the", "quick", "brown", "fox", "can", "t", "jump", "x");
  }

  @Test
  void aLineWithoutALetterHasNoWords() {
    assertThat(words("")).isEmpty();
    assertThat(words(" 12 .,!\r\0 ")).isEmpty();
  }

  @Test
  void eachByteOfACharacterOutsideAsciiSeparatesWords() {
    assertThat(words("caf\u00c3\u00a9s na\u00efve \u00c0b"))
        .containsExactly("caf", "s", "na", "ve", "b");
  }

  @Test
  void everyOfThe256BytesIsEitherALetterOrASeparator() {
    for (int b = 0; b < 256; b++) {
      char c = (char) b;
      boolean letter = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(c) >= 0;

      List<String> words = words("x" + c + "y");

      assertThat(words)
          .as("byte %d", b)
          .isEqualTo(
              letter ? List.of(("x" + c + "y").toLowerCase(Locale.ROOT)) : List.of("x", "y"));
    }
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Words.split(line, words::add);
    return words;
  }
}
