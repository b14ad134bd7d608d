package io.streamjob.operator.snapshots.s3;

import io.streamjob.operator.snapshots.StorageProbe.Kind;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the errors of the storage mean, and one line about each for people. */
final class StorageErrors {
  private static final int MAX_CHARS = 300;
  private static final int MAX_CAUSES = 20;
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

  /** Refusals that are about who asks; AccessDenied is about what is asked. */
  private static final Set<String> REFUSED_CREDENTIALS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "InvalidToken",
          "InvalidSecurity",
          "AuthorizationHeaderMalformed",
          "TokenRefreshRequired");

  private StorageErrors() {}

  static Kind kindOf(SdkException error) {
    if (!(error instanceof AwsServiceException answer)) {
      return isWithoutCredentials(error) ? Kind.CREDENTIALS_REFUSED : Kind.UNREACHABLE;
    }
    if (code(answer).equals("NoSuchBucket")) {
      return Kind.BUCKET_MISSING;
    }
    if (REFUSED_CREDENTIALS.contains(code(answer)) || answer.statusCode() == 401) {
      return Kind.CREDENTIALS_REFUSED;
    }
    boolean unavailable = answer.statusCode() >= 500 && answer.statusCode() != 501;
    return unavailable || answer.statusCode() < 400 ? Kind.UNREACHABLE : Kind.NOT_WRITABLE;
  }

  static boolean isNotFound(AwsServiceException error) {
    // A HEAD has no body, so that the code of its 404 may be missing.
    return error.statusCode() == 404 && !code(error).equals("NoSuchBucket");
  }

  private static String code(AwsServiceException error) {
    return Optional.ofNullable(error.awsErrorDetails())
        .flatMap(details -> Optional.ofNullable(details.errorCode()))
        .orElse("");
  }

  private static boolean isWithoutCredentials(SdkException error) {
    return String.valueOf(error.getMessage()).contains("load credentials");
  }

  /** The root cause in one line. */
  static String line(Throwable error) {
    Throwable root = error;
    for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
      root = root.getCause();
    }
    String text =
        root instanceof AwsServiceException answer
            ? answer(answer)
            : root.getClass().getSimpleName()
                + (root.getMessage() == null ? "" : ": " + root.getMessage());
    String line = BLANKS.matcher(text).replaceAll(" ").strip();
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS - 1) + "…";
  }

  /** Without the id of the request: the same refusal reads the same, so that it is told once. */
  private static String answer(AwsServiceException error) {
    String message =
        Optional.ofNullable(error.awsErrorDetails())
            .flatMap(details -> Optional.ofNullable(details.errorMessage()))
            .orElse("no message");
    return "%s (%s, status %d)"
        .formatted(message, code(error).isEmpty() ? "no code" : code(error), error.statusCode());
  }
}
