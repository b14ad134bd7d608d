package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.JobStatus;
import io.streamjob.api.v1beta1.OrphansStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What lies below a job's prefix and nothing that the operator knows of refers to: checkpoints of
 * engine jobs that are over, savepoints that were taken past it. It tells, and deletes nothing.
 */
final class Orphans {
  /** Of those, so many are named in status. */
  private static final int NAMED = 10;

  private final Observation seen;
  private final StreamJobStatus before;

  Orphans(Observation seen) {
    this.seen = seen;
    this.before = seen.status();
  }

  /** Writes down which there are; what is new is told. */
  Optional<Notice> tell(StatusDraft draft) {
    UpkeepView upkeep = seen.facts().upkeep();
    if (!(upkeep.folders() instanceof Reading.Known<List<FolderFound>>(var found))
        || !(upkeep.recorded() instanceof Reading.Known<List<String>>(var recorded))) {
      return Optional.empty();
    }
    List<FolderFound> orphans =
        found.stream()
            .filter(folder -> !isOfTheJob(folder))
            .filter(
                folder ->
                    Stream.concat(recorded.stream(), known()).noneMatch(it -> isIn(it, folder)))
            .toList();
    Optional<OrphansStatus> status = status(orphans);
    draft.orphans(status.orElse(null));
    return status
        .filter(it -> before.orphans() == null)
        .map(
            it ->
                new Notice(
                    false,
                    Reason.OrphansFound,
                    "%s: %d folders below its prefix hold %s that nothing refers to, such as %s; next step: see docs/operations/runbooks.md#orphansfound"
                        .formatted(
                            seen.subject(), it.count(), it.size(), orphans.getFirst().location())));
  }

  private static Optional<OrphansStatus> status(List<FolderFound> orphans) {
    return orphans.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new OrphansStatus(
                orphans.size(),
                Sizes.people(orphans.stream().mapToLong(FolderFound::bytes).sum()),
                orphans.stream().limit(NAMED).map(FolderFound::location).toList()));
  }

  private static boolean isIn(String location, FolderFound folder) {
    return (location + "/").startsWith(folder.location());
  }

  /** What the running job started from, and what it may go back to. */
  private Stream<String> known() {
    Optional<JobStatus> job = Optional.ofNullable(before.job());
    return Stream.of(
            job.map(JobStatus::restoredFrom).stream(),
            requireNonNullElse(before.restorePoints(), List.<RestorePointStatus>of()).stream()
                .map(RestorePointStatus::location)
                .flatMap(Stream::ofNullable))
        .flatMap(all -> all);
  }

  private boolean isOfTheJob(FolderFound folder) {
    return Optional.ofNullable(before.job())
        .map(JobStatus::id)
        .filter(id -> folder.location().endsWith("/" + id + "/"))
        .isPresent();
  }
}
