package io.streamjob.e2e;

import io.streamjob.e2e.harness.Cluster;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.harness.Product;
import io.streamjob.e2e.wordcount.Text;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.util.List;
import java.util.function.UnaryOperator;

/** The cluster, the store and the installed operator that all end-to-end tests of one run share. */
final class Stage {
  private static final Stage ONLY = new Stage();

  private final Cluster cluster;
  private final Product product;
  private final ObjectStore store;

  private Stage() {
    cluster = Cluster.start();
    product = new Product(cluster);
    product.provideImages(List.of("1", "2", "incompatible", "renamed", "throws"));
    store = ObjectStore.install(cluster);
    // Short limits: a test waits for each of them.
    product.install(
        "--pod-problem-grace=5s",
        "--preparing-deadline=4m",
        "--retry-after=30m",
        "--retention-grace=5s");
  }

  static Stage get() {
    return ONLY;
  }

  /**
   * Applies the sample in a namespace of its own, over whatever an earlier run has left.
   *
   * @param name of the namespace, and of the folder in the bucket
   * @param change what to change in the manifest
   */
  WordCountRun run(String name, Text text, UnaryOperator<String> change) {
    return WordCountRun.apply(cluster, store, name, name, text, change);
  }

  Cluster cluster() {
    return cluster;
  }

  Product product() {
    return product;
  }

  ObjectStore store() {
    return store;
  }
}
