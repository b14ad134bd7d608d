package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Folders with one input and the expected outputs next to it. With {@code -Dgolden.update=true} the
 * outputs are written instead of compared; read the difference before you commit it.
 */
record GoldenFiles(Path folder) {

  /** The cases below {@code src/test/resources/<name>}. */
  static List<GoldenFiles> cases(String name) {
    try (Stream<Path> folders = Files.list(Path.of("src/test/resources", name))) {
      return folders.filter(Files::isDirectory).sorted().map(GoldenFiles::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  /** Every {@code out-*} file must be expected, and every expectation must be met. */
  void compare(Map<String, String> outputs) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      for (String stale : existing()) {
        Files.delete(folder.resolve(stale));
      }
      for (Map.Entry<String, String> output : outputs.entrySet()) {
        Files.writeString(folder.resolve(output.getKey()), output.getValue());
      }
    }
    assertThat(existing()).as("golden files of %s", folder).isEqualTo(outputs.keySet());
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      assertThat(output.getValue())
          .as("%s/%s (to accept: -Dgolden.update=true)", folder, output.getKey())
          .isEqualTo(read(output.getKey()));
    }
  }

  private TreeSet<String> existing() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(file -> file.startsWith("out-"))
              .toList());
    }
  }

  @Override
  public String toString() {
    return String.valueOf(folder.getFileName());
  }
}
