package io.streamjob.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The checkout that the harness runs from: its scripts and build results. */
public final class Repository {
  private static final String MARKER = "e2e/cluster/up.sh";

  private Repository() {}

  /**
   * A path inside the checkout.
   *
   * @param relative relative to the top of the checkout, such as {@code e2e/target/s3store}
   */
  public static Path path(String relative) {
    return root().resolve(relative);
  }

  private static Path root() {
    String named = System.getProperty("streamjob.repository");
    @Nullable Path folder = Path.of(named == null ? "" : named).toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(MARKER))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "no folder above %s holds %s; run inside the checkout or name it in -Dstreamjob.repository"
              .formatted(Path.of("").toAbsolutePath(), MARKER));
    }
    return folder;
  }
}
