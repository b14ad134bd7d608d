package io.streamjob.e2e.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds images without Docker and without a registry, and brings them into a cluster. Layers and
 * base images are cached: what did not change is neither built nor loaded again.
 *
 * @param cluster where {@link #provide} loads to
 */
public record Images(Cluster cluster) {
  private static final Duration BASE_LIMIT = Duration.ofMinutes(10);
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);

  /** A base image made from the Debian mirror and the JDKs of this machine. */
  public enum Base {
    /** Debian with Java 17: for the engine. */
    JAVA17,
    /** Debian with the newest JDK of at least 21 on this machine: for everything else. */
    JAVA21;

    /** Makes the image unless it is cached, and returns its name: a value for a build argument. */
    public String image() {
      return Command.script(BASE_LIMIT, "images.sh", name().toLowerCase(Locale.ROOT)).output();
    }
  }

  /**
   * Builds a Dockerfile and loads the result into the cluster.
   *
   * @param context a folder with a {@code Dockerfile}
   * @param tag the name that pods use, such as {@code streamjob/operator:dev}; they need {@code
   *     imagePullPolicy: IfNotPresent}
   * @param buildArguments values of the Dockerfile's {@code ARG}s
   */
  public void provide(Path context, String tag, Map<String, String> buildArguments) {
    List<String> arguments = new ArrayList<>(List.of(context.toString(), tag));
    new TreeMap<>(buildArguments)
        .forEach((name, value) -> arguments.addAll(List.of("--build-arg", name + "=" + value)));
    System.err.printf("images: %s%n", tag);
    Command.script(BUILD_LIMIT, "build-image.sh", arguments.toArray(String[]::new)).output();
    cluster.load(tag);
  }
}
