package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.snapshots.FolderFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Questions about the objects of one bucket. What the SDK throws means that nobody could tell. */
record Bucket(S3Client s3, String name) {

  /** The content of an object; empty: the storage says that there is none. */
  Optional<byte[]> read(S3Address object, int maxBytes) throws UnansweredException {
    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(get -> get.bucket(name).key(object.key()))) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        in.abort();
        throw new UnansweredException(object + " is larger than " + maxBytes + " B");
      }
      Long announced = in.response().contentLength();
      if (announced != null && announced != bytes.length) {
        throw new UnansweredException(object + ": the connection ended early");
      }
      return Optional.of(bytes);
    } catch (AwsServiceException e) {
      if (StorageErrors.isNotFound(e)) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      throw SdkClientException.create("reading " + object + " failed", e);
    }
  }

  /** Writes a part of an object, or all of it, to a file; false: the storage says there is none. */
  boolean download(FileReference part, Path target) throws UnansweredException {
    long end = part.start() + part.bytes() - 1;
    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(
            get ->
                get.bucket(name)
                    .key(part.address().key())
                    .range("bytes=%d-%d".formatted(part.start(), end)))) {
      long found = Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      if (found != part.bytes()) {
        throw new UnansweredException(part.address() + ": the connection ended early");
      }
      return true;
    } catch (AwsServiceException e) {
      if (StorageErrors.isNotFound(e)) {
        return false;
      }
      throw e;
    } catch (IOException e) {
      throw new UnansweredException(
          "%s could not be written to %s: %s"
              .formatted(part.address(), target, StorageErrors.line(e)));
    }
  }

  void write(S3Address object, byte[] bytes) {
    s3.putObject(put -> put.bucket(name).key(object.key()), RequestBody.fromBytes(bytes));
  }

  /** The size of an object; empty: the storage says that there is none. */
  OptionalLong size(S3Address object) throws UnansweredException {
    try {
      Long bytes = s3.headObject(head -> head.bucket(name).key(object.key())).contentLength();
      if (bytes == null) {
        throw new UnansweredException(object + ": the storage does not tell its size");
      }
      return OptionalLong.of(bytes);
    } catch (AwsServiceException e) {
      if (StorageErrors.isNotFound(e)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  /** When an object was written; empty: the storage says that there is none. */
  Optional<Instant> writtenAt(S3Address object) {
    try {
      return Optional.of(s3.headObject(head -> head.bucket(name).key(object.key())).lastModified());
    } catch (AwsServiceException e) {
      if (StorageErrors.isNotFound(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Keys below a folder, at most as many as one answer holds. */
  List<String> some(S3Address folder, int most) {
    return s3
        .listObjectsV2(list -> list.bucket(name).prefix(folder.below()).maxKeys(most))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  /** Deletes objects; one that is not there is no error. */
  void delete(List<String> keys) throws UnansweredException {
    List<ObjectIdentifier> objects =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    DeleteObjectsResponse answer =
        s3.deleteObjects(
            delete -> delete.bucket(name).delete(all -> all.objects(objects).quiet(true)));
    if (!answer.errors().isEmpty()) {
      S3Error first = answer.errors().getFirst();
      throw new UnansweredException(
          "%d objects were not deleted, such as %s: %s"
              .formatted(answer.errors().size(), first.key(), first.code()));
    }
  }

  /** Key and size of everything below a folder, all pages of it. */
  Map<String, Long> list(S3Address folder, int maxObjects) throws UnansweredException {
    return list(folder, "", maxObjects);
  }

  /** The same, of those whose names in the folder begin so. */
  Map<String, Long> list(S3Address folder, String beginning, int maxObjects)
      throws UnansweredException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    ListObjectsV2Request request =
        ListObjectsV2Request.builder().bucket(name).prefix(folder.below() + beginning).build();
    for (var page : s3.listObjectsV2Paginator(request)) {
      for (S3Object object : page.contents()) {
        sizes.put(object.key(), object.size());
      }
      if (sizes.size() > maxObjects) {
        throw new UnansweredException(folder + " holds more than " + maxObjects + " objects");
      }
    }
    return sizes;
  }

  /**
   * How much lies below a folder; what marks folders is empty, and not counted.
   *
   * @param most objects that are counted
   */
  FolderFound content(S3Address folder, int most) {
    long objects = 0;
    long bytes = 0;
    for (S3Object object :
        s3.listObjectsV2Paginator(list -> list.bucket(name).prefix(folder.below())).contents()) {
      if (object.size() > 0) {
        objects++;
        bytes += object.size();
      }
      if (objects == most) {
        break;
      }
    }
    return new FolderFound(folder + "/", objects, bytes);
  }

  /** Names of the folders in a folder that begin so. */
  List<String> folders(S3Address folder, String beginning) {
    return s3
        .listObjectsV2Paginator(
            list -> list.bucket(name).prefix(folder.below() + beginning).delimiter("/"))
        .commonPrefixes()
        .stream()
        .map(CommonPrefix::prefix)
        .map(prefix -> prefix.substring(folder.below().length(), prefix.length() - 1))
        .toList();
  }
}
