package io.streamjob.operator.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hashing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the hash function that the engine itself uses ({@code StreamGraphHasherV2}). */
class OperatorIdsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "counter",
        "fifteen letters",
        "sixteen letters!",
        "seventeen letters",
        "thirty-two letters of an uid....",
        "a uid that is much longer than two blocks of the hash function",
        "umlauts äöü and 日本語 \uD83D\uDE80"
      })
  void theIdIsTheEnginesHashOfTheUid(String uid) {
    String engines = Hashing.murmur3_128(0).hashString(uid, StandardCharsets.UTF_8).toString();

    assertThat(OperatorIds.ofUid(uid)).isEqualTo(engines);
  }
}
