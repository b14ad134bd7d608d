package io.streamjob.operator.engine.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.operator.engine.Answer;
import io.streamjob.operator.engine.ApplicationId;
import io.streamjob.operator.engine.Checkpoints;
import io.streamjob.operator.engine.JobId;
import io.streamjob.operator.engine.JobState;
import io.streamjob.operator.engine.JobView;
import io.streamjob.operator.engine.ScaleView;
import io.streamjob.operator.engine.Submission;
import io.streamjob.operator.engine.TasksView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.reading.Reading;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rescaling in place rests on, at the real engine. */
@Tag("contract")
class RescalingContractTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final JobId JOB = JobId.of("rescaled");

  @TempDir Path folder;

  @Test
  void aJobIsRescaledWithItsNextCheckpointAndCountsThatAsNoFailure() throws IOException {
    try (FlinkEngine engine = new FlinkEngine(FlinkLimits.DEFAULT);
        EngineCluster cluster = start(engine, Map.of())) {
      URI at = cluster.coordinator();
      writeText();
      assertThat(engine.scale(at, JOB)).as("no job yet").isEqualTo(Reading.absent());
      engine.submit(at, submission());
      awaitRunning(engine, at, 4);
      assertThat(engine.scale(at, JOB).optional())
          .hasValueSatisfying(
              scale -> {
                assertThat(scale.wished()).isEqualTo(Set.of(2));
                assertThat(scale.hasGone(2, 2)).isTrue();
              });

      assertThat(engine.rescale(at, JOB, 2, 1)).isEqualTo(new Answer.Accepted());
      assertThat(engine.rescale(at, JOB, 2, 1)).as("repeated").isEqualTo(new Answer.Accepted());
      engine.takeCheckpoint(at, JOB, TriggerId.of("rescaled"));

      ScaleView rescaled =
          Eventually.until(
                  "the job has another size",
                  SOON,
                  () -> engine.scale(at, JOB),
                  scale -> scale.optional().filter(it -> it.hasGone(2, 1)).isPresent())
              .optional()
              .orElseThrow();
      assertThat(rescaled.interruptedAt()).isPresent();
      awaitRunning(engine, at, 2);
      JobView job = engine.job(at, JOB).optional().orElseThrow();
      assertThat(job.isRunning()).isTrue();
      assertThat(job.restarts()).isZero();
      assertThat(engine.checkpoints(at, JOB).optional().flatMap(Checkpoints::restoredFrom))
          .hasValueSatisfying(from -> assertThat(from).contains("/chk-"));

      engine.rescale(at, JOB, 1, 2);
      Eventually.until(
          "the job has its former size",
          SOON,
          () -> engine.scale(at, JOB),
          scale -> scale.optional().filter(it -> it.hasGone(1, 2)).isPresent());
      engine.cancel(at, JOB);
    }
  }

  @Test
  void aJobUnderTheDefaultSchedulerCannotBeRescaled() throws IOException {
    try (FlinkEngine engine = new FlinkEngine(FlinkLimits.DEFAULT);
        EngineCluster cluster = start(engine, Map.of("jobmanager.scheduler", "default"))) {
      URI at = cluster.coordinator();
      writeText();
      engine.submit(at, submission());
      awaitRunning(engine, at, 4);

      assertThat(engine.scale(at, JOB)).isEqualTo(Reading.absent());
      assertThat(engine.rescale(at, JOB, 2, 1)).isNotEqualTo(new Answer.Accepted());
      assertThat(engine.job(at, JOB).optional().map(JobView::state)).contains(JobState.RUNNING);
      engine.cancel(at, JOB);
    }
  }

  private EngineCluster start(FlinkEngine engine, Map<String, String> options) throws IOException {
    Path wordCount = Path.of(System.getProperty("streamjob.test.word-count")).toAbsolutePath();
    Path image = Path.of(System.getProperty("streamjob.test.engine")).toAbsolutePath();
    return EngineCluster.start(
        image, folder, Map.of("job.jar", wordCount.resolve("word-count-1.jar")), options, engine);
  }

  private void writeText() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/text.txt"), "to be or not to be\n".repeat(100));
  }

  private static void awaitRunning(FlinkEngine engine, URI at, int tasks) {
    Eventually.until(
        tasks + " tasks run",
        SOON,
        () -> engine.tasks(at, JOB),
        answer ->
            answer
                .optional()
                .filter(it -> it.total() == tasks)
                .flatMap(TasksView::processingSince)
                .isPresent());
  }

  private Submission submission() {
    return new Submission(
        ApplicationId.of("rescaled"),
        Optional.of(JOB),
        "job.jar",
        Optional.empty(),
        List.of(
            "--input", folder.resolve("in").toUri().toString(),
            "--output", folder.resolve("out").toUri().toString()),
        2,
        Optional.empty(),
        Map.of("execution.checkpointing.interval", "300ms"));
  }
}
