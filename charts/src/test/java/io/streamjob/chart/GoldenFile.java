package io.streamjob.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is generated, checked in and reviewed. */
final class GoldenFile {
  private GoldenFile() {}

  /** Compares the file with what it should be, or writes it when golden.update is true. */
  static void check(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("charts/%s is out of date: run `make golden`, look at the change and commit it", file)
        .exists()
        .content()
        .isEqualTo(expected);
  }
}
