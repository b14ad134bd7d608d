package io.streamjob.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.operator.plan.Effect;
import io.streamjob.operator.plan.Obstacle;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.resources.JobFolder;
import io.streamjob.operator.resources.Owner;
import io.streamjob.operator.snapshots.FolderFound;
import io.streamjob.operator.snapshots.Inspection;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.snapshots.OperatorState;
import io.streamjob.operator.snapshots.Snapshots;
import io.streamjob.operator.snapshots.StateFound;
import io.streamjob.operator.snapshots.Storage;
import io.streamjob.operator.snapshots.StorageProbe;
import io.streamjob.operator.snapshots.Verification;
import io.streamjob.operator.spec.EffectiveSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks into the bucket of a spec, with the credentials that the spec refers to. */
final class Bucket {
  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final Pattern LOCATION = Pattern.compile("s3://([^/]+)/");
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";

  private final KubernetesClient client;
  private final Snapshots snapshots;

  Bucket(KubernetesClient client, Snapshots snapshots) {
    this.client = client;
    this.snapshots = snapshots;
  }

  /** Either a storage that can be asked, or what is in the way. */
  private sealed interface Access {
    record Granted(Storage storage) implements Access {}

    record Denied(Obstacle obstacle) implements Access {}
  }

  /** Whether the storage can be used; Known and empty: it can. */
  Reading<Optional<Obstacle>> probe(String namespace, EffectiveSpec.State state) {
    return switch (access(namespace, state)) {
      case Reading.Unknown<Access>(String why) -> Reading.unknown(why);
      case Reading.Absent<Access> absent -> Reading.unknown("no answer about the secret");
      case Reading.Known<Access>(Access.Denied(Obstacle obstacle)) ->
          Reading.known(Optional.of(obstacle));
      case Reading.Known<Access>(Access.Granted(Storage storage)) ->
          Reading.known(
              switch (snapshots.probe(storage)) {
                case StorageProbe.Usable usable -> Optional.<Obstacle>empty();
                case StorageProbe.Unusable(StorageProbe.Kind kind, String message) ->
                    Optional.of(obstacle(kind, message));
              });
    };
  }

  Reading<Verification> verify(String namespace, EffectiveSpec.State state, String location) {
    return ask(namespace, at(location, state), storage -> snapshots.verify(storage, location));
  }

  Reading<String> find(String namespace, EffectiveSpec.State state, String directory) {
    return ask(namespace, state, storage -> snapshots.find(storage, directory));
  }

  Reading<String> newestCheckpoint(String namespace, EffectiveSpec.State state, String folder) {
    return ask(namespace, state, storage -> snapshots.newestCheckpoint(storage, folder));
  }

  Reading<List<OperatorState>> operators(
      String namespace, EffectiveSpec.State state, String location) {
    return manifest(namespace, state, location).map(Manifest::operators);
  }

  Reading<Manifest> manifest(String namespace, EffectiveSpec.State state, String location) {
    return ask(namespace, at(location, state), storage -> snapshots.manifest(storage, location));
  }

  Reading<Inspection> inspect(
      String namespace, EffectiveSpec.State state, String location, boolean whole) {
    return ask(
        namespace, at(location, state), storage -> snapshots.inspect(storage, location, whole));
  }

  Reading<String> anythingIn(String namespace, EffectiveSpec.State state, String folder) {
    return ask(namespace, state, storage -> snapshots.anythingIn(storage, folder));
  }

  Reading<Integer> delete(String namespace, EffectiveSpec.State state, String folder) {
    return ask(namespace, state, storage -> snapshots.delete(storage, folder));
  }

  Reading<Instant> writtenAt(String namespace, EffectiveSpec.State state, String location) {
    return ask(namespace, at(location, state), storage -> snapshots.writtenAt(storage, location));
  }

  /** What lies in some folders of a job's own, but for those of one name. */
  Reading<List<FolderFound>> foldersBeside(
      String namespace, EffectiveSpec.State state, List<String> parents, String name) {
    return ask(
        namespace,
        state,
        storage -> {
          List<FolderFound> all = new ArrayList<>();
          for (String parent : parents) {
            switch (snapshots.folders(storage, parent, folder -> !folder.equals(name))) {
              case Reading.Known<List<FolderFound>>(List<FolderFound> found) -> all.addAll(found);
              case Reading.Absent<List<FolderFound>> none -> {}
              case Reading.Unknown<List<FolderFound>>(String why) -> {
                return Reading.unknown(why);
              }
            }
          }
          return Reading.known(List.copyOf(all));
        });
  }

