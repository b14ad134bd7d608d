package io.streamjob.operator.engine.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No secret reaches a status. */
class RedactionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "s3.secret-key: hunter2",
        "s3.access-key=hunter2, next",
        "AWS_SECRET_ACCESS_KEY=hunter2",
        "{\"dbPassword\": \"hunter2\"}",
        "password='hunter2'",
        "config {accessKey=hunter2}",
        "jdbc:postgresql://app:hunter2@db:5432/orders",
        "https://u:hunter2@host/x?y=1",
        "https://host/x?X-Amz-Signature=hunter2&z=1",
        "Token = hunter2",
        "session-token:\"hunter2 hunter2\""
      })
  void aSecretIsRemoved(String text) {
    assertThat(Redaction.line(text, 500)).doesNotContain("hunter2").contains("<redacted>");
  }

  @ParameterizedTest
  @CsvSource({
    "The program's entry point class 'shop.Orders' was not found",
    "Cannot find 's3://bucket/savepoints/savepoint-1' on file system 's3'",
    "the token was rejected"
  })
  void anythingElseIsKept(String text) {
    assertThat(Redaction.line(text, 500)).isEqualTo(text);
  }

  @Test
  void hostileTextCostsLittle() {
    ThreadMXBean processor = ManagementFactory.getThreadMXBean();
    long before = processor.getCurrentThreadCpuTime();

    Redaction.line("password".repeat(1_000_000), 500);
    Redaction.line("a".repeat(1_000_000), 500);
    Redaction.line("x://" + "a".repeat(1_000_000), 500);

    assertThat(Duration.ofNanos(processor.getCurrentThreadCpuTime() - before))
        .isLessThan(Duration.ofSeconds(2));
  }
}
