package io.streamjob.e2e;

import io.streamjob.e2e.harness.Command;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server of jars that speaks TLS and asks for no password, as a release repository does, beside a
 * job. Its certificate is its own: who is to trust it, is told by the Secret {@link #TRUST}.
 */
final class Releases {
  /** A Secret with the file {@code trust.p12}, which opens with {@link #PASSWORD}. */
  static final String TRUST = "releases-trust";

  /** It protects nothing: a certificate is no secret. */
  static final String PASSWORD = "changeit";

  private static final String NAME = "releases";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Releases() {}

  /**
   * Serves one jar in the namespace of a job, and returns its address there.
   *
   * @param folder an empty one, for keys
   */
  static String serve(WordCountRun run, Path jar, Path folder) {
    String host = "%s.%s.svc.cluster.local".formatted(NAME, run.namespace());
    Path keys = folder.resolve("keys.p12");
    Path certificate = folder.resolve("certificate");
    Path trust = folder.resolve("trust.p12");
    keytool(
        keys,
        List.of("-genkeypair", "-keyalg", "EC", "-validity", "2"),
        List.of("-dname", "CN=" + NAME, "-ext", "san=dns:" + host));
    keytool(keys, List.of("-exportcert", "-file", certificate.toString()), List.of());
    keytool(trust, List.of("-importcert", "-noprompt", "-file", certificate.toString()), List.of());

    createSecret(run, NAME, keys, properties(folder), jar);
    createSecret(run, TRUST, trust);
    run.jobs().kubectl().apply(server(run.namespace(), jar.getFileName().toString()));
    run.jobs().kubectl().awaitRollout(run.namespace(), NAME, LIMIT);
    return "https://%s:9443/releases/%s".formatted(host, jar.getFileName());
  }

  private static void keytool(Path store, List<String> act, List<String> options) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    all.addAll(act);
    all.addAll(options);
    all.addAll(List.of("-alias", NAME, "-storetype", "PKCS12", "-keystore", store.toString()));
    all.addAll(List.of("-storepass", PASSWORD));
    new Command(all, Map.of(), LIMIT, false).output();
  }

  private static void createSecret(WordCountRun run, String name, Path... files) {
    List<String> all =
        new ArrayList<>(List.of("-n", run.namespace(), "create", "secret", "generic", name));
    for (Path file : files) {
      all.add("--from-file=" + file);
    }
    run.jobs().kubectl().run(all.toArray(String[]::new));
  }

  private static Path properties(Path folder) {
    try {
      return Files.writeString(
          folder.resolve("store.properties"),
          """
          s3proxy.secure-endpoint=https://0.0.0.0:9443
          s3proxy.keystore-path=/etc/s3store/keys.p12
          s3proxy.keystore-password=%s
          s3proxy.authorization=none
          jclouds.provider=filesystem-nio2
          jclouds.filesystem.basedir=/data
          """
              .formatted(PASSWORD));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write what the server of jars reads", e);
    }
  }

  private static String server(String namespace, String jar) {
    return """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: releases, namespace: %1$s}
      spec:
        selector: {matchLabels: {app: releases}}
        template:
          metadata: {labels: {app: releases}}
          spec:
            automountServiceAccountToken: false
            enableServiceLinks: false
            securityContext: {runAsNonRoot: true, runAsUser: 9998, fsGroup: 9998}
            containers:
              - name: releases
                image: streamjob/s3store:dev
                imagePullPolicy: IfNotPresent
                readinessProbe: {tcpSocket: {port: 9443}, periodSeconds: 1}
                volumeMounts:
                  - {name: data, mountPath: /data}
                  - {name: releases, mountPath: /data/releases/%2$s, subPath: %2$s}
                  - {name: releases, mountPath: /etc/s3store}
            volumes:
              - {name: data, emptyDir: {}}
              - {name: releases, secret: {secretName: releases}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: releases, namespace: %1$s}
      spec: {selector: {app: releases}, ports: [{port: 9443}]}
      """
        .formatted(namespace, jar);
  }
}