  /** Those of earlier StreamJobs of the same name. */
  Reading<List<StateFound>> earlier(Owner owner, EffectiveSpec.State state) {
    JobFolder own = JobFolder.of(owner, state);
    return ask(
        owner.namespace(),
        state,
        storage ->
            snapshots.states(
                storage,
                own.parent(),
                owner.name() + "-",
                folder -> JobFolder.isOfName(owner.name(), folder) && !own.isNamed(folder)));
  }

  Reading<Integer> leaveOut(String namespace, EffectiveSpec.State state, Effect.LeaveOut effect) {
    return ask(
        namespace,
        at(effect.location(), state),
        storage ->
            snapshots.leaveOut(storage, effect.location(), effect.operators(), effect.file()));
  }

  /** A restore point that somebody chooses may lie in another bucket of the same storage. */
  private static EffectiveSpec.State at(String location, EffectiveSpec.State state) {
    Matcher s3 = LOCATION.matcher(location);
    return s3.lookingAt() ? state.in(s3.group(1)) : state;
  }

  private <T> Reading<T> ask(
      String namespace, EffectiveSpec.State state, Function<Storage, Reading<T>> question) {
    return switch (access(namespace, state)) {
      case Reading.Known<Access>(Access.Granted(Storage storage)) -> question.apply(storage);
      case Reading.Known<Access>(Access.Denied(Obstacle obstacle)) ->
          Reading.unknown(obstacle.message());
      case Reading.Unknown<Access>(String why) -> Reading.unknown(why);
      case Reading.Absent<Access> absent -> Reading.unknown("no answer about the secret");
    };
  }

  private Reading<Access> access(String namespace, EffectiveSpec.State state) {
    if (state.credentialsSecret().isEmpty()) {
      return Reading.known(new Access.Granted(storage(state, Optional.empty())));
    }
    String name = state.credentialsSecret().get();
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        return Reading.known(denied(namespace, name, "none of this name"));
      }
      Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
      String accessKey = data.get(ACCESS_KEY);
      String secretKey = data.get(SECRET_KEY);
      if (accessKey == null || secretKey == null) {
        return Reading.known(
            denied(namespace, name, "no key " + (accessKey == null ? ACCESS_KEY : SECRET_KEY)));
      }
      return Reading.known(
          new Access.Granted(
              storage(
                  state,
                  Optional.of(new Storage.Credentials(decode(accessKey), decode(secretKey))))));
    } catch (KubernetesClientException e) {
      return Reading.unknown("the API server did not tell about secret " + name);
    }
  }

  private static Access denied(String namespace, String name, String found) {
    return new Access.Denied(
        new Obstacle(
            Reason.CredentialsMissing,
            "secret %s/%s: expected keys %s and %s, found %s; next step: create it"
                .formatted(namespace, name, ACCESS_KEY, SECRET_KEY, found)));
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static Storage storage(
      EffectiveSpec.State state, Optional<Storage.Credentials> credentials) {
    return new Storage(
        state.bucket(),
        state.prefix(),
        state.endpoint(),
        state.region(),
        state.pathStyleAccess(),
        credentials);
  }

  /** The message of a probe names the storage and what it answered. */
  static Obstacle obstacle(StorageProbe.Kind kind, String message) {
    return switch (kind) {
      case BUCKET_MISSING ->
          new Obstacle(
              Reason.BucketMissing,
              message + "; next step: create the bucket or correct spec.state.storage");
      case CREDENTIALS_REFUSED ->
          new Obstacle(
              Reason.CredentialsRefused,
              message + "; next step: correct the secret of spec.state.s3.credentials");
      case UNREACHABLE ->
          new Obstacle(
              Reason.StorageUnreachable,
              message + "; next step: correct spec.state.s3.endpoint or bring the storage back");
      case NOT_WRITABLE ->
          new Obstacle(
              Reason.StorageNotWritable, message + "; next step: allow writing below the prefix");
    };
  }
}
