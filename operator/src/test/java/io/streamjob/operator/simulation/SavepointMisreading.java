package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.SavepointPhase;
import io.streamjob.api.v1beta1.SavepointReason;
import io.streamjob.api.v1beta1.SavepointStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Verification;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What a wrong operator sees on behalf of a StreamSavepoint. */
final class SavepointMisreading {
  private SavepointMisreading() {}

  /** Who starts from it, or goes on from it, is not asked. */
  static SavepointObservation unreferenced(SavepointObservation seen) {
    if (!SavepointPhase.Completed.name().equals(seen.status().phase())) {
      return seen;
    }
    SavepointObservation alone =
        Altered.copy(
            seen,
            "job",
            seen.job()
                .map(
                    job ->
                        with(
                            job,
                            it ->
                                Altered.copy(
                                    Altered.copy(it, "restorePoints", null), "rollout", null))));
    return Altered.copy(alone, "restorers", Reading.known(List.of()));
  }

  /** Another one, newer than all, is taken for verified. */
  static SavepointObservation newerOne(SavepointObservation seen) {
    String jobUid = seen.status().jobUid();
    return jobUid == null
        ? seen
        : Altered.copy(
            seen,
            "siblings",
            seen.siblings()
                .map(
                    all ->
                        Stream.concat(
                                all.stream(),
                                Stream.of(
                                    new Sibling(
                                        "none",
                                        jobUid,
                                        SavepointPhase.Completed,
                                        SavepointReason.Scheduled,
                                        seen.now(),
                                        "",
                                        true,
                                        false,
                                        false)))
                            .toList()));
  }

  static SavepointObservation silenceAsNoJob(SavepointObservation seen) {
    return seen.job() instanceof Reading.Unknown<Job>(String why)
            && !why.equals(Observation.NOT_ASKED)
        ? Altered.copy(seen, "job", Reading.absent())
        : seen;
  }

  /** Whoever waits takes its turn. */
  static SavepointObservation itsTurn(SavepointObservation seen) {
    SavepointStatus turn =
        new SavepointStatus(seen.wish().name(), seen.wish().uid(), seen.now().toString());
    return Altered.copy(
        seen,
        "job",
        seen.job()
            .map(
                job ->
                    with(
                        job,
                        it -> Altered.copy(Altered.copy(it, "savepoint", turn), "rollout", null))));
  }

  /** Whatever the bucket holds is taken for whole. */
  static SavepointObservation unverified(SavepointObservation seen) {
    return Altered.copy(
        seen, "verification", seen.verification().map(it -> new Verification.Whole(2, 2048)));
  }

  private static Job with(Job job, UnaryOperator<StreamJobStatus> change) {
    return Altered.copy(job, "status", change.apply(job.status()));
  }
}
