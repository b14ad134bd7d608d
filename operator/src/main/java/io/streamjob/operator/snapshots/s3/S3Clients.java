package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.snapshots.Storage;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * The clients in use, one per service and credentials; the least recently used one goes first. They
 * share connections and timers, so that one that goes while a request runs does it no harm.
 */
final class S3Clients implements AutoCloseable {
  private final S3Limits limits;
  private final SdkHttpClient http;
  private final ScheduledExecutorService timers;
  private final DefaultCredentialsProvider ownIdentity;
  private final Map<Service, S3Client> clients = new LinkedHashMap<>(16, 0.75f, true);

  private record Service(
      Optional<URI> endpoint,
      String region,
      boolean pathStyleAccess,
      Optional<Storage.Credentials> credentials) {}

  S3Clients(S3Limits limits) {
    this.limits = limits;
    this.http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(limits.connect())
            .socketTimeout(limits.read())
            .build();
    this.timers =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("s3-timers").factory());
    this.ownIdentity = DefaultCredentialsProvider.builder().build();
  }

  S3Client of(Storage storage) {
    Service service =
        new Service(
            storage.endpoint(), storage.region(), storage.pathStyleAccess(), storage.credentials());
    synchronized (clients) {
      S3Client client = clients.computeIfAbsent(service, this::connect);
      if (clients.size() > limits.clients()) {
        Service eldest = clients.keySet().iterator().next();
        S3Client evicted = clients.remove(eldest);
        if (evicted != null) {
          evicted.close();
        }
      }
      return client;
    }
  }

  private S3Client connect(Service service) {
    return S3Client.builder()
        .httpClient(http)
        .region(Region.of(service.region()))
        .applyMutation(builder -> service.endpoint().ifPresent(builder::endpointOverride))
        .credentialsProvider(credentials(service))
        .serviceConfiguration(
            S3Configuration.builder()
                .pathStyleAccessEnabled(service.pathStyleAccess())
                .chunkedEncodingEnabled(false)
                .build())
        // Many S3-compatible services do not know the newer checksum headers.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(limits.call())
                .scheduledExecutorService(timers)
                .retryStrategy(
                    StandardRetryStrategy.builder().maxAttempts(limits.attempts()).build())
                .build())
        .build();
  }

  private AwsCredentialsProvider credentials(Service service) {
    return service
        .credentials()
        .<AwsCredentialsProvider>map(
            credentials ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        credentials.accessKeyId(), credentials.secretAccessKey())))
        .orElse(ownIdentity);
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.values().forEach(S3Client::close);
      clients.clear();
    }
    timers.shutdownNow();
    ownIdentity.close();
    http.close();
  }
}
