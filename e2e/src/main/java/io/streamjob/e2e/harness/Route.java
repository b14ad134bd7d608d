package io.streamjob.e2e.harness;

import java.net.URI;

/**
 * A way from this process to a Service of the cluster; close it after use.
 *
 * @param address where the Service answers, without a path
 * @param closing ends what holds the way open
 */
public record Route(URI address, Runnable closing) implements AutoCloseable {
  @Override
  public void close() {
    closing.run();
  }
}
