package io.streamjob.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A built image as one file, for clusters that do not share the machine's image storage. */
final class ImageArchive {
  private static final Duration EXPORT_LIMIT = Duration.ofMinutes(5);

  private ImageArchive() {}

  /** Writes the image to a temporary docker-archive file for as long as {@code use} runs. */
  static void of(String tag, Consumer<Path> use) {
    try {
      Path folder = Files.createTempDirectory("streamjob-image");
      Path archive = folder.resolve("image.tar");
      try {
        Command.script(EXPORT_LIMIT, "export-image.sh", tag, archive.toString()).output();
        use.accept(archive);
      } finally {
        Files.deleteIfExists(archive);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep image " + tag + " in a temporary file", e);
    }
  }
}
