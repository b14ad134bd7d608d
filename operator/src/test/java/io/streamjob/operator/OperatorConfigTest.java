package io.streamjob.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.plan.Limits;
import io.streamjob.operator.plan.savepoint.SavepointLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OperatorConfigTest {

  @Test
  void limits_are_the_defaults_where_nothing_is_said() {
    assertThat(config().limits()).isEqualTo(Limits.DEFAULT);
    assertThat(config().savepointLimits()).isEqualTo(SavepointLimits.DEFAULT);
  }

  @Test
  void the_grace_of_retention_is_an_option() {
    SavepointLimits limits = config("--retention-grace=2s").savepointLimits();

    assertThat(limits.grace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(limits.removal()).isEqualTo(SavepointLimits.DEFAULT.removal());
  }

  private static OperatorConfig config(String... arguments) {
    OperatorConfig config = new OperatorConfig();
    new CommandLine(config).parseArgs(arguments);
    return config;
  }
}
