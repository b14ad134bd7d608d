package io.streamjob.operator.snapshots;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * From the uid that a program gives an operator to the id that a savepoint keeps its state under:
 * the 128-bit murmur3 hash (x64 form, seed 0) of the uid in UTF-8 (Flink {@code
 * StreamGraphHasherV2}).
 */
public final class OperatorIds {
  private static final int BLOCK = 16;
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private OperatorIds() {}

  /** The id, as 32 hexadecimal digits. */
  public static String ofUid(String uid) {
    byte[] bytes = uid.getBytes(StandardCharsets.UTF_8);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long h1 = 0;
    long h2 = 0;
    while (in.remaining() >= BLOCK) {
      h1 = Long.rotateLeft(h1 ^ mix1(in.getLong()), 27) + h2;
      h1 = h1 * 5 + 0x52dce729;
      h2 = Long.rotateLeft(h2 ^ mix2(in.getLong()), 31) + h1;
      h2 = h2 * 5 + 0x38495ab5;
    }
    // A block of zeros changes nothing, so the rest may be filled up with them.
    ByteBuffer rest = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    rest.put(in).rewind();
    h1 ^= mix1(rest.getLong());
    h2 ^= mix2(rest.getLong());
    h1 ^= bytes.length;
    h2 ^= bytes.length;
    h1 += h2;
    h2 += h1;
    h1 = finish(h1);
    h2 = finish(h2);
    h1 += h2;
    h2 += h1;
    ByteBuffer out = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    return HexFormat.of().formatHex(out.putLong(h1).putLong(h2).array());
  }

  private static long mix1(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mix2(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long finish(long hash) {
    long h = hash;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
