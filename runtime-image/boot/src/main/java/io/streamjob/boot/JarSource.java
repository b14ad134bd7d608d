package io.streamjob.boot;

import java.io.IOException;
import java.io.InputStream;

/** Where a jar is fetched from. */
interface JarSource {

  /**
   * Opens it from its beginning, anew for each attempt.
   *
   * @throws IOException which may pass, unless it is a {@link JarException} that says otherwise
   */
  InputStream open() throws IOException, InterruptedException;
}
