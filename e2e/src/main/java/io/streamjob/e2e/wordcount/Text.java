package io.streamjob.e2e.wordcount;

import io.streamjob.e2e.harness.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Real text, cut at line ends into pieces.
 *
 * @param pieces the pieces, in order
 */
public record Text(List<byte[]> pieces) {
  private static final Path DOCUMENTATION = Path.of("/usr/share/doc");
  private static final Duration COUNT_LIMIT = Duration.ofMinutes(2);

  public Text {
    pieces = List.copyOf(pieces);
  }

  /**
   * Reads text files of a folder in the order of their names.
   *
   * @param folder where they lie; empty: the documentation that every Debian brings
   * @param bytes how much to read, but for the rest of a line; fewer are an error
   * @param pieceBytes size of a piece, but for the rest of a line
   */
  public static Text read(String folder, int bytes, int pieceBytes) {
    Path root = folder.isBlank() ? DOCUMENTATION : Path.of(folder);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> sorted =
          files.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
      for (Path file : sorted) {
        if (all.size() >= bytes) {
          break;
        }
        append(file, all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read text below " + root, e);
    }
    if (all.size() < bytes) {
      throw new IllegalStateException(
          "text below %s: expected at least %d bytes, found %d; name another folder in TEXT="
              .formatted(root, bytes, all.size()));
    }
    return new Text(cut(all.toByteArray(), bytes, pieceBytes));
  }

  private static void append(Path file, ByteArrayOutputStream to) throws IOException {
    byte[] content;
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      content = in.readAllBytes();
    }
    boolean isText = content.length > 0;
    for (byte b : content) {
      isText &= b != 0;
    }
    if (isText) {
      to.writeBytes(content);
      to.write('\n');
    }
  }

  private static List<byte[]> cut(byte[] all, int bytes, int pieceBytes) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    while (from < bytes) {
      int to = Math.min(from + pieceBytes, bytes);
      while (to < all.length && all[to - 1] != '\n') {
        to++;
      }
      pieces.add(Arrays.copyOfRange(all, from, to));
      from = to;
    }
    return pieces;
  }

  /** How many words a piece has. */
  public static int words(byte[] piece) {
    int words = 0;
    boolean inWord = false;
    for (byte b : piece) {
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
      words += letter && !inWord ? 1 : 0;
      inWord = letter;
    }
    return words;
  }

  /** How often each word occurs, by the machine's own tools and none of ours. */
  public Map<String, Integer> countByTools() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    Command.Result counted =
        new Command(
                List.of(
                    "sh",
                    "-c",
                    "tr 'A-Z' 'a-z' | tr -cs 'a-z' '\\n' | sed '/^$/d' | sort | uniq -c"),
                Map.of("LC_ALL", "C"),
                COUNT_LIMIT,
                true)
            .run(all.toByteArray());
    if (counted.exitCode() != 0) {
      throw new IllegalStateException("tr | sort | uniq -c ended with " + counted.exitCode());
    }
    Map<String, Integer> counts = new HashMap<>();
    counted
        .output()
        .lines()
        .map(line -> line.strip().split(" ", 2))
        .forEach(fields -> counts.put(fields[1], Integer.valueOf(fields[0])));
    return counts;
  }
}
