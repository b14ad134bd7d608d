package io.streamjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.e2e.harness.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the installation leaves behind in the process that asked for it. */
class InstallationIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /**
   * The JVM answers its tools by SIGQUIT, which is taken with those of Ctrl-C. It can only be on a
   * cluster without an operator: what upgrades a release takes nothing.
   */
  @Test
  void aProcessThatHasInstalledStillHearsSignals() {
    Stage.get();

    Command.Result answer =
        new Command(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(ProcessHandle.current().pid()),
                    "VM.version"),
                Map.of(),
                LIMIT,
                false)
            .run(new byte[0]);

    assertThat(answer.exitCode()).as(answer.error()).isZero();
    assertThat(answer.output()).contains("JDK");
  }
}
