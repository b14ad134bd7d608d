package io.streamjob.operator.reconcile;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** Clients of an API server that answers what a test has laid down. */
final class ApiServers {
  private ApiServers() {}

  static KubernetesClient client(WireMockExtension server) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.baseUrl())
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
