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
 * What the installed operator may do, for an operator outside of the cluster.
 *
 * @param kubectl the cluster
 */
record OperatorAccount(Kubectl kubectl) {

  /** The API server. */
  URI apiServer() {
    return URI.create(config("{.clusters[0].cluster.server}"));
  }

  /** Trusts the API server's certificate. */
  SSLContext tls() {
    byte[] authority =
        Base64.getDecoder().decode(config("{.clusters[0].cluster.certificate-authority-data}"));
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "cluster",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(authority)));
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

  /** Writes a kubeconfig with the operator's own {@link #token} that names this API server. */
  Path kubeconfig(InetSocketAddress server, String token, Path folder) {
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

  /** What the operator shows to the API server. */
  String token() {
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

  private String config(String path) {
    return kubectl.run("config", "view", "--raw", "-o=jsonpath=" + path);
  }
}
