package io.streamjob.e2e.harness;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The product, as a user gets it: images built from what Maven made, and the operator installed
 * from its chart by Helm.
 *
 * @param cluster where it runs
 */
public record Product(Cluster cluster) {
  /** Namespace of the operator. */
  public static final String NAMESPACE = "streamjob-system";

  /** Name of the operator's Deployment. */
  public static final String DEPLOYMENT = "streamjob-operator";

  private static final String OPERATOR = "streamjob/operator";
  private static final String RUNTIME = "streamjob/runtime:dev";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /** Versions of the word count that there is an image of, by their tag. */
  private static final Map<String, String> WORD_COUNTS =
      Map.of(
          "1", "word-count-1.jar",
          "2", "word-count-2.jar",
          "incompatible", "word-count-incompatible.jar",
          "renamed", "word-count-renamed.jar",
          "throws", "word-count-throws.jar");

  /** Builds the images that do not exist yet, and loads those that the cluster lacks. */
  public void provideImages(List<String> wordCounts) {
    Images images = new Images(cluster);
    images.provide(
        Repository.path("operator/target/image"),
        OPERATOR + ":dev",
        Map.of("BASE", Images.Base.JAVA21.image()));
    images.provide(
        Repository.path("runtime-image/target/image"),
        RUNTIME,
        Map.of("BASE", Images.Base.JAVA17.image()));
    for (String version : wordCounts) {
      images.provide(
          Repository.path("runtime-image/target/word-count"),
          "streamjob/word-count:" + version,
          Map.of("BASE", "docker.io/" + RUNTIME, "JAR", WORD_COUNTS.get(version)));
    }
  }

  /**
   * Installs the operator, or brings the installed one up to date, and waits until it is ready.
   *
   * @param operatorArguments further arguments of the operator
   */
  public void install(String... operatorArguments) {
    System.err.println("install: the operator, by Helm");
    // Helm leaves existing definitions alone; an older one of ours may be there.
    cluster
        .kubectl()
        .run(
            "apply",
            // Kubernetes before 1.25 does not know the rules in it, and kubectl would refuse them.
            "--validate=false",
            "-f",
            Repository.path("crds/manifests").toString());
    Map<String, String> values = new TreeMap<>();
    values.put("image.repository", OPERATOR);
    values.put("image.tag", "dev");
    // A new image of the same tag is taken up by new pods only.
    values.put("podAnnotations.installed-at", "t" + System.currentTimeMillis());
    for (int i = 0; i < operatorArguments.length; i++) {
      values.put("extraArgs[" + i + "]", operatorArguments[i]);
    }
    new Release(Repository.path("charts/streamjob-operator"), DEPLOYMENT, NAMESPACE, values)
        .install(cluster.kubeconfig());
    cluster.kubectl().awaitRollout(NAMESPACE, DEPLOYMENT, START_LIMIT);
  }
}
