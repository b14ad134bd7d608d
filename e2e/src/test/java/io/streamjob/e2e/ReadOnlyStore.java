package io.streamjob.e2e;

import io.streamjob.e2e.harness.Kubectl;
import io.streamjob.e2e.harness.ObjectStore;
import io.streamjob.e2e.wordcount.WordCountRun;
import java.time.Duration;

/**
 * A second object store, in a namespace of its own: it has the bucket and takes the credentials of
 * the first one, answers reads, and refuses every write.
 */
record ReadOnlyStore(String endpoint) {
  private static final String NAMESPACE = "e2e-read-only-s3";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  static ReadOnlyStore install(Kubectl kubectl) {
    kubectl.apply(manifest());
    kubectl.awaitRollout(NAMESPACE, "s3", LIMIT);
    return new ReadOnlyStore("http://s3." + NAMESPACE + ".svc:9000");
  }

  static void uninstall(Kubectl kubectl) {
    kubectl.deleteNamespace(NAMESPACE);
  }

  private static String manifest() {
    return """
      apiVersion: v1
      kind: Namespace
      metadata: {name: %1$s}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: s3, namespace: %1$s}
      stringData:
        store.properties: |
          s3proxy.endpoint=http://0.0.0.0:9000
          s3proxy.authorization=aws-v4
          s3proxy.identity=%2$s
          s3proxy.credential=%3$s
          s3proxy.read-only-blobstore=true
          jclouds.provider=filesystem-nio2
          jclouds.filesystem.basedir=/data
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: s3, namespace: %1$s}
      spec:
        selector: {matchLabels: {app: s3}}
        template:
          metadata: {labels: {app: s3}}
          spec:
            terminationGracePeriodSeconds: 0
            enableServiceLinks: false
            securityContext: {fsGroup: 9998}
            initContainers:
            - name: bucket
              image: streamjob/s3store:dev
              imagePullPolicy: IfNotPresent
              command: [mkdir, /data/%4$s]
              volumeMounts: [{name: data, mountPath: /data}]
            containers:
            - name: s3
              image: streamjob/s3store:dev
              imagePullPolicy: IfNotPresent
              readinessProbe: {tcpSocket: {port: 9000}, periodSeconds: 1}
              volumeMounts:
              - {name: data, mountPath: /data}
              - {name: config, mountPath: /etc/s3store, readOnly: true}
            volumes:
            - {name: data, emptyDir: {}}
            - {name: config, secret: {secretName: s3}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: s3, namespace: %1$s}
      spec: {selector: {app: s3}, ports: [{port: 9000}]}
      """
        .formatted(NAMESPACE, ObjectStore.ACCESS_KEY, ObjectStore.SECRET_KEY, WordCountRun.BUCKET);
  }
}
