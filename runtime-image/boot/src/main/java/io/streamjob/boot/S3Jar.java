package io.streamjob.boot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * A jar in S3-compatible storage, reached as the engine reaches it: through its plugin, with its
 * options, as the same identity.
 */
final class S3Jar implements JarSource {
  /** Attempts are counted by who fetches; the client's own would take minutes each. */
  private static final Map<String, String> PATIENCE =
      Map.of(
          "fs.s3a.attempts.maximum", "2",
          "fs.s3a.retry.limit", "1",
          "fs.s3a.connection.establish.timeout", "10000",
          "fs.s3a.connection.timeout", "30000");

  private final Path path;

  /**
   * Reached as a configuration says.
   *
   * @param folder of the engine's {@code config.yaml}
   */
  S3Jar(String address, String folder) {
    path = new Path(address);
    Configuration options = GlobalConfiguration.loadConfiguration(folder);
    PATIENCE.forEach(options::setString);
    FileSystem.initialize(options, PluginUtils.createPluginManagerFromRootFolder(options));
  }

  @Override
  public InputStream open() throws IOException {
    try {
      return path.getFileSystem().open(path);
    } catch (FileNotFoundException nothing) {
      throw JarException.forGood("expected an object, found none");
    } catch (AccessDeniedException refused) {
      throw JarException.forGood("expected permission to read, found access denied");
    }
  }
}
