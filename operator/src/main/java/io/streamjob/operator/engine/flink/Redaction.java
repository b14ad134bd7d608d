package io.streamjob.operator.engine.flink;

import java.util.regex.Pattern;

/** Makes a text from outside fit for a status: one line, bounded, without secrets. */
final class Redaction {
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "(?i)([\\w.-]{0,100}(?:password|secret|token|access.?key|signature|credential)[\\w.-]{0,100}"
              + "[\"']?\\s{0,5}[=:]\\s{0,5})(\"[^\"]*\"|'[^']*'|[^\\s,;&)}\\]\"']+)");
  private static final Pattern URL_CREDENTIALS = Pattern.compile("(\\w{1,20}://)[^/\\s@]{1,500}@");
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

  /** Longer input is cut before it is searched, so that hostile input costs little. */
  private static final int SEARCHED_CHARS = 8_000;

  private static final String REDACTED = "<redacted>";

  private Redaction() {}

  static String line(String text, int maxChars) {
    String cut = text.length() > SEARCHED_CHARS ? text.substring(0, SEARCHED_CHARS) : text;
    String line = BLANKS.matcher(cut).replaceAll(" ").strip();
    line = URL_CREDENTIALS.matcher(line).replaceAll("$1" + REDACTED + "@");
    line = SECRET_VALUE.matcher(line).replaceAll("$1" + REDACTED);
    return line.length() <= maxChars ? line : line.substring(0, maxChars - 1) + "…";
  }
}
