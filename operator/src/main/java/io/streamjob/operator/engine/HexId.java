package io.streamjob.operator.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The one form of the ids that the operator chooses: 32 hexadecimal digits, from a name. */
final class HexId {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  private HexId() {}

  static String check(String what, String hex) {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          what + ": expected 32 lower-case hexadecimal digits, found '" + hex + "'");
    }
    return hex;
  }

  static String of(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
