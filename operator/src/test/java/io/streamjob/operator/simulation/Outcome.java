package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.RevisionStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the world must stand once all has settled. */
final class Outcome {
  private final World world;
  private final StreamJobStatus status;

  Outcome(World world) {
    this.world = world;
    this.status = world.status();
  }

  /** What is wished runs, and nothing else is left. */
  void check() {
    expect("waitingFor", null, status.waitingFor());
    expect(
        "current spec",
        world.newest().wishedHash(),
        Objects.requireNonNull(status.current()).specHash());
    checkThatOneRuns();
  }

  /** The job stands still, and its state is kept. */
  void checkThatNothingRuns() {
    expect("phase", "Suspended", status.phase());
    expect("rollout", null, status.rollout());
    expect("waitingFor", null, status.waitingFor());
    expect("jobs alive", 0, world.aliveJobs().size());
    expect("clusters", List.of(), world.clusters());
    RestorePointStatus newest = Objects.requireNonNull(status.restorePoints()).getFirst();
    expect("job of the savepoint", Objects.requireNonNull(status.job()).id(), newest.jobId());
  }

  /** A revision runs, and nothing else is left. */
  void checkThatOneRuns() {
    expect("phase", "Running", status.phase());
    expect("rollout", null, status.rollout());
    RevisionStatus current = Objects.requireNonNull(status.current());
    List<EngineJob> alive = world.aliveJobs();
    expect("jobs alive", 1, alive.size());
    EngineJob job = alive.getFirst();
    expect(
        "job", job.submission.job().orElseThrow().hex(), Objects.requireNonNull(status.job()).id());
    expect("revision of the job", job.revision, current.number());
    expect(
        "state that the job started from",
        job.toldFrom(),
        Optional.ofNullable(status.job().restoredFrom()));
    expect(
        "revision that the service selects",
        Optional.ofNullable(current.number()),
        world.service().optional());
    expect("clusters", List.of(Objects.requireNonNull(current.number())), world.clusters());
  }

  private static void expect(String what, @Nullable Object expected, @Nullable Object found) {
    if (!Objects.equals(expected, found)) {
      throw new Invariants.Violation(
          "in the end, %s: expected %s, found %s".formatted(what, expected, found));
    }
  }
}
