package io.streamjob.e2e.crash;

import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.Product;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the installed operator may do, for operators outside of the cluster.
 *
 * @param apiServer where the API server is
 * @param tls trusts its certificate
 * @param token what the operator shows to it
 */
record OperatorAccount(URI apiServer, SSLContext tls, String token) {

  /** Asks the cluster, once for all operators. */
  static OperatorAccount of(Kubectl kubectl) {
    return new OperatorAccount(
        URI.create(config(kubectl, "{.clusters[0].cluster.server}")),
        trusting(config(kubectl, "{.clusters[0].cluster.certificate-authority-data}")),
        token(kubectl));
  }

  private static SSLContext trusting(String authority) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "cluster",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(authority))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return tls;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot trust the cluster's certificate authority", e);
    }
  }

  private static String token(Kubectl kubectl) {
    String name =
        kubectl.run(
            "-n",
            Product.NAMESPACE,
            "get",
            "serviceaccount",
            Product.DEPLOYMENT,
            "-o=jsonpath={.secrets[0].name}");
    String encoded =
        kubectl.run("-n", Product.NAMESPACE, "get", "secret", name, "-o=jsonpath={.data.token}");
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
  }

  private static String config(Kubectl kubectl, String path) {
    return kubectl.run("config", "view", "--raw", "-o=jsonpath=" + path);
  }

  /** Writes a kubeconfig with the operator's token that names another API server. */
  Path kubeconfig(InetSocketAddress server, Path folder) {
    try {
      return Files.writeString(
          folder.resolve("kubeconfig-" + server.getPort()),
          """
          apiVersion: v1
          kind: Config
          current-context: operator
          contexts: [{name: operator, context: {cluster: chokepoint, user: operator, namespace: %s}}]
          clusters: [{name: chokepoint, cluster: {server: "http://%s:%d"}}]
          users: [{name: operator, user: {token: "%s"}}]
          """
              .formatted(Product.NAMESPACE, server.getHostString(), server.getPort(), token));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a kubeconfig", e);
    }
  }
}
